module github.com/ninatrace/ninatrace/bench

go 1.25.0

require (
	github.com/ninatrace/ninatrace v0.0.0
	periph.io/x/conn/v3 v3.7.3
	tinygo.org/x/drivers v0.37.0
)

replace github.com/ninatrace/ninatrace => ../
