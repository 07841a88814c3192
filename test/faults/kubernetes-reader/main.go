// kubernetes-reader reads manifests as kubectl does, and says what it read.
//
// Each line of standard input is one manifest in base64. The answer is a line of JSON: the objects in
// "objects", as far as kubectl would get, and what ended the reading in "error".
//
// Source: k8s.io/cli-runtime, pkg/resource/visitor.go, FileVisitor and StreamVisitor: bytes go through a
// decoder that minds a byte order mark, then through YAMLOrJSONDecoder.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const peeked = 4096

// object keeps the JSON of a document, as runtime.RawExtension does.
type object struct{ json []byte }

func (o *object) UnmarshalJSON(text []byte) error {
	o.json = append([]byte(nil), text...)
	return nil
}

type answer struct {
	Objects []json.RawMessage `json:"objects"`
	Error   string            `json:"error,omitempty"`
}

func read(manifest []byte) (result answer) {
	defer func() {
		if panicked := recover(); panicked != nil {
			result.Error = fmt.Sprint("panic: ", panicked)
		}
	}()
	result.Objects = []json.RawMessage{}
	withMark := unicode.BOMOverride(unicode.UTF8.NewDecoder())
	decoder := yaml.NewYAMLOrJSONDecoder(transform.NewReader(bytes.NewReader(manifest), withMark), peeked)
	for {
		next := object{}
		if err := decoder.Decode(&next); err != nil {
			if !errors.Is(err, io.EOF) {
				result.Error = err.Error()
			}
			return result
		}
		text := bytes.TrimSpace(next.json)
		if len(text) > 0 && !bytes.Equal(text, []byte("null")) {
			result.Objects = append(result.Objects, text)
		}
	}
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			manifest, invalid := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(line)))
			if invalid != nil {
				fmt.Fprintln(os.Stderr, invalid)
				os.Exit(1)
			}
			text, failed := json.Marshal(read(manifest))
			if failed != nil {
				fmt.Fprintln(os.Stderr, failed)
				os.Exit(1)
			}
			out.Write(text)
			out.WriteByte('\n')
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
