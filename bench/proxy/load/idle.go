package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const opening = 64

// Prints a line when the first count is open, one when the second is, and one when all have been closed by the other
// side: how long that took, from the first to the last.
func idle(port, first, all int) {
	proceed := make(chan os.Signal, 1)
	signal.Notify(proceed, syscall.SIGUSR1)
	h := &holder{clients: newClients(port)}
	h.openUpTo(first)
	for len(proceed) == 0 {
		h.turn()
	}
	h.openUpTo(all)
	for h.open > 0 {
		h.turn()
	}
	fmt.Printf("cut %d in %.1f ms\n", h.closed, h.lastClosed.Sub(h.firstClosed).Seconds()*1000)
}

type holder struct {
	*clients
	started, open, closed   int
	firstClosed, lastClosed time.Time
}

func (h *holder) openUpTo(count int) {
	began := time.Now()
	for h.open < count && h.closed == 0 {
		for h.started < count && h.started-h.open < opening {
			h.clients.open()
			h.started++
		}
		h.turn()
	}
	fmt.Printf("open %d in %.0f ms, closed %d\n", h.open, time.Since(began).Seconds()*1000, h.closed)
}

func (h *holder) turn() {
	for _, event := range h.poll.wait() {
		fd := int(event.Fd)
		switch h.proceed(fd) {
		case answered:
			h.open++
		case ended:
			h.lastClosed = time.Now()
			if h.closed == 0 {
				h.firstClosed = h.lastClosed
			}
			h.open--
			h.closed++
			h.close(fd)
		}
	}
}
