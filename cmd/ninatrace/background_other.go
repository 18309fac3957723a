//go:build !unix

package main

// keepInBackground has nothing to do where there are no jobs.
func keepInBackground() {}
