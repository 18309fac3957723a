package bench

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// What decode must do, as README says.
const (
	decodeExchanges  = 400_000 // a second, as JSON
	decodeOverTshark = 10      // times as fast as tshark with a dissector
	decodeGrowth     = 16      // MB more for 2 GB of trace than for 10 MB
)

// A program is ninatrace, and a trace for it.
type program struct {
	path, trace, pcapng string
	size                int64
	exchanges           int
}

// ninatrace builds the program and makes a trace of the corpus over and over.
func ninatrace(t *testing.T) *program {
	if os.Getenv("BENCH_DECODE") == "" {
		t.Skip("it takes minutes, and a quiet machine: make bench-decode")
	}
	dir := t.TempDir()
	p := &program{path: filepath.Join(dir, "ninatrace"), trace: filepath.Join(dir, "x.nina"), pcapng: filepath.Join(dir, "x.pcapng")}
	build := exec.Command("go", "build", "-o", p.path, "./cmd/ninatrace")
	build.Dir = ".."
	must(t, build)
	file, err := os.Create(p.trace)
	if err != nil {
		t.Fatal(err)
	}
	if p.size, err = io.Copy(file, corpus(t, 10<<20)); err != nil {
		t.Fatal(err)
	}
	file.Close()
	must(t, exec.Command(p.path, "export", "--to", "pcapng", p.trace, "-o", p.pcapng))
	out, err := exec.Command(p.path, "decode", "--json", p.trace).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range out {
		if b == '\n' {
			p.exchanges++
		}
	}
	return p
}

func must(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}

// corpus is a trace of at least n bytes: recording after recording.
func corpus(t *testing.T, n int64) io.Reader {
	files, err := filepath.Glob("../traces/*.nina")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	var all []byte
	for _, name := range files {
		trace, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, trace...)
	}
	return &repeated{all: all, times: n/int64(len(all)) + 1}
}

// repeated reads the same again and again.
type repeated struct {
	all   []byte
	at    int
	times int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.at == len(r.all) {
		r.at = 0
		r.times--
	}
	if r.times == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.all[r.at:])
	r.at += n
	return n, nil
}

// timed runs a program three times and returns how long the fastest took, of
// the processors' time: others use the machine too.
func timed(t *testing.T, name string, args ...string) time.Duration {
	t.Helper()
	best := time.Duration(0)
	for range 3 {
		cmd := exec.Command(name, args...) // its output goes to the null device
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %v", cmd, err)
		}
		if took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); best == 0 || took < best {
			best = took
		}
	}
	return best
}

func TestDecodeSpeed(t *testing.T) {
	p := ninatrace(t)
	rate := func(took time.Duration) float64 { return float64(p.exchanges) / took.Seconds() }
	t.Logf("%d MB of trace, %d exchanges", p.size>>20, p.exchanges)
	json := rate(timed(t, p.path, "decode", "--json", p.trace))
	t.Logf("as JSON      %8.0f exchanges/s", json)
	if json < decodeExchanges {
		t.Errorf("as JSON less than %d exchanges/s", decodeExchanges)
	}
	text := rate(timed(t, p.path, "decode", p.trace))
	t.Logf("as text      %8.0f exchanges/s", text)
	t.Logf("filtered     %8.0f exchanges/s", rate(timed(t, p.path, "decode", "--filter", `cmd == "SEND_DATA_TCP" && sock == 3 && wait > 5ms`, p.trace)))
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed: it is not compared")
	}
	plain := rate(timed(t, tshark, "-r", p.pcapng))
	t.Logf("tshark       %8.0f exchanges/s of the exported file, without a dissector: text is %.1f times as fast", plain, text/plain)
	lua := os.Getenv("DISSECTOR")
	if lua == "" {
		t.Log("no DISSECTOR=FILE.lua is given: tshark with one is not compared")
		return
	}
	dissected := rate(timed(t, tshark, "-X", "lua_script:"+lua, "-r", p.pcapng))
	t.Logf("tshark, Lua  %8.0f exchanges/s: text is %.1f times as fast", dissected, text/dissected)
	if text < decodeOverTshark*dissected {
		t.Errorf("text is less than %d times as fast as tshark with %s", decodeOverTshark, lua)
	}
}

// atEnd is a reader that calls do when there is no more.
type atEnd struct {
	io.Reader
	do func()
}

func (r *atEnd) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		r.do()
	}
	return n, err
}

// peak returns the most memory that decode has taken when it has read n bytes
// of trace, in MB. What the system says when a process has ended would include
// that of this one, from which it was forked.
func peak(t *testing.T, p *program, n int64, args ...string) (megabytes int64) {
	t.Helper()
	cmd := exec.Command(p.path, append(append([]string{"decode"}, args...), "-")...)
	cmd.Stdin = &atEnd{corpus(t, n), func() {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
		_, most, _ := strings.Cut(string(status), "VmHWM:")
		_, _ = fmt.Sscan(most, &megabytes)
		megabytes >>= 10
	}}
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if megabytes == 0 {
		t.Fatal("/proc does not tell the memory of a process")
	}
	return megabytes
}

func TestDecodeMemoryIsFlat(t *testing.T) {
	p := ninatrace(t)
	if runtime.GOOS != "linux" {
		t.Skip("/proc tells the memory of a process on Linux only")
	}
	for _, args := range [][]string{{}, {"--json"}} {
		small, large := peak(t, p, 10<<20, args...), peak(t, p, 2<<30, args...)
		t.Logf("decode %v: %d MB for 10 MB of trace, %d MB for 2 GB", args, small, large)
		if large > small+decodeGrowth {
			t.Errorf("memory grows with the trace")
		}
	}
}
