// Package filter chooses events of a trace by expressions such as
//
//	cmd == "SEND_DATA_TCP" && sock == 3 && wait > 5ms
//
// The language is that of github.com/expr-lang/expr without what could run
// long or take memory: fields, numbers, durations, strings and lists of them;
// == != < <= > >=, in, contains, startsWith, endsWith, matches (RE2, the
// pattern a string); + - * / %; and, or, not, also as && || !; ? : and
// parentheses. There are no calls and no loops. A duration is a number with
// its unit: 5ms, 1.5s, 1m30s.
//
// [Fields] lists the fields. An event need not have all of them: a comparison
// with a field that is not there is false, and so is != then.
package filter
