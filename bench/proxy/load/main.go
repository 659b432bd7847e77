// Load for proxies without PostgreSQL's own cost, in one thread and over bare system calls, so that on a small machine
// the proxy and not the load is what is measured.
//
//	load serve PORT                         echoes what it reads, and closes when the client has finished
//	load connect PORT CLIENTS SECONDS       each client: connect, one byte there and back, close; prints the figures
//	load idle PORT COUNT COUNT              opens so many connections, and on SIGUSR1 so many in all, and keeps them
package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

func main() {
	if len(os.Args) < 3 {
		fail("load serve|connect|idle PORT ...")
	}
	port := number(2)
	switch os.Args[1] {
	case "serve":
		serve(port)
	case "connect":
		connect(port, number(3), number(4))
	case "idle":
		idle(port, number(3), number(4))
	default:
		fail("load: unknown " + os.Args[1])
	}
}

func number(argument int) int {
	if argument >= len(os.Args) {
		fail("load: too few arguments")
	}
	n, err := strconv.Atoi(os.Args[argument])
	check(err)
	return n
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail("load: " + err.Error())
	}
}

// Everything here is one thread around one of these.
type poller struct {
	fd     int
	events [512]syscall.EpollEvent
}

func newPoller() *poller {
	fd, err := syscall.EpollCreate1(0)
	check(err)
	return &poller{fd: fd}
}

func (p *poller) add(fd int, events uint32) {
	check(syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: events, Fd: int32(fd)}))
}

// What is ready; nothing if nothing is within a tenth of a second.
func (p *poller) wait() []syscall.EpollEvent {
	n, err := syscall.EpollWait(p.fd, p.events[:], 100)
	if err == syscall.EINTR {
		return nil
	}
	check(err)
	return p.events[:n]
}

func loopback(port int) *syscall.SockaddrInet4 {
	return &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
}

func newSocket() int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	check(err)
	return fd
}
