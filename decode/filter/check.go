package filter

import (
	"fmt"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"
)

// A checker looks at every node of an expression, children first: it refuses
// what the language does not have, puts in the durations, and makes the
// comparisons with fields that are not there false.
type checker struct {
	durations map[int]time.Duration // by the character at which they stand
	used      []*Field
	err       error // the first
}

// Visit implements ast.Visitor.
func (c *checker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.ConstantNode, *ast.ArrayNode, *ast.ConditionalNode, *ast.UnaryNode:
	case *ast.IdentifierNode:
		c.identifier(node, n)
	case *ast.BinaryNode:
		c.binary(node, n)
	default:
		c.refuse(n, "filters have no calls, members, ranges, functions or variables")
	}
}

// refuse notes an error.
func (c *checker) refuse(n ast.Node, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{Column: n.Location().From + 1, Reason: fmt.Sprintf(format, args...)}
	}
}

// identifier puts in a duration, or notes a field.
func (c *checker) identifier(node *ast.Node, n *ast.IdentifierNode) {
	if d, ok := c.durations[n.Location().From]; ok {
		ast.Patch(node, &ast.ConstantNode{Value: d})
		return
	}
	if f := lookup(n.Value); f != nil && !slices.Contains(c.used, f) {
		c.used = append(c.used, f)
	}
}

func (c *checker) binary(node *ast.Node, n *ast.BinaryNode) {
	switch n.Operator {
	case "matches":
		if _, ok := n.Right.(*ast.StringNode); !ok {
			c.refuse(n, "the pattern of matches is a string")
		}
	case "==", "!=", "in":
		c.value(n.Left, n.Right)
		c.value(n.Right, n.Left)
	case "<", "<=", ">", ">=", "contains", "startsWith", "endsWith":
	case "&&", "||", "and", "or", "+", "-", "*", "/", "%":
		return
	default:
		c.refuse(n, "filters have no %s", n.Operator)
		return
	}
	c.guard(node, n)
}

// value refuses to compare a field with what it never is.
func (c *checker) value(field, with ast.Node) {
	id, ok := field.(*ast.IdentifierNode)
	if !ok {
		return
	}
	f := lookup(id.Value)
	if f == nil || f.values == nil {
		return
	}
	list := []ast.Node{with}
	if array, ok := with.(*ast.ArrayNode); ok {
		list = array.Nodes
	}
	for _, n := range list {
		if s, ok := n.(*ast.StringNode); ok && !slices.Contains(f.values(), s.Value) && !hexadecimal(s.Value) && c.err == nil {
			reason := fmt.Sprintf("%s is never %q", f.Name, s.Value)
			c.err = &Error{Column: n.Location().From + 1, Reason: reason, Near: nearest(s.Value, f.values())}
		}
	}
}

// hexadecimal reports whether a command without a name may be called so.
func hexadecimal(s string) bool { return len(s) == 4 && s[:2] == "0x" }

// guard makes a comparison false where a field in it is not there.
func (c *checker) guard(node *ast.Node, n *ast.BinaryNode) {
	ids := identifiers{}
	ast.Walk(&n.Left, &ids)
	ast.Walk(&n.Right, &ids)
	guarded := ast.Node(n)
	for _, name := range ids.fields {
		there := &ast.IdentifierNode{Value: presence(name)}
		there.SetLocation(n.Location())
		guarded = &ast.BinaryNode{Operator: "&&", Left: there, Right: guarded}
		guarded.SetLocation(n.Location())
	}
	*node = guarded
}

// identifiers finds the fields in a node.
type identifiers struct{ fields []string }

// Visit implements ast.Visitor.
func (ids *identifiers) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.IdentifierNode); ok && lookup(n.Value) != nil && !slices.Contains(ids.fields, n.Value) {
		ids.fields = append(ids.fields, n.Value)
	}
}

// presence is the name of the variable that says whether a field is there. No
// filter can hold it.
func presence(field string) string { return field + "?" }
