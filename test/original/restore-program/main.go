// Answers whether gVisor's own RestoreValidateSpec takes pairs of OCI specs: one JSON object per line in, one out.
// The era is the gVisor module in go.mod.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"gvisor.dev/gvisor/pkg/log"
	"gvisor.dev/gvisor/runsc/config"
	"gvisor.dev/gvisor/runsc/specutils"
)

type question struct {
	Checkpoint json.RawMessage `json:"checkpoint"`
	Restore    json.RawMessage `json:"restore"`
	// Whether the spec to restore is sent to the sandbox, as a container's is, or read from its file.
	Sent bool `json:"sent"`
}

type outcome struct {
	Error string `json:"error,omitempty"`
	Panic string `json:"panic,omitempty"`
	// What was written to the log, for the differences that only warn.
	Warned bool `json:"warned"`
}

type counter struct{ lines int }

func (c *counter) Write(p []byte) (int, error) {
	c.lines++
	return len(p), nil
}

func read(text json.RawMessage, sent bool) (*specs.Spec, error) {
	spec := &specs.Spec{}
	if err := json.Unmarshal(text, spec); err != nil {
		return nil, fmt.Errorf("unreadable: %w", err)
	}
	if !sent {
		return spec, nil
	}
	again, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	return read(again, false)
}

func ask(line []byte, logged *counter) (result outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			result = outcome{Panic: fmt.Sprint(cause)}
		}
	}()
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return outcome{Error: "unreadable: " + err.Error()}
	}
	before, err := read(asked.Checkpoint, true)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	after, err := read(asked.Restore, asked.Sent)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	logged.lines = 0
	conf := &config.Config{RestoreSpecValidation: config.RestoreSpecValidationEnforce}
	one := func(spec *specs.Spec) map[string]*specs.Spec { return map[string]*specs.Spec{"c": spec} }
	if err := specutils.RestoreValidateSpec(one(before), one(after), conf); err != nil {
		return outcome{Error: err.Error()}
	}
	return outcome{Warned: logged.lines > 0}
}

func main() {
	logged := &counter{}
	log.SetTarget(&log.GoogleEmitter{Writer: &log.Writer{Next: logged}})
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		answer, _ := json.Marshal(ask(line, logged))
		out.Write(append(answer, '\n'))
		out.Flush()
	}
}
