module machine

go 1.22
