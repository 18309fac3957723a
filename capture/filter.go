package capture

// A Filter chooses what of an exchange is recorded. It is shown what the host
// sends in the first transfer of a window, which it must neither keep nor
// change, and says how much to keep of that window and of those after it in
// which the host only reads. wire.Choice makes one for the WiFiNINA protocol.
//
// A trace that was filtered cannot be replayed in general; name the filter in
// a label "filter", and ninatrace replay says so.
type Filter func(mosi []byte) Kept

// Kept is how many bytes of a window are recorded, from its beginning; what is
// left out is counted. At 0 nothing of the window is recorded, unless there was
// trouble with it.
type Kept struct{ Request, Reply int }

// leave reports whether a window of which no byte is wanted is left out whole.
func (r *Recorder) leave(w *openWindow) bool { return r.limit == 0 && w.status == 0 }
