package main

import "syscall"

// Connections being opened or open; one byte each way is the proof that a proxy has joined one with its destination.
type clients struct {
	poll   *poller
	port   int
	asked  map[int]bool
	buffer [16]byte
}

func newClients(port int) *clients {
	return &clients{poll: newPoller(), port: port, asked: map[int]bool{}}
}

func (c *clients) open() int {
	fd := newSocket()
	if err := syscall.Connect(fd, loopback(c.port)); err != nil && err != syscall.EINPROGRESS {
		check(err)
	}
	const edgeTriggered = 1 << 31
	c.poll.add(fd, syscall.EPOLLIN|syscall.EPOLLOUT|edgeTriggered)
	c.asked[fd] = false
	return fd
}

func (c *clients) close(fd int) {
	delete(c.asked, fd)
	syscall.Close(fd)
}

type progress int

const (
	waiting progress = iota
	answered
	ended
)

// Goes on with a connection that is ready.
func (c *clients) proceed(fd int) progress {
	if !c.asked[fd] {
		_, err := syscall.Write(fd, c.buffer[:1])
		if err == syscall.EAGAIN || err == syscall.ENOTCONN {
			return waiting
		}
		if err != nil {
			return ended
		}
		c.asked[fd] = true
	}
	n, err := syscall.Read(fd, c.buffer[:])
	switch {
	case err == syscall.EAGAIN:
		return waiting
	case err != nil || n == 0:
		return ended
	}
	return answered
}
