package filter

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ninatrace/ninatrace/decode"
)

// chosen returns the events of a trace of the corpus that match, as decode
// describes them.
func chosen(t testing.TB, trace, text string) (lines []string) {
	t.Helper()
	file, err := os.Open("../../traces/" + trace + ".nina")
	require.NoError(t, err)
	defer file.Close()
	f, err := New(text)
	require.NoError(t, err)
	src := &Filtered{Source: decode.NewDecoder(file), Filters: []*Filter{f}}
	var ev decode.Event
	for {
		switch err := src.Next(&ev); err {
		case nil:
			lines = append(lines, decode.Describe(&ev))
		case io.EOF:
			return lines
		default:
			require.NoError(t, err)
		}
	}
}

func TestFilters(t *testing.T) {
	for filter, want := range map[string]int{
		`cmd == "SEND_DATA_TCP"`:                                   1,
		`cmd in ["SEND_DATA_TCP", "GET_DATABUF_TCP"]`:              4,
		`code == 0x44`:                                             1,
		`cmd == "SEND_DATA_TCP" && sock == 0 && wait > 40us`:       1,
		`cmd == "SEND_DATA_TCP" && sock == 3`:                      0,
		`wait > 10ms`:                                              2,
		`wait >= 15.1ms and wait<1m30s`:                            2,
		`n >= 24`:                                                  2,
		`time > 1.7s && time < 1.706s`:                             2,
		`status == "ok"`:                                           25,
		`status != "ok"`:                                           0,
		`kind == "exchange"`:                                       25,
		`kind != "exchange"`:                                       12,
		`kind == "start" || cmd == "GET_SOCKET"`:                   2,
		`text startsWith "GET /" `:                                 1,
		`text contains "5ms" || text matches "^HTTP/1\\.[01] 200"`: 1,
		`payload > 0`:                                              2,
		`payload == 0`:                                             2,
		`bytes > 100`:                                              1,
		`line contains "port=21081"`:                               3,
		`error`:                                                    0,
		`not error and kind == "pin"`:                              11,
		`finding == ""`:                                            25,
		`dur > 15ms`:                                               2,
		`n % 5 == 0`:                                               5,
		`n % 0 == 0`:                                               0,
		`(sock == 0 ? payload > 80 : cmd == "REQ_HOST_BY_NAME")`: 2,
		`wait > 10ms * 2`: 1,
	} {
		t.Run(filter, func(t *testing.T) {
			got := chosen(t, "arduino-2.1.0-http-get", filter)
			assert.Len(t, got, want, strings.Join(got, "\n"))
		})
	}
}

func TestWhatIsNotThereIsNotCompared(t *testing.T) {
	const trace = "arduino-2.1.0-http-get"
	assert.Empty(t, chosen(t, trace, `kind == "pin" && wait < 5ms`))
	assert.Empty(t, chosen(t, trace, `kind == "pin" && sock != 3`))
	assert.Empty(t, chosen(t, trace, `kind == "pin" && (sock == 0) == true`))
	assert.NotEmpty(t, chosen(t, trace, `kind == "pin" && !(sock == 3)`))
	assert.Empty(t, chosen(t, trace, `cmd == "GET_CONN_STATUS" && sock >= 0`))
}

func TestCallsAreFoundByNumberAndName(t *testing.T) {
	send := chosen(t, "http-get", `op == "Send"`)
	assert.Len(t, send, 2)
	all := strings.Join(chosen(t, "http-get", `call == 5`), "\n")
	assert.Contains(t, all, "── Send(")
	assert.Contains(t, all, "SOCKET_SEND")
	assert.NotContains(t, all, "SOCKET_RECV")
	assert.Equal(t, []string{"── Recv → error: EOF"}, chosen(t, "http-get", `error`))
}

