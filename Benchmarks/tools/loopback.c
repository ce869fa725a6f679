#define _GNU_SOURCE
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "options.h"

static struct sockaddr_in loopback_address(unsigned host, long port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(0x7f000000u | host),
    };
}

static void turn_on(int descriptor, int level, int name) {
    int on = 1;
    if (setsockopt(descriptor, level, name, &on, sizeof on) != 0) fail("setsockopt");
}

int loopback_listen(long port) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("socket");
    turn_on(descriptor, SOL_SOCKET, SO_REUSEADDR);
    struct sockaddr_in address = loopback_address(1, port);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(descriptor, 4096) != 0) fail("listen");
    return descriptor;
}

int loopback_connect(long port, unsigned source) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    turn_on(descriptor, IPPROTO_TCP, TCP_NODELAY);
    if (source != 0) {
        // The port is chosen at connect time, so each address has its own full range.
        turn_on(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
        struct sockaddr_in from = loopback_address(source, 0);
        if (bind(descriptor, (struct sockaddr *)&from, sizeof from) != 0) goto failed;
    }
    struct sockaddr_in to = loopback_address(1, port);
    if (connect(descriptor, (struct sockaddr *)&to, sizeof to) != 0) goto failed;
    if (fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) goto failed;
    return descriptor;
failed:;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

int loopback_accept(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) turn_on(descriptor, IPPROTO_TCP, TCP_NODELAY);
    return descriptor;
}

void epoll_watch(int epoll, int descriptor, uint32_t events, void *owner) {
    struct epoll_event event = {.events = events, .data.ptr = owner};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}
