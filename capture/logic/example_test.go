package logic_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ninatrace/ninatrace/capture"
	"github.com/ninatrace/ninatrace/capture/logic"
)

func ExampleImportSaleae() {
	spi := strings.NewReader(`name,type,start_time,duration,"mosi","miso"
"SPI","enable",0.899379535,0.000000004,,
"SPI","result",0.899414887,0.000001,0xE0,0x00
"SPI","result",0.899419887,0.000001,0x20,0x00
"SPI","result",0.899424887,0.000001,0x00,0x00
"SPI","result",0.899429887,0.000001,0xEE,0x00
"SPI","disable",0.899494957,0.000000004,,
`)
	pins := strings.NewReader(`Time [s],CS,READY,RESETN,GPIO0
0.000000000,1,0,1,0
0.899379535,0,0,1,0
0.899415849,0,1,1,0
0.899494957,1,1,1,0
0.899541115,1,0,1,0
`)
	var trace bytes.Buffer
	w, _ := capture.NewWriter(&trace, time.Nanosecond)
	stats, err := logic.ImportSaleae(w, spi, pins, logic.Options{})
	w.Close()
	fmt.Println(stats.Windows, "window,", stats.Pins, "changes of lines", err)

	_, err = logic.ImportSaleae(w, strings.NewReader("Signal,Volt\n"), nil, logic.Options{})
	var row *logic.RowError
	fmt.Println(errors.As(err, &row), row.File, row.Line)
	// Output:
	// 1 window, 2 changes of lines <nil>
	// true analyzer table 1
}