func TestErrorsSayWhereAndWhatWasMeant(t *testing.T) {
	for filter, want := range map[string]string{
		`socks == 3`:                         `column 1: there is no field socks, did you mean sock?`,
		`sock == 3 && comand == "X"`:         `column 14: there is no field comand, did you mean cmd?`,
		`zzzzzzzzzzzz == 1`:                  `column 1: there is no field zzzzzzzzzzzz`,
		`cmd == "SEND_DATA_TPC"`:             `column 8: cmd is never "SEND_DATA_TPC", did you mean SEND_DATA_TCP?`,
		`cmd in ["0x31", "get_socket"]`:      `column 17: cmd is never "get_socket", did you mean GET_SOCKET?`,
		`status == "bad"`:                    `column 11: status is never "bad"`,
		`wait > 5`:                           `column 6: > (mismatched types duration and number): a duration has a unit, such as 5ms`,
		`wait > 5sec`:                        `column 8: it is no duration: those are such as 5ms, 1.5s or 1m30s, in ns, us, ms, s, m, h`,
		`"µs" == text && wait > 5`:           `column 22: > (mismatched types duration and number): a duration has a unit, such as 5ms`,
		`sock == "3"`:                        `column 6: == (mismatched types number and text)`,
		`sock`:                               `column 1: expected yes/no, but got number`,
		`sock ==`:                            `column 7: unexpected token EOF`,
		`sock = 3`:                           `column 6: unexpected token Operator("=")`,
		`text matches "("`:                   `column 6: error parsing regexp: missing closing ): ` + "`(`",
		`text matches line`:                  `column 6: the pattern of matches is a string`,
		`let x = text; x == x`:               `column 5: filters have no calls, members, ranges, functions or variables`,
		`n in 1..100000000`:                  `column 7: filters have no ..`,
		`2 ** 1000 > n`:                      `column 3: filters have no **`,
		`all(1..9, {# > n})`:                 `column 6: filters have no ..`,
		`text[0] == "a"`:                     `column 5: filters have no calls, members, ranges, functions or variables`,
		`"a" == text || 5ms`:                 `column 13: || (mismatched types yes/no and duration): a duration has a unit, such as 5ms`,
		``:                                   `column 1: unexpected token EOF`,
		strings.Repeat("(", maxLength+1):     `column 4097: a filter has at most 4096 bytes`,
		strings.Repeat("n+", maxNodes) + "n": `column 1002: compilation failed: expression exceeds maximum allowed nodes`,
	} {
		_, err := New(filter)
		if assert.Error(t, err, filter) {
			assert.Equal(t, want, err.Error(), filter)
			assert.IsType(t, &Error{}, err)
		}
	}
}

// Every field has a value of its type, in the corpus or here.
func TestEveryFieldIsThereSomewhere(t *testing.T) {
	seen := map[string]bool{}
	for _, trace := range []string{"http-get", "arduino-2.1.0-storage"} {
		for _, f := range Fields() {
			zero := map[string]string{"number": " >= 0", "text": ` contains ""`, "duration": " >= 0s", "yes/no": ` || n > 0`}[f.Type]
			require.NotEmpty(t, zero, f.Name)
			require.NotEmpty(t, f.Doc, f.Name)
			seen[f.Name] = seen[f.Name] || len(chosen(t, trace, f.Name+zero)) > 0
		}
	}
	for name, ok := range seen {
		assert.True(t, ok, name)
	}
}

func TestDurationsAreFoundOutsideOfQuotations(t *testing.T) {
	text, found, err := literals("a5ms 5ms \"é 5ms \\\" 5ms\" `5ms\\` 1m30s '1s' 1.5h 5")
	require.NoError(t, err)
	assert.Equal(t, "a5ms $$$ \"é 5ms \\\" 5ms\" `5ms\\` $$$$$ '1s' $$$$ 5", text)
	assert.Equal(t, map[int]time.Duration{5: 5 * time.Millisecond, 31: 90 * time.Second, 42: 90 * time.Minute}, found)
}

// A filter of anybody, over a trace of anybody, ends and does not panic.
func FuzzFilter(f *testing.F) {
	f.Add(`cmd == "SEND_DATA_TCP" && sock == 3 && wait > 5ms`)
	f.Add(`text matches "a+" || !(finding contains "READY") ? n in [1, 2] : error`)
	f.Add("`5ms 'a\\")
	trace, err := os.ReadFile("../../traces/http-get.nina")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := New(text)
		if err != nil {
			require.IsType(t, &Error{}, err)
			return
		}
		src := &Filtered{Source: decode.NewDecoder(strings.NewReader(string(trace))), Filters: []*Filter{filter}}
		var ev decode.Event
		for src.Next(&ev) == nil {
		}
	})
}
