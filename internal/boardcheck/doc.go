// Package boardcheck holds the tests of what is compiled for a board, on a PC
// and without TinyGo: the device set is type-checked for every board, package
// wifinina/board is run, and both with a stand-in for TinyGo's package machine
// (testdata/machine). Where a tinygo is on the PATH, it builds a sketch for
// every board and says how large it is.
package boardcheck
