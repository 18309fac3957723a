package scenario

// A param is a word with a value behind it that says something of a T: of a
// sentence's fault or chaos, or under a key of a file.
type param[T any] struct {
	word string                // before the value; empty: the value stands alone
	what string                // what the value is, for messages; empty: there is none
	must bool                  // it can't be left out
	set  func(*T, string) bool // false: the text is no such value
	get  func(T) string        // its inverse, for a lone word that word; empty: the T does not have it
}

// fill reads parameters in any order, up to a word that is none.
func fill[T any](s *sentence, t *T, params []param[T]) error {
	used := make([]bool, len(params))
	for !s.done() {
		i := match(s, params, used)
		if i < 0 {
			break
		}
		p := params[i]
		if used[i] {
			return s.problem(s.peek().column, "%q stands there twice", p.word)
		}
		used[i] = true
		if p.word != "" {
			s.at++
		}
		if err := p.read(s, t); err != nil {
			return err
		}
	}
	for i, p := range params {
		if p.must && !used[i] {
			return s.unexpected(p.usage(), nil)
		}
	}
	return nil
}

// match returns the index of the parameter that comes next, or -1.
func match[T any](s *sentence, params []param[T], used []bool) int {
	for i, p := range params {
		if p.word != "" && s.peek().is(p.word) {
			return i
		}
	}
	for i, p := range params {
		if p.word == "" && !used[i] {
			return i
		}
	}
	return -1
}

// read takes the value.
func (p param[T]) read(s *sentence, t *T) error {
	if p.what == "" {
		p.set(t, "")
		return nil
	}
	if s.done() || !p.set(t, s.peek().text) {
		return s.unexpected(p.what, nil)
	}
	s.at++
	return nil
}

// usage is how the parameter is written.
func (p param[T]) usage() string {
	switch {
	case p.word == "":
		return p.what
	case p.what == "":
		return p.word
	}
	return p.word + " " + p.what
}

// format writes the parameters a T has.
func format[T any](t T, params []param[T]) (said []string) {
	for _, p := range params {
		switch v := p.get(t); {
		case v == "":
		case p.word == "" || p.what == "":
			said = append(said, v)
		default:
			said = append(said, p.word+" "+v)
		}
	}
	return said
}
