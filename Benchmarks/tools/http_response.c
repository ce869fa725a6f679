#define _GNU_SOURCE
#include "http_response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void http_response_reset(struct http_response *response, body_sink sink, void *owner) {
    response->state = response_head;
    response->status = 0;
    response->remaining = 0;
    response->line_length = 0;
    response->sink = sink;
    response->owner = owner;
}

/// The value of a header in a head ending in an empty line, or NULL.
static const char *header(const char *head, const char *name, size_t name_length) {
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        const char *field = line + 2;
        if (strncasecmp(field, name, name_length) != 0 || field[name_length] != ':') continue;
        const char *value = field + name_length + 1;
        while (*value == ' ') value++;
        return value;
    }
    return NULL;
}

static void interpret_head(struct http_response *response) {
    const char *head = response->line;
    if (strncmp(head, "HTTP/1.1 ", 9) != 0) {
        response->state = response_malformed;
        return;
    }
    response->status = atoi(head + 9);
    const char *length = header(head, "content-length", 14);
    if (length != NULL) {
        response->remaining = strtoull(length, NULL, 10);
        response->state = response->remaining == 0 ? response_complete : response_body;
        return;
    }
    const char *coding = header(head, "transfer-encoding", 17);
    bool chunked = coding != NULL && strncasecmp(coding, "chunked", 7) == 0;
    response->state = chunked ? response_chunk_size : response_malformed;
}

static void interpret_chunk_size(struct http_response *response) {
    char *end;
    response->remaining = strtoull(response->line, &end, 16);
    if (end == response->line)
        response->state = response_malformed;
    else
        response->state = response->remaining == 0 ? response_trailer : response_chunk_body;
}

static void interpret_line(struct http_response *response) {
    switch (response->state) {
    case response_head: interpret_head(response); break;
    case response_chunk_size: interpret_chunk_size(response); break;
    case response_chunk_end:
        response->state = response->line_length == 2 ? response_chunk_size : response_malformed;
        break;
    case response_trailer:
        if (response->line_length == 2) response->state = response_complete;
        break;
    default: response->state = response_malformed;
    }
    response->line_length = 0;
}

/// Collects bytes up to and with the terminator of the head or framing line, then interprets them.
static size_t read_line(struct http_response *response, const char *bytes, size_t length) {
    bool head = response->state == response_head;
    const char *terminator = head ? "\r\n\r\n" : "\r\n";
    size_t terminator_length = head ? 4 : 2;
    size_t before = response->line_length;
    size_t room = sizeof response->line - 1 - before;
    size_t taken = length < room ? length : room;
    memcpy(response->line + before, bytes, taken);
    size_t searched = before < terminator_length ? 0 : before - terminator_length + 1;
    const char *found = memmem(
        response->line + searched, before + taken - searched, terminator, terminator_length);
    if (found == NULL) {
        response->line_length = before + taken;
        if (taken == room) response->state = response_malformed;
        return taken;
    }
    size_t end = (size_t)(found - response->line) + terminator_length;
    response->line_length = end;
    response->line[end] = '\0';
    interpret_line(response);
    return end - before;
}

static size_t read_body(struct http_response *response, const char *bytes, size_t length) {
    size_t taken = length < response->remaining ? length : (size_t)response->remaining;
    if (response->sink != NULL) response->sink(response->owner, bytes, taken);
    response->remaining -= taken;
    if (response->remaining == 0)
        response->state = response->state == response_body ? response_complete : response_chunk_end;
    return taken;
}

size_t http_response_read(struct http_response *response, const char *bytes, size_t length) {
    size_t used = 0;
    while (used < length) {
        enum response_state state = response->state;
        if (state == response_complete || state == response_malformed) break;
        bool body = state == response_body || state == response_chunk_body;
        used += body ? read_body(response, bytes + used, length - used)
                     : read_line(response, bytes + used, length - used);
    }
    return used;
}
