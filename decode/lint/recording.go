package lint

import (
	"github.com/ninatrace/ninatrace/decode"
)

// What is missing in the trace itself.
var recordingRules = []Rule{
	{ID: "NT261", Name: "lost-records", Severity: Warning, Title: "records are missing",
		Why:    "What happened meanwhile is not in the trace: what other rules say around it may be wrong.",
		Do:     "Give the recorder a larger buffer or a faster line, or leave out payload.",
		Source: "docs/capture.md", check: stateless(lostRecords)},
	{ID: "NT262", Name: "partial-recording", Severity: Note, Title: "the recording is a part of one",
		Why:    "It begins or ends in the middle: what was open before it is not known.",
		Do:     "Nothing, if it was cut on purpose or is a black box; else record from the reset on.",
		Source: "docs/capture.md", check: stateless(partialRecording)},
	{ID: "NT263", Name: "incomplete-window", Severity: Note, Title: decode.FindIncomplete,
		Why:    "Bytes of a window are missing in the trace, so that it is not judged.",
		Do:     "Record without losses.",
		Source: "docs/format.md"},
	{ID: "NT264", Name: "withheld-request", Severity: Note, Title: decode.FindWithheld,
		Why:    "Secrets hide the structure of the request, so that it is not judged.",
		Do:     "Nothing: the request is damaged, or no form of it is known.",
		Source: "docs/format.md"},
	{ID: "NT265", Name: "left-out", Severity: Note, Title: decode.FindOmitted,
		Why:    "The recorder was told to leave payload out, so that what depends on it is not judged.",
		Do:     "Nothing, or record with payload.",
		Source: "docs/capture.md"},
}

func lostRecords(st *step) {
	if !st.lost() {
		return
	}
	if l := st.rec.Loss; l.Records > 0 || l.Frames > 0 || l.Bytes > 0 {
		st.report(0, "%d records, %d frames and %d damaged bytes are missing after exchange %d", l.Records, l.Frames, l.Bytes, st.s.n)
	}
}

func partialRecording(st *step) {
	if !st.lost() {
		return
	}
	if l := st.rec.Loss; l.Joined {
		st.report(0, "the recording begins in the middle of a session")
	} else if l.Cut {
		st.report(1, "the recording ends in the middle of a frame")
	}
}
