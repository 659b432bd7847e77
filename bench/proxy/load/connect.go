package main

import (
	"fmt"
	"time"
)

// So many clients at a time, each with one connection after the other.
func connect(port, count, seconds int) {
	c := newClients(port)
	for i := 0; i < count; i++ {
		c.open()
	}
	var done, failed int
	began := time.Now()
	limit := time.Duration(seconds) * time.Second
	for time.Since(began) < limit {
		for _, event := range c.poll.wait() {
			fd := int(event.Fd)
			switch c.proceed(fd) {
			case waiting:
				continue
			case answered:
				done++
			case ended:
				failed++
			}
			c.close(fd)
			c.open()
		}
	}
	fmt.Printf("connections %d failed %d rate %.0f\n", done, failed, float64(done)/time.Since(began).Seconds())
}
