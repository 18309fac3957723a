package link

import "encoding/binary"

// transfer clocks as much at a time as there is input and room for the answer.
func (s *session) transfer() error {
	var size [2]byte
	if err := s.read(size[:]); err != nil {
		return err
	}
	left := int(binary.BigEndian.Uint16(size[:]))
	if left == 0 {
		return ErrUnknown
	}
	for left > 0 {
		if err := s.provide(); err != nil {
			return err
		}
		n := min(left, len(s.in), bufferSize-s.out)
		if err := s.bus.Tx(s.in[:n], s.outBuf[s.out:s.out+n]); err != nil {
			return err
		}
		s.in, s.out, left = s.in[n:], s.out+n, left-n
	}
	return nil
}

// identify answers with the text.
func (s *session) identify() error {
	text := s.ident[:min(len(s.ident), sizeMax)]
	if err := s.put(byte(len(text) >> 8)); err != nil {
		return err
	}
	if err := s.put(byte(len(text))); err != nil {
		return err
	}
	for i := range len(text) {
		if err := s.put(text[i]); err != nil {
			return err
		}
	}
	return nil
}

// provide sees to it that there is input and room for an answer. Before it
// waits for the host it writes every answer.
func (s *session) provide() error {
	if len(s.in) > 0 && s.out < bufferSize {
		return nil
	}
	if err := s.flush(); err != nil {
		return err
	}
	for len(s.in) == 0 {
		n, err := s.rw.Read(s.inBuf[:])
		if n == 0 && err != nil {
			return err
		}
		s.in = s.inBuf[:n]
	}
	return nil
}

// next returns the next byte of the host.
func (s *session) next() (byte, error) {
	if err := s.provide(); err != nil {
		return 0, err
	}
	b := s.in[0]
	s.in = s.in[1:]
	return b, nil
}

// read fills p with what the host sends.
func (s *session) read(p []byte) error {
	for i := range p {
		b, err := s.next()
		if err != nil {
			return err
		}
		p[i] = b
	}
	return nil
}

// put adds a byte to the answers.
func (s *session) put(b byte) error {
	if s.out == bufferSize {
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.outBuf[s.out] = b
	s.out++
	return nil
}

// flush writes the answers.
func (s *session) flush() error {
	if s.out == 0 {
		return nil
	}
	n := s.out
	s.out = 0
	_, err := s.rw.Write(s.outBuf[:n])
	return err
}
