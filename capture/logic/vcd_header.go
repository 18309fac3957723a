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
	number := strings.TrimRight(text, "munpfs")
	n, err := strconv.ParseUint(number, 10, 32)
	exp, ok := map[string]int{"s": 0, "ms": -3, "us": -6, "ns": -9, "ps": -12, "fs": -15}[text[len(number):]]
	if err != nil || !ok || n == 0 {
		return v.words.wrong([]byte(text), "a time scale such as 1 ns")
	}
	v.unit = unit{n, exp}
	return nil
}

// variable reads the declaration of a variable: type, size, identifier, name.
func (v *vcd) variable() error {
	var field [4]string
	for i := range field {
		word, err := v.words.word()
		if err != nil {
			return err
		}
		field[i] = string(word)
	}
	if len(v.long) == maxVariables {
		return v.words.wrong([]byte(field[3]), "one of at most 4096 variables")
	}
	bit := uint64(ignored)
	if field[1] == "1" {
		if len(v.names) == maxChannels-1 {
			return v.words.wrong([]byte(field[3]), "one of at most 63 variables of one bit")
		}
		if bit = v.long[field[2]]; bit == 0 { // else it is another name of the same
			bit = 1 << len(v.names)
			v.names = append(v.names, field[3])
		}
	}
	v.long[field[2]] = bit
	if len(field[2]) == 1 && field[2][0] < 128 {
		v.short[field[2][0]] = bit
	}
	return v.skip()
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

// text reads the words of a section as one.
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
		if all.Write(word); all.Len() > maxWord {
			return "", v.words.wrong(all.Bytes(), "a short section")
		}
	}
}
