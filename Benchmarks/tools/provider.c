// A provider that costs next to nothing: answers every POST with one fixed chat completion, or with
// a stream of stamped events when the request says "stream":true; at /v1/messages in Anthropic's form.
// One epoll loop, keep-alive only.
// Usage: provider --port N [--answer-bytes 600]

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "loopback.h"
#include "options.h"
#include "provider_answers.h"
#include "provider_request.h"
#include "stream_schedule.h"

struct connection {
    struct scheduled next_event; // first, so that a scheduled entry is its connection
    int descriptor;
    struct stream_order order;
    long sequence;
    bool streaming;
    const struct whole_answer *later; // instead of events
    size_t unsent_length; // bytes of the last event that the socket did not take
    size_t input_length;
    char unsent[1024];
    char input[16384];
};

static int epoll;
static struct schedule schedule;
static struct whole_answer whole[2]; // by dialect

static void close_connection(struct connection *connection) {
    schedule_remove(&schedule, &connection->next_event);
    close(connection->descriptor);
    free(connection);
}

static void await(struct connection *connection, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, connection->descriptor, &event) != 0) fail("epoll_ctl");
}

/// Sends, keeping what does not fit; false when the peer is gone or reads far too slowly.
static bool transmit(struct connection *connection, const char *bytes, size_t length) {
    ssize_t sent = send(connection->descriptor, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    size_t rest = length - (sent < 0 ? 0 : (size_t)sent);
    if (rest == 0) return true;
    if (rest > sizeof connection->unsent) return false;
    memcpy(connection->unsent, bytes + length - rest, rest);
    connection->unsent_length = rest;
    await(connection, EPOLLIN | EPOLLOUT);
    return true;
}

/// Streams begin at pseudo-random points of their interval, as independent clients would.
static uint64_t first_due(const struct stream_order *order) {
    uint64_t interval = (uint64_t)order->interval_microseconds * 1000u;
    uint64_t scattered = (order->identifier * 0x9e3779b97f4a7c15u) >> 32;
    return monotonic_nanoseconds() + (interval * (scattered & 0xffff) >> 16);
}

static bool begin_stream(struct connection *connection) {
    connection->streaming = true;
    connection->sequence = 0;
    connection->next_event.due = first_due(&connection->order);
    schedule_add(&schedule, &connection->next_event);
    return transmit(connection, stream_head, strlen(stream_head));
}

static bool begin_wait(struct connection *connection, const struct whole_answer *answer) {
    connection->streaming = true;
    connection->later = answer;
    connection->next_event.due =
        monotonic_nanoseconds() + (uint64_t)connection->order.interval_microseconds * 1000u;
    schedule_add(&schedule, &connection->next_event);
    return true;
}

/// Sends the event, or answer, that is due and schedules the next; false when the connection must close.
static bool send_event(struct connection *connection) {
    schedule_remove(&schedule, &connection->next_event);
    if (connection->later != NULL) {
        const struct whole_answer *answer = connection->later;
        connection->later = NULL;
        connection->streaming = false;
        return transmit(connection, answer->bytes, answer->length);
    }
    if (connection->unsent_length > 0) return true; // resumes when the socket drains
    char event[1024];
    const struct stream_order *order = &connection->order;
    if (connection->sequence == order->events) {
        connection->streaming = false;
        return transmit(connection, event, write_stream_end(event, sizeof event, order));
    }
    size_t length = write_event(event, sizeof event, order, connection->sequence++);
    if (order->interval_microseconds == 0)
        connection->next_event.due = monotonic_nanoseconds(); // unpaced streams take turns
    else
        connection->next_event.due += (uint64_t)order->interval_microseconds * 1000u;
    schedule_add(&schedule, &connection->next_event);
    return transmit(connection, event, length);
}

static bool answer(struct connection *connection, const struct provider_request *request) {
    if (request->kind == request_models) return transmit(connection, models_answer, strlen(models_answer));
    connection->order = request->order;
    if (request->kind == request_stream) return begin_stream(connection);
    const struct whole_answer *answer = &whole[request->dialect];
    if (request->order.interval_microseconds > 0) return begin_wait(connection, answer);
    return transmit(connection, answer->bytes, answer->length);
}

static bool answer_all(struct connection *connection) {
    struct provider_request request;
    while (!connection->streaming && connection->input_length > 0) {
        long used = provider_request_read(&request, connection->input, connection->input_length);
        if (used == 0) return connection->input_length < sizeof connection->input - 1;
        if (used < 0 || !answer(connection, &request)) return false;
        connection->input_length -= (size_t)used;
        memmove(connection->input, connection->input + used, connection->input_length);
    }
    return true;
}

static bool receive(struct connection *connection) {
    size_t room = sizeof connection->input - 1 - connection->input_length;
    ssize_t received = recv(connection->descriptor, connection->input + connection->input_length, room, 0);
    if (received < 0 && errno == EAGAIN) return true;
    if (received <= 0) return false;
    connection->input_length += (size_t)received;
    connection->input[connection->input_length] = '\0';
    return answer_all(connection);
}

static bool drain(struct connection *connection) {
    size_t length = connection->unsent_length;
    ssize_t sent = send(connection->descriptor, connection->unsent, length, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    connection->unsent_length -= (size_t)sent;
    memmove(connection->unsent, connection->unsent + sent, connection->unsent_length);
    if (connection->unsent_length > 0) return true;
    await(connection, EPOLLIN);
    if (connection->streaming && connection->next_event.position == not_scheduled)
        schedule_add(&schedule, &connection->next_event);
    return true;
}

static void accept_all(int listener) {
    int descriptor;
    while ((descriptor = loopback_accept(listener)) >= 0) {
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL) fail("calloc");
        connection->descriptor = descriptor;
        connection->next_event.position = not_scheduled;
        epoll_watch(epoll, descriptor, EPOLLIN, connection);
    }
}

/// Sends events that are due, at most a batch so that new requests are not starved.
static void send_due_events(void) {
    uint64_t now = monotonic_nanoseconds();
    for (int i = 0; i < 64; i++) {
        struct scheduled *first = schedule_first(&schedule);
        if (first == NULL || first->due > now) return;
        struct connection *connection = (struct connection *)first;
        if (!send_event(connection)) close_connection(connection);
    }
}

static int wait_for_work(struct epoll_event *ready, int capacity) {
    const struct scheduled *first = schedule_first(&schedule);
    if (first == NULL) return epoll_wait(epoll, ready, capacity, -1);
    uint64_t now = monotonic_nanoseconds();
    uint64_t wait = first->due > now ? first->due - now : 0;
    struct timespec timeout = {(time_t)(wait / 1000000000u), (long)(wait % 1000000000u)};
    return epoll_pwait2(epoll, ready, capacity, &timeout, NULL);
}

int main(int argc, char **argv) {
    long port = 0, answer_bytes = 600;
    const struct command_option options[] = {
        {"port", .number = &port}, {"answer-bytes", .number = &answer_bytes}};
    parse_options(argc, argv, options, 2);
    write_whole_answer(&whole[dialect_openai], (size_t)answer_bytes, dialect_openai);
    write_whole_answer(&whole[dialect_anthropic], (size_t)answer_bytes, dialect_anthropic);
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0); // events leave within a microsecond of being due

    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = loopback_listen(port);
    epoll_watch(epoll, listener, EPOLLIN, NULL);
    struct epoll_event ready[256];
    for (;;) {
        int count = wait_for_work(ready, 256);
        for (int i = 0; i < count; i++) {
            struct connection *connection = ready[i].data.ptr;
            if (connection == NULL) {
                accept_all(listener);
                continue;
            }
            bool alive = true;
            if (ready[i].events & EPOLLOUT) alive = drain(connection);
            if (alive && (ready[i].events & ~(uint32_t)EPOLLOUT)) alive = receive(connection);
            if (!alive) close_connection(connection);
        }
        send_due_events();
    }
}
