package logic

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxVariables is how many variables a dump may declare, those with more than
// one bit among them.
const maxVariables = 1 << 12

// newVCD reads the header.
func newVCD(r io.Reader) (*vcd, error) {
	v := &vcd{words: newWords(r), unit: unit{1, 0}, watched: 1<<maxChannels - 1, long: map[string]uint64{}}
	for {
		word, err := v.words.word()
		if err != nil {
			return nil, v.ended(err, "$enddefinitions")
		}
		switch string(word) {
		case "$enddefinitions":
			return v, v.ended(v.skip(), "$end")
		case "$timescale":
			err = v.timescale()
		case "$var":
			err = v.variable()
		case "$comment":
			err = v.comment()
		default:
			if word[0] != '$' {
				return nil, v.words.wrong(word, "a section of a dump's header such as $timescale or $var")
			}
			err = v.skip()
		}
		if err != nil {
			return nil, v.ended(err, "$end")
		}
	}
}

// ended makes the end of the file an error.
func (v *vcd) ended(err error, want string) error {
	if err == io.EOF {
		return v.words.wrong(nil, want+", at the end of the file")
	}
	return err
}

// timescale reads the unit of the times: 1 ns, or 100us.
func (v *vcd) timescale() error {
	text, err := v.text()
	if err != nil {
		return err
	}
	text = strings.ReplaceAll(text, " ", "")
	number := strings.TrimRight(text, "munpfs")
	n, err := strconv.ParseUint(number, 10, 32)
	exp, ok := map[string]int{"s": 0, "ms": -3, "us": -6, "ns": -9, "ps": -12, "fs": -15}[text[len(number):]]
	if err != nil || !ok || n == 0 {
		return v.words.wrong([]byte(text), "a time scale such as 1 ns")
	}
	v.unit = unit{n, exp}
	return nil
}

// variable reads the declaration of a variable: type, size, identifier, and a
// name, which may have spaces and a bit number behind it.
func (v *vcd) variable() error {
	text, err := v.text()
	if err != nil {
		return err
	}
	field := strings.SplitN(text, " ", 4)
	if len(field) < 4 {
		return v.words.wrong([]byte(text), "a variable such as wire 1 ! CS")
	}
	id, name := field[2], strings.TrimRight(strings.SplitN(field[3], " [", 2)[0], " ")
	if len(v.long) == maxVariables {
		return v.words.wrong([]byte(name), "one of at most 4096 variables")
	}
	bit := uint64(ignored)
	if field[1] == "1" {
		if len(v.names) == maxChannels-1 {
			return v.words.wrong([]byte(name), "one of at most 63 variables of one bit")
		}
		if bit = v.long[id]; bit == 0 { // else it is another name of the same
			bit = 1 << len(v.names)
			v.names = append(v.names, name)
		}
	}
	v.long[id] = bit
	if len(id) == 1 && id[0] < 128 {
		v.short[id[0]] = bit
	}
	return nil
}

// comment reads a comment, in which sigrok says how often it took a sample:
//
//	Acquisition with 7/7 channels at 24 MHz
func (v *vcd) comment() error {
	var number, before string
	for {
		word, err := v.words.word()
		if err != nil || string(word) == "$end" {
			return err
		}
		if rate, ok := frequency(number + string(word)); before == "at" && ok {
			v.step = time.Duration(1e9 / rate)
		}
		before, number = number, string(word)
	}
}

// text reads the words of a section, with a space between.
func (v *vcd) text() (string, error) {
	var all bytes.Buffer
	for {
		word, err := v.words.word()
		if err != nil {
			return "", err
		}
		if string(word) == "$end" {
			return all.String(), nil
		}
		if all.Len() > 0 {
			all.WriteByte(' ')
		}
		if all.Write(word); all.Len() > maxWord {
			return "", v.words.wrong(all.Bytes(), "a short section")
		}
	}
}
