// Closed-loop load: each connection sends its next request when its answer is complete.
// Prints one JSON object: counts, seconds, latency percentiles and the client's own CPU time.

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chat_request.h"
#include "clock.h"
#include "http_response.h"
#include "loopback.h"
#include "options.h"
#include "samples.h"
#include "sse_reader.h"

struct connection {
    int descriptor;
    uint64_t sent_at;
    struct http_response response;
    struct sse_reader events;
};

static struct {
    int epoll;
    int streaming;
    struct chat_request request;
    uint64_t next_identifier;
    int same; // every request with the same identifier
    uint64_t stop_at;  // no request is sent after this time
    uint64_t to_send;  // requests left to send
    long in_flight;
    uint64_t completed, failed, body_bytes, event_count;
    uint64_t first_sent_at, last_answer_at;
    struct samples latencies;
} run;

static void count_event(void *owner, const char *data, size_t length) {
    (void)owner, (void)length;
    if (strcmp(data, "[DONE]") != 0) run.event_count++;
}

static void take_body(void *owner, const char *bytes, size_t length) {
    struct connection *connection = owner;
    run.body_bytes += length;
    if (run.streaming) sse_reader_read(&connection->events, bytes, length);
}

static void give_up(struct connection *connection) {
    close(connection->descriptor);
    run.failed++;
    run.in_flight--;
}

static void send_next(struct connection *connection, uint64_t now) {
    if (run.to_send == 0 || now >= run.stop_at) return;
    run.to_send--;
    run.in_flight++;
    chat_request_identify(&run.request, run.next_identifier);
    if (!run.same) run.next_identifier++;
    http_response_reset(&connection->response, take_body, connection);
    sse_reader_reset(&connection->events, count_event, connection);
    connection->sent_at = now;
    // One small request on an idle connection always fits the socket buffer.
    ssize_t sent = send(connection->descriptor, run.request.bytes, run.request.length, MSG_NOSIGNAL);
    if (sent != (ssize_t)run.request.length) give_up(connection);
}

static void finish_answer(struct connection *connection) {
    uint64_t now = monotonic_nanoseconds();
    run.in_flight--;
    run.last_answer_at = now;
    if (connection->response.status == 200) {
        run.completed++;
        samples_add(&run.latencies, (int64_t)(now - connection->sent_at));
    } else {
        run.failed++;
    }
    send_next(connection, now);
}

static void receive(struct connection *connection) {
    static char buffer[65536];
    ssize_t received = recv(connection->descriptor, buffer, sizeof buffer, 0);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) {
        give_up(connection);
        return;
    }
    size_t used = http_response_read(&connection->response, buffer, (size_t)received);
    if (connection->response.state == response_malformed || used != (size_t)received)
        give_up(connection);
    else if (connection->response.state == response_complete)
        finish_answer(connection);
}

static void run_until_answered(uint64_t give_up_at) {
    struct epoll_event ready[256];
    while (run.in_flight > 0) {
        int count = epoll_wait(run.epoll, ready, 256, 1000);
        for (int i = 0; i < count; i++) receive(ready[i].data.ptr);
        if (monotonic_nanoseconds() < give_up_at) continue;
        run.failed += (uint64_t)run.in_flight;
        return;
    }
}

static void report(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    samples_sort(&run.latencies);
    printf(
        "{\"requests\":%llu,\"failed\":%llu,\"events\":%llu,\"body_bytes\":%llu,\"seconds\":%.6f,"
        "\"client_cpu_seconds\":%.6f,\"p50_us\":%.2f,\"p99_us\":%.2f,\"max_us\":%.2f}\n",
        (unsigned long long)run.completed, (unsigned long long)run.failed,
        (unsigned long long)run.event_count, (unsigned long long)run.body_bytes,
        (double)(run.last_answer_at - run.first_sent_at) / 1e9, cpu,
        samples_percentile(&run.latencies, 50), samples_percentile(&run.latencies, 99),
        samples_percentile(&run.latencies, 100));
}

int main(int argc, char **argv) {
    long port = 0, connections = 64, requests = 0, milliseconds = 0, identifier = 1, timeout = 60;
    struct chat_parameters chat = {.model = "sim-chat", .user_agent = "bench-load"};
    const char *get = NULL;
    const struct command_option options[] = {
        {"port", .number = &port},           {"connections", .number = &connections},
        {"requests", .number = &requests},   {"milliseconds", .number = &milliseconds},
        {"identifier", .number = &identifier}, {"timeout", .number = &timeout},
        {"model", .text = &chat.model},      {"user-agent", .text = &chat.user_agent},
        {"path", .text = &chat.path},
        {"get", .text = &get},               {"stream", .flag = &run.streaming},
        {"same", .flag = &run.same},
        {"events", .number = &chat.events},  {"interval-us", .number = &chat.interval_microseconds},
    };
    parse_options(argc, argv, options, sizeof options / sizeof *options);
    chat.stream = run.streaming;
    if (get != NULL)
        get_request_build(&run.request, get);
    else
        chat_request_build(&run.request, &chat);

    run.epoll = epoll_create1(EPOLL_CLOEXEC);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    if (all == NULL) fail("calloc");
    for (long i = 0; i < connections; i++) {
        all[i].descriptor = loopback_connect(port, 0);
        if (all[i].descriptor < 0) fail("connect");
        epoll_watch(run.epoll, all[i].descriptor, EPOLLIN, &all[i]);
    }
    run.next_identifier = (uint64_t)identifier;
    run.first_sent_at = run.last_answer_at = monotonic_nanoseconds();
    run.to_send = requests > 0 ? (uint64_t)requests : UINT64_MAX;
    run.stop_at = milliseconds > 0 ? run.first_sent_at + (uint64_t)milliseconds * 1000000u : UINT64_MAX;
    for (long i = 0; i < connections; i++) send_next(&all[i], run.first_sent_at);
    run_until_answered(run.first_sent_at + (uint64_t)timeout * 1000000000u);
    report();
    return 0;
}
