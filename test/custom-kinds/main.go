// Reads the Go types of custom resources and prints where each has a pod template, as JSON Lines.
//
//	go run . modules.txt > ../vectors/custom-kinds.jsonl
//
// The modules come from the Go module proxy. Types are read from the syntax alone, so that no dependency has to
// compile: a kind is a struct that embeds TypeMeta and ObjectMeta, and from its fields the JSON tags lead on.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

type module struct {
	path, version, dir string
	onlyFollowed       bool
}

// A named type, and the file that explains its imports.
type declared struct {
	pkg  string
	name string
	expr ast.Expr
	file *ast.File
}

type row struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	Package string `json:"package"`
	Kind    string `json:"kind"`
	Path    string `json:"path"`
	// "template": metadata and a pod's spec; "spec": a pod's spec without metadata; "metadata": annotations for pods.
	Holds string `json:"holds"`
}

// Directories whose types no cluster knows.
var notPublic = map[string]bool{"vendor": true, "testdata": true, "test": true, "test_job": true, "third_party": true, "convert": true}

// Annotations further down belong to something smaller than the object's pods, such as an artifact.
const deepestMetadata = 5

const core = "k8s.io/api/core/v1"

var modules []module
var packages = map[string]map[string]declared{}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func download(path, version string) string {
	output, err := exec.Command("go", "mod", "download", "-json", path+"@"+version).Output()
	var answer struct{ Dir, Error string }
	check(json.Unmarshal(output, &answer))
	if err != nil || answer.Error != "" {
		check(fmt.Errorf("%s@%s: %s", path, version, answer.Error))
	}
	return answer.Dir
}

func readModules(list string) {
	text, err := os.ReadFile(list)
	check(err)
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		modules = append(modules, module{words[0], words[1], download(words[0], words[1]), len(words) > 2})
	}
}

func moduleOf(pkg string) (module, bool) {
	for _, each := range modules {
		if pkg == each.path || strings.HasPrefix(pkg, each.path+"/") {
			return each, true
		}
	}
	return module{}, false
}

// The types of a package; nil where none of the modules has it.
func typesOf(pkg string) map[string]declared {
	if types, ok := packages[pkg]; ok {
		return types
	}
	packages[pkg] = nil
	owner, ok := moduleOf(pkg)
	if !ok {
		return nil
	}
	names, _ := filepath.Glob(filepath.Join(owner.dir, strings.TrimPrefix(pkg, owner.path), "*.go"))
	types := map[string]declared{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		check(err)
		for _, each := range file.Decls {
			general, ok := each.(*ast.GenDecl)
			if !ok || general.Tok != token.TYPE {
				continue
			}
			for _, spec := range general.Specs {
				if named := spec.(*ast.TypeSpec); named.TypeParams == nil {
					types[named.Name.Name] = declared{pkg, named.Name.Name, named.Type, file}
				}
			}
		}
	}
	packages[pkg] = types
	return types
}

func importOf(file *ast.File, alias string) string {
	for _, each := range file.Imports {
		path, _ := strconv.Unquote(each.Path.Value)
		if each.Name != nil && each.Name.Name == alias || each.Name == nil && filepath.Base(path) == alias {
			return path
		}
	}
	return ""
}

// The package and name of a type's expression.
func nameOf(expr ast.Expr, in declared) (string, string) {
	switch each := expr.(type) {
	case *ast.Ident:
		return in.pkg, each.Name
	case *ast.SelectorExpr:
		if qualifier, ok := each.X.(*ast.Ident); ok {
			return importOf(in.file, qualifier.Name), each.Sel.Name
		}
	case *ast.StarExpr:
		return nameOf(each.X, in)
	}
	return "", ""
}

func structOf(expr ast.Expr, in declared) (*ast.StructType, declared) {
	if star, ok := expr.(*ast.StarExpr); ok {
		return structOf(star.X, in)
	}
	if each, ok := expr.(*ast.StructType); ok {
		return each, in
	}
	pkg, name := nameOf(expr, in)
	if found, ok := typesOf(pkg)[name]; ok {
		return structOf(found.expr, found)
	}
	return nil, in
}

