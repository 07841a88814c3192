// Answers what gVisor's own UpdateVolumeAnnotations makes of OCI specs: one JSON object per line in, one out.
// The era is the gVisor module in go.mod; utils.go and utils_v1.go say where that era keeps the function.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

type question struct {
	// The directory that stands for /var/lib/kubelet/pods.
	KubeletPods string `json:"kubeletPods"`
	// How often to ask: Go's map order differs from run to run.
	Runs int             `json:"runs"`
	Spec json.RawMessage `json:"spec"`
}

// The parts of a mount that the rules read: destination, type, source, options.
type mount [4]any

type outcome struct {
	Error       string            `json:"error,omitempty"`
	Panic       string            `json:"panic,omitempty"`
	Changed     bool              `json:"changed"`
	Annotations map[string]string `json:"annotations"`
	Mounts      []mount           `json:"mounts"`
}

func mountsOf(spec *specs.Spec) []mount {
	mounts := make([]mount, 0, len(spec.Mounts))
	for _, m := range spec.Mounts {
		options := m.Options
		if options == nil {
			options = []string{}
		}
		mounts = append(mounts, mount{m.Destination, m.Type, m.Source, options})
	}
	return mounts
}

func ask(text json.RawMessage) (result outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			result = outcome{Panic: fmt.Sprint(cause)}
		}
	}()
	var spec specs.Spec
	if err := json.Unmarshal(text, &spec); err != nil {
		return outcome{Error: "unreadable: " + err.Error()}
	}
	changed, err := updateVolumeAnnotations(&spec)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	return outcome{Changed: changed, Annotations: spec.Annotations, Mounts: mountsOf(&spec)}
}

// Every different outcome, once.
func outcomes(q question) []json.RawMessage {
	seen := map[string]bool{}
	all := []json.RawMessage{}
	kubeletPodsDir = q.KubeletPods
	for run := 0; run < q.Runs; run++ {
		text, err := json.Marshal(ask(q.Spec))
		if err != nil {
			panic(err)
		}
		if !seen[string(text)] {
			seen[string(text)] = true
			all = append(all, text)
		}
	}
	return all
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for decoder.More() {
		var q question
		if err := decoder.Decode(&q); err != nil {
			fmt.Fprintln(os.Stderr, "question unreadable:", err)
			os.Exit(1)
		}
		if err := encoder.Encode(outcomes(q)); err != nil {
			os.Exit(1)
		}
		out.Flush()
	}
}
