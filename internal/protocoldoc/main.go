// Protocoldoc prints docs/protocol.md, the commands of the protocol, from the
// table in package wire:
//
//	go run ./internal/protocoldoc > docs/protocol.md
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ninatrace/ninatrace/wifinina/wire"
)

func main() {
	w := bufio.NewWriter(os.Stdout)
	write(w)
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "protocoldoc:", err)
		os.Exit(1)
	}
}

const head = `# The commands

Generated from the table in package wifinina/wire; do not edit. ` + "`go generate ./...`" + ` makes it again.

A request is ` + "`E0 cmd n {len bytes}×n EE`" + ` and FF up to a multiple of 4 bytes; a reply the same with
` + "`cmd|80`" + `, filled up with 00. A length is one byte, or two (most significant first) where a parameter is
marked *wide*. A *secret* parameter never leaves a board in a trace. The first form of a request is the one to
send; the others are what genuine hosts are seen to send. "Arduino" and "Adafruit" say which release of that
firmware has the command first.

| command | request | reply | Arduino | Adafruit | source |
|---|---|---|---|---|---|
`

// write prints the whole document.
func write(w io.Writer) {
	fmt.Fprint(w, head)
	for c := wire.Command(0); c < 0x80; c++ {
		families := []wire.Family{wire.Arduino}
		if c.Name(wire.Arduino) != c.Name(wire.Adafruit) || wire.Since(c, wire.Arduino) == 0 {
			families = append(families, wire.Adafruit)
		}
		written := ""
		for _, f := range families {
			if name := c.Name(f); name != "" && name != written {
				written = name
				row(w, c, f, wire.Lookup(c, f))
			}
		}
	}
}

// row prints the line of a command.
func row(w io.Writer, c wire.Command, f wire.Family, s *wire.Spec) {
	if s == nil {
		return
	}
	var forms []string
	for i := range s.Forms {
		forms = append(forms, formText(&s.Forms[i]))
	}
	fmt.Fprintf(w, "| %02X %s | %s | %s | %s | %s | %s |\n", uint8(c), s.Name, strings.Join(forms, "<br>"),
		replyText(s), since(s.Since[wire.Arduino]), since(s.Since[wire.Adafruit]), wire.Source(c, f))
}

// formText describes one form of a request.
func formText(f *wire.Form) string {
	text := params(f.Params)
	if f.Sender != "" {
		text += " (" + f.Sender + ")"
	}
	if f.Announce != 0 {
		text += fmt.Sprintf(", says %d parameters", f.Announce)
	}
	switch {
	case f.Pad.None:
		text += ", not padded"
	case f.Pad != (wire.PadRule{}):
		text += ", padded wrongly"
	}
	return text
}

// replyText describes the reply.
func replyText(s *wire.Spec) string {
	text := params(s.Reply)
	switch s.Kind {
	case wire.OrEmpty:
		text += ", or no parameters: failure"
	case wire.Repeated:
		text += ", any number of them"
	case wire.Always:
		text = "always the error frame"
	case wire.Stray:
		text += ", then a stray 00"
	case wire.Written:
		text = "a frame as long as the bytes written"
	}
	return text
}

func params(list []wire.Param) string {
	if len(list) == 0 {
		return "–"
	}
	var parts []string
	for _, p := range list {
		parts = append(parts, param(p))
	}
	return strings.Join(parts, ", ")
}

func param(p wire.Param) string {
	text := p.Name + " " + typeNames[p.Type]
	if p.Name == "" {
		text = typeNames[p.Type]
	}
	if p.Wide {
		text += " *wide*"
	}
	if p.Secret {
		text += " *secret*"
	}
	return text
}

var typeNames = map[wire.Type]string{
	wire.U8: "u8", wire.U16BE: "u16be", wire.U16LE: "u16le", wire.U32LE: "u32le", wire.I16LE: "i16le",
	wire.I32LE: "i32le", wire.F32LE: "f32le", wire.UintBE: "uint be", wire.UintLE: "uint le", wire.IntLE: "int le",
	wire.IPv4: "IPv4", wire.MAC: "MAC", wire.String: "text", wire.CString: "text with NUL", wire.Blob: "bytes",
	wire.Filler: "FF", wire.Counted: "bytes, length in len", wire.Wrapped: "bytes, length mod 256",
}

func since(v wire.Version) string {
	switch v {
	case 0:
		return "–"
	case wire.Unreleased:
		return "unreleased"
	}
	return v.String()
}
