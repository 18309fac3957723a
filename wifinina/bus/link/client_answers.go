//go:build !tinygo

package link

import (
	"encoding/binary"
	"time"
)

// reserve makes room for an operation of n bytes.
func (c *Client) reserve(n int) error {
	if c.onWay+n > c.window {
		if err := c.settle(); err != nil {
			return err
		}
	}
	if c.onWay == 0 {
		if err := c.in.rest(); err != nil {
			return c.broken(err)
		}
	}
	c.onWay += n
	return c.fault()
}

// command queues an operation that is acknowledged.
func (c *Client) command(op ...byte) error {
	if err := c.reserve(len(op)); err != nil {
		return err
	}
	c.out = append(c.out, op...)
	c.owed = append(c.owed, acknowledgement)
	return nil
}

// send writes what is queued.
func (c *Client) send() error {
	if len(c.out) == 0 {
		return c.fault()
	}
	c.sending.Lock()
	c.guard.Reset(patience)
	_, err := c.conn.Write(c.out)
	c.guard.Stop()
	c.sending.Unlock()
	c.out = c.out[:0]
	if err != nil {
		return c.broken(err)
	}
	return c.fault()
}

// settle sends what is queued and takes the answers that say nothing.
func (c *Client) settle() error {
	if err := c.send(); err != nil {
		return err
	}
	for _, a := range c.owed {
		if a != acknowledgement {
			if err := c.take(nil, int(a), 0); err != nil {
				return err
			}
			continue
		}
		b, err := c.takeByte(0)
		switch {
		case err != nil:
			return err
		case b == refused:
			return c.broken(ErrRefused)
		case b != acknowledged:
			return c.broken(ErrAnswer)
		}
	}
	c.owed = c.owed[:0]
	c.onWay = 0
	return nil
}

// take waits for n bytes, which the other end may take longer for by extra.
func (c *Client) take(p []byte, n int, extra time.Duration) error {
	c.guard.Reset(patience + extra)
	err := c.in.take(p, n)
	c.guard.Stop()
	if err != nil {
		return c.broken(err)
	}
	return nil
}

func (c *Client) takeByte(extra time.Duration) (byte, error) {
	err := c.take(c.single[:], 1, extra)
	return c.single[0], err
}

// takeLevel takes an answer that is a level.
func (c *Client) takeLevel(extra time.Duration) (byte, error) {
	b, err := c.takeByte(extra)
	switch {
	case err != nil:
		return 0, err
	case b == refused:
		return 0, c.broken(ErrRefused)
	case b > 1:
		return 0, c.broken(ErrAnswer)
	}
	return b, nil
}

// Ident asks what is at the other end.
func (c *Client) Ident() (string, error) {
	if err := c.reserve(1); err != nil {
		return "", err
	}
	c.out = append(c.out, opIdent)
	if err := c.settle(); err != nil {
		return "", err
	}
	var size [2]byte
	if err := c.take(size[:], len(size), 0); err != nil {
		return "", err
	}
	text := make([]byte, binary.BigEndian.Uint16(size[:]))
	if err := c.take(text, len(text), 0); err != nil {
		return "", err
	}
	return string(text), nil
}
