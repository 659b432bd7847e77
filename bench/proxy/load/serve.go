package main

import "syscall"

func serve(port int) {
	listener := newSocket()
	check(syscall.SetsockoptInt(listener, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	check(syscall.Bind(listener, loopback(port)))
	check(syscall.Listen(listener, 4096))
	poll := newPoller()
	poll.add(listener, syscall.EPOLLIN)
	buffer := make([]byte, 4096)
	for {
		for _, event := range poll.wait() {
			if fd := int(event.Fd); fd == listener {
				acceptAll(listener, poll)
			} else {
				echo(fd, buffer)
			}
		}
	}
}

func acceptAll(listener int, poll *poller) {
	for {
		fd, _, err := syscall.Accept4(listener, syscall.SOCK_NONBLOCK)
		if err == syscall.EAGAIN {
			return
		}
		if err == syscall.ECONNABORTED {
			continue
		}
		check(err)
		poll.add(fd, syscall.EPOLLIN)
	}
}

func echo(fd int, buffer []byte) {
	n, err := syscall.Read(fd, buffer)
	if err == syscall.EAGAIN {
		return
	}
	if err == nil && n > 0 {
		_, err = syscall.Write(fd, buffer[:n])
	}
	if err != nil || n == 0 {
		syscall.Close(fd)
	}
}
