// The plain copy loop: what a proxy costs when it is written the obvious way. Accept, dial, and two copies that tell
// the other side when their own has finished. The runtime uses as many threads as GOMAXPROCS says.
//
//	copyloop LISTEN DESTINATION
package main

import (
	"io"
	"log"
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go join(client.(*net.TCPConn), os.Args[2])
	}
}

func join(client *net.TCPConn, destination string) {
	defer client.Close()
	dialled, err := net.Dial("tcp", destination)
	if err != nil {
		return
	}
	defer dialled.Close()
	server := dialled.(*net.TCPConn)
	done := make(chan struct{})
	go func() {
		io.Copy(server, client)
		server.CloseWrite()
		close(done)
	}()
	io.Copy(client, server)
	client.CloseWrite()
	<-done
}
