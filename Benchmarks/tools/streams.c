// Opens many streamed completions at once and checks every event of each:
// the right stream, in order, none lost, none merged. The provider stamps each event with its send
// time, so the delay is measured per event. Prints one JSON object.

#include <errno.h>
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

struct stream {
    int descriptor;
    uint64_t identifier;
    long next_sequence;
    bool finish_seen, done_seen, ended;
    struct http_response response;
    struct sse_reader events;
};

static struct {
    long events_each;
    long open;
    uint64_t count_delays_from;
    uint64_t received_at; // when the bytes being read arrived
    uint64_t events, lost, repeated_or_reordered, merged, foreign, unstamped, truncated, failed;
    struct samples delays;
} run;

/// The text of `"content":"..."` in one chunk, or NULL; tolerates spaces around the colon.
static const char *content_of(const char *data) {
    const char *key = strstr(data, "\"content\"");
    if (key == NULL) return NULL;
    key += 9;
    while (*key == ' ' || *key == ':') key++;
    return *key == '"' ? key + 1 : NULL;
}

static void check_order(struct stream *stream, long sequence) {
    if (sequence < stream->next_sequence) {
        run.repeated_or_reordered++;
        return;
    }
    run.lost += (uint64_t)(sequence - stream->next_sequence);
    stream->next_sequence = sequence + 1;
}

static void check_content(struct stream *stream, const char *content) {
    unsigned long long identifier, sent_at;
    long sequence;
    int used = 0;
    if (sscanf(content, "s=%llu e=%ld t=%llu%n", &identifier, &sequence, &sent_at, &used) != 3) {
        if (*content != '"') run.unstamped++; // the first chunk has empty content
        return;
    }
    run.events++;
    // Anything between the stamp and the closing quote is a second event's text.
    if (content[used] != ' ' || content[used + 1] != '"') run.merged++;
    if (identifier != stream->identifier) run.foreign++;
    check_order(stream, sequence);
    if (sent_at >= run.count_delays_from)
        samples_add(&run.delays, (int64_t)run.received_at - (int64_t)sent_at);
}

static void take_event(void *owner, const char *data, size_t length) {
    (void)length;
    struct stream *stream = owner;
    if (strcmp(data, "[DONE]") == 0) {
        stream->done_seen = true;
        return;
    }
    const char *content = content_of(data);
    if (content != NULL) check_content(stream, content);
    const char *finish = strstr(data, "\"finish_reason\"");
    if (finish != NULL && strstr(finish, "\"stop\"") != NULL) stream->finish_seen = true;
}

static void take_body(void *owner, const char *bytes, size_t length) {
    struct stream *stream = owner;
    sse_reader_read(&stream->events, bytes, length);
}

static void end_stream(struct stream *stream) {
    if (stream->ended) return;
    stream->ended = true;
    run.open--;
    close(stream->descriptor);
    if (stream->next_sequence < run.events_each)
        run.lost += (uint64_t)(run.events_each - stream->next_sequence);
    bool whole = stream->response.state == response_complete && stream->finish_seen &&
                 stream->done_seen && stream->events.overflowed == 0;
    if (!whole) run.truncated++;
    if (stream->response.status != 200) run.failed++;
}

static void receive(struct stream *stream) {
    static char buffer[65536];
    ssize_t received = recv(stream->descriptor, buffer, sizeof buffer, 0);
    if (received < 0 && errno == EAGAIN) return;
    run.received_at = monotonic_nanoseconds();
    if (received > 0) http_response_read(&stream->response, buffer, (size_t)received);
    enum response_state state = stream->response.state;
    if (received <= 0 || state == response_complete || state == response_malformed)
        end_stream(stream);
}

static void open_stream(struct stream *stream, int epoll, long port, uint64_t identifier) {
    stream->descriptor = loopback_connect(port, 0);
    if (stream->descriptor < 0) fail("connect");
    stream->identifier = identifier;
    http_response_reset(&stream->response, take_body, stream);
    sse_reader_reset(&stream->events, take_event, stream);
    epoll_watch(epoll, stream->descriptor, EPOLLIN, stream);
}

static void report(double seconds) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    samples_sort(&run.delays);
    printf(
        "{\"events\":%llu,\"lost\":%llu,\"reordered\":%llu,\"merged\":%llu,\"foreign\":%llu,"
        "\"unstamped\":%llu,\"truncated_streams\":%llu,\"failed_streams\":%llu,\"seconds\":%.6f,"
        "\"client_cpu_seconds\":%.6f,\"delays\":%zu,\"p50_us\":%.2f,\"p99_us\":%.2f,\"max_us\":%.2f}\n",
        (unsigned long long)run.events, (unsigned long long)run.lost,
        (unsigned long long)run.repeated_or_reordered, (unsigned long long)run.merged,
        (unsigned long long)run.foreign, (unsigned long long)run.unstamped,
        (unsigned long long)run.truncated, (unsigned long long)run.failed, seconds, cpu,
        run.delays.count, samples_percentile(&run.delays, 50), samples_percentile(&run.delays, 99),
        samples_percentile(&run.delays, 100));
}

int main(int argc, char **argv) {
    long port = 0, streams = 200, skip_milliseconds = 0, identifier = 1, timeout = 30;
    struct chat_parameters chat = {
        .model = "bench-model", .user_agent = "bench-streams", .stream = true, .events = 100};
    const struct command_option options[] = {
        {"port", .number = &port},
        {"streams", .number = &streams},
        {"events", .number = &chat.events},
        {"interval-us", .number = &chat.interval_microseconds},
        {"skip-milliseconds", .number = &skip_milliseconds},
        {"identifier", .number = &identifier},
        {"timeout", .number = &timeout},
        {"model", .text = &chat.model},
        {"user-agent", .text = &chat.user_agent},
    };
    parse_options(argc, argv, options, sizeof options / sizeof *options);
    static struct chat_request request;
    chat_request_build(&request, &chat);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct stream *all = calloc((size_t)streams, sizeof *all);
    if (all == NULL) fail("calloc");
    for (long i = 0; i < streams; i++) open_stream(&all[i], epoll, port, (uint64_t)(identifier + i));

    run.events_each = chat.events;
    run.open = streams;
    uint64_t start = monotonic_nanoseconds();
    run.count_delays_from = start + (uint64_t)skip_milliseconds * 1000000u;
    for (long i = 0; i < streams; i++) {
        chat_request_identify(&request, all[i].identifier);
        ssize_t sent = send(all[i].descriptor, request.bytes, request.length, MSG_NOSIGNAL);
        if (sent != (ssize_t)request.length) end_stream(&all[i]);
    }
    uint64_t give_up_at = start + (uint64_t)timeout * 1000000000u;
    struct epoll_event ready[256];
    while (run.open > 0 && monotonic_nanoseconds() < give_up_at) {
        int count = epoll_wait(epoll, ready, 256, 100);
        for (int i = 0; i < count; i++) receive(ready[i].data.ptr);
    }
    double seconds = (double)(monotonic_nanoseconds() - start) / 1e9;
    for (long i = 0; i < streams; i++) end_stream(&all[i]);
    report(seconds);
    return 0;
}
