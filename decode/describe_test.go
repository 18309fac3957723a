package decode

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ninatrace/ninatrace/capture"
)

func TestDescribe(t *testing.T) {
	assert.Equal(t, "GET_CONN_STATUS", DescribeRequest(unhex("E02000EE")))
	assert.Equal(t, "SEND_DATA_TCP  sock=0 data=5 bytes", DescribeRequest(unhex("E04402 000100 000568656C6C6F EEFFFF")))
	assert.Equal(t, `REQ_HOST_BY_NAME  host="a\x1b" (frame ends too early)`, DescribeRequest(unhex("E03401 02611B")))
	assert.Equal(t, "Connect → ok", DescribeRecord(&capture.Record{Kind: capture.KindEnd, Call: begin(func(c *capture.Call) { c.Op = opConnect }).Call}))
	p := pin(capture.PinReset, true)
	assert.Equal(t, "RESETN high, the coprocessor boots", DescribeRecord(&p))
}
