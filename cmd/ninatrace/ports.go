package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ninatrace/ninatrace/internal/endpoint"
)

func newPorts() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "ports",
		Short: "List the serial ports, and which of them are boards",
		Long: `ports lists the serial ports of this machine with what USB says of them. A board
that is known to have a WiFiNINA coprocessor is named.

Exit status: 0 if there is a port, 1 if there is none.`,
		Example: `  ninatrace ports
  ninatrace ports --json | jq -r '.[] | select(.board) | .name'`,
		Args: noFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ports, err := endpoint.Ports()
			if err != nil {
				return err
			}
			return listPorts(namedWriter{cmd.OutOrStdout(), "standard output"}, cmd.ErrOrStderr(), ports, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON array")
	return cmd
}

// A portJSON is a port as --json has it.
type portJSON struct {
	Name    string `json:"name"`
	VID     string `json:"vid,omitempty"` // four hexadecimal digits
	PID     string `json:"pid,omitempty"`
	Serial  string `json:"serial,omitempty"`
	Product string `json:"product,omitempty"`
	Vendor  string `json:"vendor,omitempty"`
	Board   string `json:"board,omitempty"` // empty: none that is known
}

// listPorts lists ports. That there is none is a finding.
func listPorts(out, errs io.Writer, ports []endpoint.Port, asJSON bool) error {
	if err := printPorts(out, ports, asJSON); err != nil {
		return err
	}
	if len(ports) > 0 {
		return nil
	}
	warn(errs, "there is no serial port; is the board plugged in, and its cable one that carries data?")
	return errFinding
}

func printPorts(out io.Writer, ports []endpoint.Port, asJSON bool) error {
	if asJSON {
		list := []portJSON{}
		for _, p := range ports {
			list = append(list, portJSON{p.Name, p.VID, p.PID, p.SerialNumber, p.Product, p.Vendor(), p.Board()})
		}
		return json.NewEncoder(out).Encode(list)
	}
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, p := range ports {
		usb, what := "", p.Product
		if p.VID != "" {
			usb = p.VID + ":" + p.PID
		}
		if what == "" {
			what = p.Vendor()
		}
		if board := p.Board(); board != "" {
			what = "* " + board
		}
		line := strings.Join([]string{clean(p.Name), clean(usb), clean(what)}, "\t")
		fmt.Fprintln(tw, strings.TrimRight(line, "\t"))
	}
	return tw.Flush()
}
