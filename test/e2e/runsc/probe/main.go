// Command probe is the small static helper that the observations run inside a
// container: what busybox has no applet for. Each subcommand is bounded in
// time, prints "ready" when a peer may act, and then one line of result.
package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const limit = 1200 * time.Millisecond

func main() {
	if len(os.Args) < 3 {
		fail("usage: probe inotify|listen|connect|map-wait|map-write|fill PATH [TEXT]")
	}
	path := os.Args[2]
	text := strings.Join(os.Args[3:], " ")
	switch os.Args[1] {
	case "inotify":
		inotify(path)
	case "listen":
		listen(path, text)
	case "connect":
		connect(path)
	case "map-wait":
		mapWait(path)
	case "map-write":
		mapWrite(path, text)
	case "fill":
		fill(path, text)
	default:
		fail("unknown subcommand " + os.Args[1])
	}
}

func fail(message string) {
	fmt.Println("error: " + message)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

// inotify prints the first CREATE in a directory, or "no event".
func inotify(dir string) {
	fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK)
	check(err)
	_, err = syscall.InotifyAddWatch(fd, dir, syscall.IN_CREATE|syscall.IN_MOVED_TO)
	check(err)
	fmt.Println("ready")
	buf := make([]byte, 4096)
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		n, err := syscall.Read(fd, buf)
		if err != nil || n < syscall.SizeofInotifyEvent {
			continue
		}
		event := (*syscall.InotifyEvent)(unsafe.Pointer(&buf[0]))
		name := buf[syscall.SizeofInotifyEvent : syscall.SizeofInotifyEvent+int(event.Len)]
		fmt.Println("event " + string(bytes.TrimRight(name, "\x00")))
		return
	}
	fmt.Println("no event")
}

// listen serves one connection on a unix socket.
func listen(path, text string) {
	l, err := net.Listen("unix", path)
	check(err)
	check(l.(*net.UnixListener).SetDeadline(time.Now().Add(limit)))
	fmt.Println("ready")
	conn, err := l.Accept()
	if err != nil {
		fmt.Println("no connection")
		return
	}
	_, err = conn.Write([]byte(text))
	check(err)
	check(conn.Close())
	fmt.Println("served")
}

func connect(path string) {
	conn, err := net.DialTimeout("unix", path, limit)
	check(err)
	check(conn.SetDeadline(time.Now().Add(limit)))
	buf := make([]byte, 256)
	n, err := conn.Read(buf)
	check(err)
	fmt.Println(string(buf[:n]))
}

func mapped(path string) []byte {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	check(err)
	check(f.Truncate(4096))
	data, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	check(err)
	return data
}

// mapWait prints what another process writes into a shared mapping of a file.
func mapWait(path string) {
	data := mapped(path)
	fmt.Println("ready")
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if n := bytes.IndexByte(data, '\n'); n > 0 {
			fmt.Println("mapped " + string(data[:n]))
			return
		}
	}
	fmt.Println("nothing mapped")
}

func mapWrite(path, text string) {
	copy(mapped(path), text+"\n")
	fmt.Println("written")
}

// fill writes TEXT MiB of zero-free data and prints how far it came and why it
// stopped: a write error, or a fatal signal (then nothing is printed).
func fill(path, text string) {
	var mib int
	_, err := fmt.Sscan(text, &mib)
	check(err)
	f, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	check(err)
	block := bytes.Repeat([]byte("x"), 64<<10)
	written := 0
	for written < mib<<20 {
		n, err := f.Write(block)
		written += n
		if err != nil {
			fmt.Printf("stopped after %d KiB: %v\n", written>>10, err.(*os.PathError).Err)
			return
		}
	}
	fmt.Printf("wrote %d KiB\n", written>>10)
}
