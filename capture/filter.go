package capture

// A Filter chooses what of an exchange is recorded. It is shown what the host
// sends in the first transfer of a window, which it must neither keep nor
// change, and says how many bytes to record of that window, and of those after
// it in which the host only reads. What is left out is counted. Of 0 bytes
// nothing is recorded, not even the window, unless there was trouble with it.
// The method Extent of wire.Choice is one for the WiFiNINA protocol.
//
// A trace that was filtered cannot be replayed in general: the recorder puts a
// label FilterLabel before the others, and replay refuses it.
type Filter func(mosi []byte) (request, reply int)

// FilterLabel is the key of the label of a recording that was filtered.
const FilterLabel = "filter"

// choose sets how much of the window is recorded that begins with this
// transfer: what the filter said of its request.
func (r *Recorder) choose(w []byte) {
	if len(w) > 0 {
		request, reply := r.filter(w)
		r.limit, r.reply = extent(request), extent(reply)
		return
	}
	r.limit = r.reply
}

func extent(n int) int { return min(max(n, 0), MaxWindow) }

// leave reports whether a window of which no byte is wanted is left out whole.
func (r *Recorder) leave(w *openWindow) bool { return r.limit == 0 && w.status == 0 }
