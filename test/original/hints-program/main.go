// Answers what runsc's own boot package reads out of a sandbox's annotations: one JSON object per line in, one out.
// The era is the gVisor module in go.mod; size.go and size_percent.go say how that era reads a tmpfs's size.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"time"
	_ "unsafe" // for go:linkname

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"gvisor.dev/gvisor/pkg/hostarch"
	"gvisor.dev/gvisor/pkg/log"
	"gvisor.dev/gvisor/runsc/boot"
	"gvisor.dev/gvisor/runsc/config"
	"gvisor.dev/gvisor/runsc/specutils"
)

//go:linkname checkCompatible gvisor.dev/gvisor/runsc/boot.(*MountHint).checkCompatible
func checkCompatible(hint *boot.MountHint, replica *specs.Mount) error

//go:linkname fileAccessType gvisor.dev/gvisor/runsc/boot.(*MountHint).fileAccessType
func fileAccessType(hint *boot.MountHint) config.FileAccessType

type question struct {
	Annotations map[string]string `json:"annotations"`
	// Mounts of containers: their sources are looked up, and their options compared with each hint's.
	Mounts []specs.Mount `json:"mounts"`
	// Values of size= for a tmpfs.
	Sizes []string `json:"sizes"`
	// How often to read: Go's map order differs from run to run.
	Runs int `json:"runs"`
}

type hint struct {
	Hint         *boot.MountHint `json:"hint"`
	ShareType    string          `json:"shareType"`
	SharedMaster bool            `json:"sharedMaster"`
	Access       string          `json:"access"`
	// For each mount asked about: why it cannot be one of a master with this hint's options; empty if it can.
	Incompatible []string `json:"incompatible"`
}

// What is passed over with a warning in runsc's log: its kind, and the warning's own arguments.
type warning []string

type outcome struct {
	Error    string    `json:"error,omitempty"`
	Panic    string    `json:"panic,omitempty"`
	Hints    []hint    `json:"hints"`
	Warnings []warning `json:"warnings"`
	// For each mount asked about: the name of the hint that its source finds.
	Found []string `json:"found"`
}

type size struct {
	Refused bool   `json:"refused"`
	Bytes   string `json:"bytes"`
}

type answer struct {
	Outcomes []json.RawMessage `json:"outcomes"`
	Sizes    []size            `json:"sizes"`
	// For each mount asked about: whether runsc refuses its options on a bind mount.
	Refused []bool `json:"refused"`
}

// The warnings by their formats.
var kinds = map[string]string{
	"ignoring invalid mount annotation (name = %q, key = %q, value = %q): %v": "field",
	"ignoring mount annotations for %q because of missing required field(s)":  "incomplete",
	"mount option skipped %q: %v":                                             "option",
}

type recorder struct{ warnings []warning }

func (r *recorder) Emit(_ int, _ log.Level, _ time.Time, format string, args ...any) {
	kind, ok := kinds[format]
	if !ok {
		return
	}
	seen := warning{kind}
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			seen = append(seen, text)
		}
	}
	r.warnings = append(r.warnings, seen)
}

func hintOf(from *boot.MountHint, mounts []specs.Mount) hint {
	incompatible := make([]string, len(mounts))
	for i := range mounts {
		if err := checkCompatible(from, &mounts[i]); err != nil {
			incompatible[i] = err.Error()
		}
	}
	return hint{from, from.Share.String(), from.ShouldShareMount(), fileAccessType(from).String(), incompatible}
}

func read(q *question, logged *recorder) (result outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			result = outcome{Panic: fmt.Sprint(cause)}
		}
	}()
	logged.warnings = nil
	hints, err := boot.NewPodMountHints(&specs.Spec{Annotations: q.Annotations})
	if err != nil {
		return outcome{Error: err.Error()}
	}
	warnings := logged.warnings
	sort.Slice(warnings, func(a, b int) bool { return fmt.Sprint(warnings[a]) < fmt.Sprint(warnings[b]) })
	result = outcome{Warnings: warnings}
	for _, mount := range hints.Mounts {
		result.Hints = append(result.Hints, hintOf(mount, q.Mounts))
	}
	sort.Slice(result.Hints, func(a, b int) bool { return result.Hints[a].Hint.Name < result.Hints[b].Hint.Name })
	for _, mount := range q.Mounts {
		name := ""
		if found := hints.FindMount(mount.Source); found != nil {
			name = found.Name
		}
		result.Found = append(result.Found, name)
	}
	return result
}

func sizeOf(text string) size {
	bytes, err := parseTmpfsSize(text)
	if err != nil {
		return size{Refused: true}
	}
	pages, ok := hostarch.ToPagesRoundUp(bytes)
	if !ok {
		return size{Refused: true}
	}
	return size{Bytes: fmt.Sprint(pages * hostarch.PageSize)}
}

func ask(q *question, logged *recorder) (all answer) {
	seen := map[string]bool{}
	for run := 0; run < q.Runs; run++ {
		text, err := json.Marshal(read(q, logged))
		if err != nil {
			panic(err)
		}
		if !seen[string(text)] {
			seen[string(text)] = true
			all.Outcomes = append(all.Outcomes, text)
		}
	}
	for _, text := range q.Sizes {
		all.Sizes = append(all.Sizes, sizeOf(text))
	}
	for _, mount := range q.Mounts {
		all.Refused = append(all.Refused, specutils.ValidateMountOptions(mount.Options) != nil)
	}
	return all
}

func main() {
	logged := &recorder{}
	log.SetTarget(logged)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for decoder.More() {
		var q question
		if err := decoder.Decode(&q); err != nil {
			fmt.Fprintln(os.Stderr, "question unreadable:", err)
			os.Exit(1)
		}
		if err := encoder.Encode(ask(&q, logged)); err != nil {
			os.Exit(1)
		}
		out.Flush()
	}
}
