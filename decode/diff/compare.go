package diff

// A comparison aligns the windows of two sides, tells what is sure of them, and
// goes on.
type comparison struct {
	a, b   *side
	o      Options
	tell   func(*Difference) error
	sum    Summary
	looked bool // it is known whether driver calls are compared
}

func (c *comparison) run() error {
	for {
		if err := c.fill(); err != nil {
			return err
		}
		if len(c.a.steps) == 0 && len(c.b.steps) == 0 {
			return nil
		}
		if err := c.window(); err != nil {
			return err
		}
	}
}

// fill fills both windows. If the first shows that only one of the traces has
// driver calls, they are not compared.
func (c *comparison) fill() error {
	if err := c.a.fill(); err != nil {
		return &Error{false, err}
	}
	if err := c.b.fill(); err != nil {
		return &Error{true, err}
	}
	if c.looked {
		return nil
	}
	c.looked = true
	if c.a.calls == c.b.calls || len(c.a.steps) == 0 || len(c.b.steps) == 0 {
		return nil
	}
	c.sum.NoCalls = true
	c.a.dropCalls()
	c.b.dropCalls()
	return c.fill()
}

// window aligns the windows, tells the steps that are settled, and drops them.
// Of an alignment that met the end of a window before that of the trace, what
// follows the last match may come out better in the next. It has at most
// MaxEdits edits then, so that most of the window has matched.
func (c *comparison) window() error {
	n, m := len(c.a.steps), len(c.b.steps)
	found, end := []match(nil), match{n, m}
	if n > 0 && m > 0 {
		al := aligner{n: n, m: m, same: c.same, done: func(x, y int) bool {
			return x == n && y == m || x == n && !c.a.ended || y == m && !c.b.ended
		}}
		found, end = al.align()
	}
	if last := len(found) - 1; last >= 0 && c.cut(end) {
		end = match{found[last].a + 1, found[last].b + 1}
	}
	if err := c.tellAll(found, end); err != nil {
		return err
	}
	c.a.drop(end.a)
	c.b.drop(end.b)
	return nil
}

// same reports whether two steps are equal.
func (c *comparison) same(i, j int) bool { return c.a.steps[i].key == c.b.steps[j].key }

// cut reports whether an alignment ends where a window does and its trace does
// not.
func (c *comparison) cut(end match) bool {
	return end.a == len(c.a.steps) && !c.a.ended || end.b == len(c.b.steps) && !c.b.ended
}

// tellAll tells the steps before end, of which some match.
func (c *comparison) tellAll(found []match, end match) error {
	var at match
	for _, next := range found {
		if err := c.apart(at, next); err != nil {
			return err
		}
		if err := c.told(Equal, next.a, next.b); err != nil {
			return err
		}
		at = match{next.a + 1, next.b + 1}
	}
	return c.apart(at, end)
}

// apart tells the steps between two points, none of which are equal: those of
// the same command and socket as changed.
func (c *comparison) apart(from, to match) error {
	n, m := to.a-from.a, to.b-from.b
	if n > 0 && m > 0 {
		al := aligner{n: n, m: m,
			same: func(i, j int) bool { return c.a.steps[from.a+i].kind == c.b.steps[from.b+j].kind },
			done: func(x, y int) bool { return x == n && y == m }}
		found, _ := al.align()
		for _, next := range found {
			if err := c.alone(&from, match{to.a - n + next.a, to.b - m + next.b}); err != nil {
				return err
			}
			if err := c.told(Changed, from.a, from.b); err != nil {
				return err
			}
			from = match{from.a + 1, from.b + 1}
		}
	}
	return c.alone(&from, to)
}

// alone tells steps that only one session did, and moves on to behind them.
func (c *comparison) alone(from *match, to match) error {
	for ; from.a < to.a; from.a++ {
		if err := c.told(OnlyA, from.a, -1); err != nil {
			return err
		}
	}
	for ; from.b < to.b; from.b++ {
		if err := c.told(OnlyB, -1, from.b); err != nil {
			return err
		}
	}
	return nil
}

// told tells a step; -1 is none.
func (c *comparison) told(k Kind, i, j int) error {
	d := Difference{Kind: k}
	if i >= 0 {
		d.A = &c.a.steps[i]
	}
	if j >= 0 {
		d.B = &c.b.steps[j]
	}
	if k == Equal && c.o.Times > 0 && (d.A.Wait-d.B.Wait).Abs() > c.o.Times {
		d.Kind = Slower
	}
	if k == Changed && d.A.Text == d.B.Text {
		d.B.Text += "  (differs in bytes that are not shown)"
	}
	c.sum.count(d.Kind)
	return c.tell(&d)
}
