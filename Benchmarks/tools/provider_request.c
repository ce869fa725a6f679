#define _GNU_SOURCE
#include "provider_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Whether the member has the value true, with or without a space after the colon.
static int is_true(const char *body, const char *member) {
    const char *found = strstr(body, member);
    if (found == NULL) return 0;
    found += strlen(member);
    while (*found == ' ' || *found == ':') found++;
    return strncmp(found, "true", 4) == 0;
}

static void read_order(struct stream_order *order, const char *body) {
    *order = (struct stream_order){.events = 64};
    const char *prompt = strstr(body, "bench id=");
    unsigned long long identifier = 0;
    if (prompt != NULL)
        sscanf(
            prompt, "bench id=%llu events=%ld interval_us=%ld", &identifier, &order->events,
            &order->interval_microseconds);
    order->identifier = identifier;
    order->usage_wanted = is_true(body, "\"include_usage\"");
}

long provider_request_read(struct provider_request *request, const char *input, size_t length) {
    const char *head_end = memmem(input, length, "\r\n\r\n", 4);
    if (head_end == NULL) return 0;
    size_t head_length = (size_t)(head_end - input) + 4;
    if (strncmp(input, "GET ", 4) == 0) {
        request->kind = request_models;
        return (long)head_length;
    }
    request->dialect = strncmp(input, "POST /v1/messages ", 18) == 0 ? dialect_anthropic : dialect_openai;
    const char *field = strcasestr(input, "\r\ncontent-length:");
    if (field == NULL || field > head_end) return -1; // chunked requests are not read
    size_t body_length = strtoul(field + 17, NULL, 10);
    if (length < head_length + body_length) return 0;
    const char *body = input + head_length;
    request->kind = is_true(body, "\"stream\"") ? request_stream : request_whole;
    read_order(&request->order, body);
    request->order.dialect = request->dialect;
    return (long)(head_length + body_length);
}
