package lint

import (
	"fmt"

	"github.com/ninatrace/ninatrace/decode"
	"github.com/ninatrace/ninatrace/wifinina/wire"
)

// maxFrame is how many bytes of a damaged frame are shown.
const maxFrame = 24

// frameText returns the bytes that a finding of decode is about, where those
// of the request or of the reply cannot be read.
func frameText(ex *decode.Exchange, w *watch) string {
	switch {
	case w.rule.ID < replyRules[0].ID && unreadable(ex.Request.Message.Err):
		return bytesText(ex.Request.Bytes)
	case w.rule.ID >= replyRules[0].ID && unreadable(ex.Reply.Message.Err):
		return bytesText(ex.Reply.Bytes)
	}
	return ""
}

func unreadable(e wire.Error) bool { return e != 0 && e != wire.ErrPadding }

// bytesText returns the beginning of a frame.
func bytesText(frame []byte) string {
	if len(frame) == 0 {
		return ""
	}
	if len(frame) > maxFrame {
		return fmt.Sprintf(", % x … (%d bytes)", frame[:maxFrame], len(frame))
	}
	return fmt.Sprintf(", % x", frame)
}
