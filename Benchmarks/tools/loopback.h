// TCP sockets on the loopback interface: non-blocking, TCP_NODELAY, close-on-exec.
#pragma once

#include <stdint.h>

/// Listens on 127.0.0.1:port; ends the program on failure.
int loopback_listen(long port);

/// Starts from 127.0.0.<source> (0: the system chooses) to 127.0.0.1:port.
/// Returns a connected descriptor, or -1 with errno set.
int loopback_connect(long port, unsigned source);

/// Accepts one connection, or returns -1 when none waits.
int loopback_accept(int listener);

/// Adds the descriptor to the epoll set, level-triggered; ends the program on failure.
void epoll_watch(int epoll, int descriptor, uint32_t events, void *owner);
