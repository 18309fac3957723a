package capture

import (
	"io"
	"sync"
)

// A Console lets the frames of a [Recorder] and the text of a program share a
// port: give it to the Recorder as its sink and to the program as its output.
// Every Write arrives in one piece. A [Reader] tells the two apart, also where
// a frame stands in the middle of a line. Several goroutines may use it.
type Console struct {
	mu   sync.Mutex
	port io.Writer
}

// NewConsole returns a Console on a port.
func NewConsole(port io.Writer) *Console { return &Console{port: port} }

// Write writes p to the port.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.port.Write(p)
}