// The name in JSON; "" for fields whose own fields stand in their place, "-" for none.
func jsonName(field *ast.Field) string {
	tag := ""
	if field.Tag != nil {
		text, _ := strconv.Unquote(field.Tag.Value)
		tag = reflect.StructTag(text).Get("json")
	}
	name, options, _ := strings.Cut(tag, ",")
	if name != "" || strings.Contains(options, "inline") || len(field.Names) == 0 {
		return name
	}
	return field.Names[0].Name
}

func embeds(body *ast.StructType, in declared, name string) bool {
	for _, field := range body.Fields.List {
		if _, each := nameOf(field.Type, in); len(field.Names) == 0 && each == name {
			return true
		}
	}
	return false
}

func hasField(body *ast.StructType, name string) bool {
	for _, field := range body.Fields.List {
		if jsonName(field) == name {
			return true
		}
	}
	return false
}

type walker struct {
	root  declared
	owner module
	seen  map[string]bool
	rows  map[row]bool
}

func (w *walker) add(path []string, holds string) {
	w.rows[row{w.owner.path, w.owner.version, w.root.pkg, w.root.name, strings.Join(path, "."), holds}] = true
}

func (w *walker) walk(expr ast.Expr, in declared, path []string, beside bool) {
	switch each := expr.(type) {
	case *ast.StarExpr:
		w.walk(each.X, in, path, beside)
	case *ast.ArrayType:
		w.walk(each.Elt, in, append(path[:len(path):len(path)], "*"), false)
	case *ast.MapType:
		w.walk(each.Value, in, append(path[:len(path):len(path)], "*"), false)
	case *ast.StructType:
		w.fields(each, in, path, beside)
	default:
		w.named(expr, in, path, beside)
	}
}

// beside: whether the value stands in a field `spec` beside a field `metadata`.
func (w *walker) named(expr ast.Expr, in declared, path []string, beside bool) {
	pkg, name := nameOf(expr, in)
	if pkg == core && (name == "PodTemplateSpec" || name == "PodTemplate") {
		w.add(path, "template")
		return
	}
	if pkg == core && name == "PodSpec" {
		if beside {
			w.add(path[:len(path)-1], "template")
		} else {
			w.add(path, "spec")
		}
		return
	}
	found, ok := typesOf(pkg)[name]
	if key := pkg + "." + name; ok && pkg != core && !w.seen[key] {
		w.seen[key] = true
		w.walk(found.expr, found, path, beside)
		delete(w.seen, key)
	}
}

func (w *walker) fields(body *ast.StructType, in declared, path []string, beside bool) {
	for _, field := range body.Fields.List {
		name := jsonName(field)
		switch {
		case name == "-" || len(path) == 0 && name != "" && name == "status":
		case name == "":
			w.walk(field.Type, in, path, beside)
		default:
			below := append(path[:len(path):len(path)], name)
			if name == "annotations" && len(below) <= deepestMetadata {
				w.add(below, "metadata")
			}
			w.walk(field.Type, in, below, name == "spec" && len(path) > 0 && hasField(body, "metadata"))
		}
	}
}

func rowsOf(owner module) map[row]bool {
	rows := map[row]bool{}
	check(filepath.WalkDir(owner.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); notPublic[name] {
			return filepath.SkipDir
		}
		relative, _ := filepath.Rel(owner.dir, path)
		pkg := strings.TrimSuffix(owner.path+"/"+relative, "/.")
		for _, each := range typesOf(pkg) {
			body, ok := each.expr.(*ast.StructType)
			if !ok || !embeds(body, each, "TypeMeta") || !embeds(body, each, "ObjectMeta") {
				continue
			}
			(&walker{each, owner, map[string]bool{}, rows}).walk(body, each, nil, false)
		}
		return nil
	}))
	return rows
}

func main() {
	readModules(os.Args[1])
	for _, each := range modules {
		if each.onlyFollowed {
			continue
		}
		var lines []string
		rows := rowsOf(each)
		hasTemplate := map[string]bool{}
		for found := range rows {
			hasTemplate[found.Kind] = hasTemplate[found.Kind] || found.Holds == "template"
		}
		for found := range rows {
			if found.Holds == "metadata" && hasTemplate[found.Kind] {
				continue
			}
			line, err := json.Marshal(found)
			check(err)
			lines = append(lines, string(line))
		}
		sort.Strings(lines)
		for _, line := range lines {
			fmt.Println(line)
		}
	}
}
