// Times what gVisor's shim does to a spec: one JSON object per line in, one out. For the bench, which asks in turn
// with this package's own work. The version is the gVisor module in go.mod.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
	_ "unsafe" // for go:linkname

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"gvisor.dev/gvisor/pkg/shim/v1/utils"
)

//go:linkname kubeletPodsDir gvisor.dev/gvisor/pkg/shim/v1/utils.kubeletPodsDir
var kubeletPodsDir string

type question struct {
	// The directory that stands for /var/lib/kubelet/pods.
	KubeletPods string `json:"kubeletPods"`
	// decision, text, file or synced.
	Work string `json:"work"`
	Text string `json:"text"`
	// A bundle directory, for file and synced.
	Bundle string `json:"bundle"`
	Calls  int    `json:"calls"`
}

// Microseconds for one call.
type answer struct {
	Wall  float64 `json:"wall"`
	CPU   float64 `json:"cpu"`
	Error string  `json:"error,omitempty"`
	// The text that the last call made.
	Result string `json:"result,omitempty"`
}

func update(spec *specs.Spec) error {
	changed, err := utils.UpdateVolumeAnnotations(spec)
	if err == nil && !changed {
		err = fmt.Errorf("nothing was changed")
	}
	return err
}

// A spec whose annotations and mounts are its own: the rules change nothing else.
func copyOf(spec *specs.Spec) *specs.Spec {
	next := *spec
	next.Annotations = maps.Clone(spec.Annotations)
	next.Mounts = slices.Clone(spec.Mounts)
	for i := range next.Mounts {
		next.Mounts[i].Options = slices.Clone(spec.Mounts[i].Options)
	}
	return &next
}

func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}

// The work as the shim does it, for call number i.
func workOf(q *question) (func(i int) error, func() string, error) {
	last := func() string { return "" }
	switch q.Work {
	case "decision":
		var spec specs.Spec
		if err := json.Unmarshal([]byte(q.Text), &spec); err != nil {
			return nil, nil, err
		}
		all := make([]*specs.Spec, q.Calls)
		for i := range all {
			all[i] = copyOf(&spec)
		}
		return func(i int) error { return update(all[i]) }, last, nil
	case "text":
		text := []byte(q.Text)
		var written []byte
		return func(int) error {
			var spec specs.Spec
			if err := json.Unmarshal(text, &spec); err != nil {
				return err
			}
			if err := update(&spec); err != nil {
				return err
			}
			var err error
			written, err = json.Marshal(&spec)
			return err
		}, func() string { return string(written) }, nil
	case "file", "synced":
		return func(int) error {
			spec, err := utils.ReadSpec(q.Bundle)
			if err != nil {
				return err
			}
			if err := update(spec); err != nil {
				return err
			}
			if err := utils.WriteSpec(q.Bundle, spec); err != nil || q.Work == "file" {
				return err
			}
			return syncFile(filepath.Join(q.Bundle, "config.json"))
		}, last, nil
	}
	return nil, nil, fmt.Errorf("no such work: %s", q.Work)
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func ask(q *question) answer {
	kubeletPodsDir = q.KubeletPods
	work, last, err := workOf(q)
	if err != nil {
		return answer{Error: err.Error()}
	}
	cpu, begin := processorTime(), time.Now()
	for i := 0; i < q.Calls; i++ {
		if err := work(i); err != nil {
			return answer{Error: err.Error()}
		}
	}
	wall, used := time.Since(begin), processorTime()-cpu
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(q.Calls) }
	return answer{Wall: each(wall), CPU: each(used), Result: last()}
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
		if err := encoder.Encode(ask(&q)); err != nil {
			os.Exit(1)
		}
		out.Flush()
	}
}
