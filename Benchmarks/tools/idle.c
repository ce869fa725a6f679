// Opens many keep-alive connections from several loopback addresses, makes one request on each and
// then holds them idle. Prints {"opened":n} when all have been answered; when standard input closes,
// prints {"still_open":n} and ends.

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chat_request.h"
#include "clock.h"
#include "http_response.h"
#include "loopback.h"
#include "options.h"

/// Asks once and waits at most a second for a complete 200 answer.
static bool answered(int descriptor, int epoll, const struct chat_request *request) {
    static char buffer[65536];
    static struct http_response response;
    epoll_watch(epoll, descriptor, EPOLLIN, NULL);
    bool sent = send(descriptor, request->bytes, request->length, MSG_NOSIGNAL) ==
                (ssize_t)request->length;
    http_response_reset(&response, NULL, NULL);
    struct epoll_event ready;
    while (sent && response.state != response_complete) {
        if (epoll_wait(epoll, &ready, 1, 1000) != 1) break;
        ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
        if (received <= 0) break;
        http_response_read(&response, buffer, (size_t)received);
        if (response.state == response_malformed) break;
    }
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
    return response.state == response_complete && response.status == 200;
}

static long count_open(const int *descriptors, long count) {
    long open = 0;
    for (long i = 0; i < count; i++) {
        char byte;
        ssize_t received = recv(descriptors[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (received < 0) open++; // nothing to read and no end: still open
    }
    return open;
}

int main(int argc, char **argv) {
    long port = 0, connections = 10000, sources = 10;
    const char *path = "/health/live";
    const struct command_option options[] = {
        {"port", .number = &port},
        {"connections", .number = &connections},
        {"sources", .number = &sources},
        {"path", .text = &path},
    };
    parse_options(argc, argv, options, sizeof options / sizeof *options);
    struct chat_request request;
    get_request_build(&request, path);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int *descriptors = calloc((size_t)connections, sizeof *descriptors);
    if (descriptors == NULL) fail("calloc");
    long opened = 0;
    for (long i = 0; i < connections; i++) {
        int descriptor = loopback_connect(port, 2 + (unsigned)(i % sources));
        if (descriptor < 0) {
            perror("connect");
            break;
        }
        if (answered(descriptor, epoll, &request))
            descriptors[opened++] = descriptor;
        else
            close(descriptor);
    }
    printf("{\"opened\":%ld}\n", opened);
    fflush(stdout);
    while (getchar() != EOF) {
    }
    printf("{\"still_open\":%ld}\n", count_open(descriptors, opened));
    return 0;
}
