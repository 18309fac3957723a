package scenario

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What a file may have at most.
const (
	maxFile  = 64 << 10 // bytes
	maxList  = 256      // networks, hosts
	maxSteps = 1000
)

// Read reads a scenario file. What is wrong in it is a *[SyntaxError]; other
// errors are those of r.
func Read(r io.Reader) (*Scenario, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(b) > maxFile:
		return nil, &SyntaxError{Problem: fmt.Sprintf("a scenario of more than %d bytes", maxFile)}
	}
	var doc yaml.Node
	if err := decode(string(b), &doc); err != nil {
		return nil, err
	}
	s := new(Scenario)
	if len(doc.Content) == 0 {
		return s, nil // nothing, or comments
	}
	return s, s.file(doc.Content[0])
}

// decode parses the one document of a file. Into a Node nothing is expanded.
func decode(text string, doc *yaml.Node) error {
	dec := yaml.NewDecoder(strings.NewReader(text))
	err := dec.Decode(doc)
	if err == nil {
		if err = dec.Decode(new(yaml.Node)); err == nil {
			return &SyntaxError{Problem: "a second document"}
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return wrongYAML(err)
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// wrongYAML makes an error of ours of one of package yaml, which has no type.
func wrongYAML(err error) error {
	e := &SyntaxError{Problem: err.Error()}
	if m := yamlError.FindStringSubmatch(err.Error()); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Problem = "no YAML: " + m[2]
	}
	return e
}

// A key is one of a mapping of the file, and what its value says of a T.
type key[T any] struct {
	name string
	set  func(*T, *yaml.Node) error
}

// problemAt is a SyntaxError at a node.
func problemAt(n *yaml.Node, choices []string, format string, args ...any) error {
	return &SyntaxError{Line: n.Line, Column: n.Column, Problem: fmt.Sprintf(format, args...), Choices: choices}
}

// mapping reads a mapping of known keys.
func mapping[T any](n *yaml.Node, t *T, keys []key[T]) error {
	return pairs(n, len(keys), func(name string, k, v *yaml.Node) error {
		var all []string
		for _, key := range keys {
			if key.name == name {
				return key.set(t, v)
			}
			all = append(all, key.name)
		}
		return problemAt(k, all, "%q is no key here", name)
	})
}

// pairs reads a mapping of any keys, each once.
func pairs(n *yaml.Node, most int, each func(name string, k, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return problemAt(n, nil, "lines such as \"key: value\" belong here")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name, err := text(k)
		switch {
		case err != nil:
			return err
		case seen[name]:
			return problemAt(k, nil, "%q stands there twice", name)
		}
		seen[name] = true
		if err := each(name, k, v); err != nil {
			return err
		}
		if len(seen) > most {
			return problemAt(k, nil, "more than %d of them", most)
		}
	}
	return nil
}

// items reads a list.
func items(n *yaml.Node, most int, each func(*yaml.Node) error) error {
	switch {
	case n.Kind != yaml.SequenceNode:
		return problemAt(n, nil, "a list belongs here")
	case len(n.Content) > most:
		return problemAt(n, nil, "a list of more than %d", most)
	}
	for _, item := range n.Content {
		if err := each(item); err != nil {
			return err
		}
	}
	return nil
}

// text reads a plain value as it stands there, whatever YAML takes it for.
func text(n *yaml.Node) (string, error) {
	switch {
	case n.Kind == yaml.AliasNode:
		return "", problemAt(n, nil, "aliases are not taken")
	case n.Kind != yaml.ScalarNode:
		return "", problemAt(n, nil, "a plain value belongs here")
	}
	return n.Value, nil
}

// said makes the sentence of a plain value.
func said(n *yaml.Node) (*sentence, error) {
	t, err := text(n)
	if err != nil {
		return nil, err
	}
	column := n.Column
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		column++
	}
	return newSentence(t, n.Line, column)
}
