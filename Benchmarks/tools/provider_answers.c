#include "provider_answers.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

#define CHUNK_START \
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000," \
    "\"model\":\"bench-model\","

const char stream_head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

#define MODELS "{\"object\":\"list\",\"data\":[{\"id\":\"bench-model\",\"object\":\"model\",\"owned_by\":\"bench\"}]}"
_Static_assert(sizeof MODELS - 1 == 83, "the length stated below");

const char models_answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 83\r\n\r\n" MODELS;

static const char openai_start[] =
    "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,"
    "\"model\":\"bench-model\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
    "\"content\":\"";
static const char openai_end[] =
    "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":64,"
    "\"total_tokens\":264}}";
static const char anthropic_start[] =
    "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-model\","
    "\"content\":[{\"type\":\"text\",\"text\":\"";
static const char anthropic_end[] =
    "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
    "\"usage\":{\"input_tokens\":200,\"output_tokens\":64}}";

void write_whole_answer(struct whole_answer *answer, size_t body_bytes, enum dialect dialect) {
    const char *start = dialect == dialect_anthropic ? anthropic_start : openai_start;
    const char *end = dialect == dialect_anthropic ? anthropic_end : openai_end;
    static const char words[] = "measure twice and cut once, then measure again; ";
    size_t fixed = strlen(start) + strlen(end);
    size_t content = body_bytes > fixed ? body_bytes - fixed : 0;
    if (content > 4096) content = 4096;
    char *cursor = answer->bytes;
    cursor += sprintf(
        cursor, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        fixed + content, start);
    for (size_t i = 0; i < content; i++) *cursor++ = words[i % (sizeof words - 1)];
    cursor = stpcpy(cursor, end);
    answer->length = (size_t)(cursor - answer->bytes);
}

/// Frames text as one HTTP chunk.
static size_t frame(char *buffer, size_t capacity, const char *text, size_t length) {
    return (size_t)snprintf(buffer, capacity, "%zx\r\n%.*s\r\n", length, (int)length, text);
}

static const char anthropic_head[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_bench\","
    "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-model\",\"content\":[],"
    "\"stop_reason\":null,\"stop_sequence\":null,"
    "\"usage\":{\"input_tokens\":200,\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
static const char anthropic_stop[] =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
    "\"stop_sequence\":null},\"usage\":{\"output_tokens\":64}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

size_t write_event(char *buffer, size_t capacity, const struct stream_order *order, long sequence) {
    char text[900];
    if (order->dialect == dialect_anthropic) {
        int length = snprintf(
            text, sizeof text,
            "%sevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            "\"delta\":{\"type\":\"text_delta\",\"text\":\"s=%llu e=%ld t=%llu \"}}\n\n",
            sequence == 0 ? anthropic_head : "", (unsigned long long)order->identifier, sequence,
            (unsigned long long)monotonic_nanoseconds());
        return frame(buffer, capacity, text, (size_t)length);
    }
    const char *role = sequence == 0 ? "\"role\":\"assistant\"," : "";
    int length = snprintf(
        text, sizeof text,
        CHUNK_START
        "\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"s=%llu e=%ld t=%llu \"},"
        "\"finish_reason\":null}]}\n\n",
        role, (unsigned long long)order->identifier, sequence,
        (unsigned long long)monotonic_nanoseconds());
    return frame(buffer, capacity, text, (size_t)length);
}

size_t write_stream_end(char *buffer, size_t capacity, const struct stream_order *order) {
    if (order->dialect == dialect_anthropic) {
        size_t framed = frame(buffer, capacity, anthropic_stop, sizeof anthropic_stop - 1);
        return framed + (size_t)snprintf(buffer + framed, capacity - framed, "0\r\n\r\n");
    }
    char usage[320] = "";
    if (order->usage_wanted)
        snprintf(
            usage, sizeof usage,
            CHUNK_START
            "\"choices\":[],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":%ld,"
            "\"total_tokens\":%ld}}\n\n",
            order->events, order->events + 200);
    char text[768];
    int length = snprintf(
        text, sizeof text,
        CHUNK_START
        "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n%sdata: [DONE]\n\n",
        usage);
    size_t framed = frame(buffer, capacity, text, (size_t)length);
    return framed + (size_t)snprintf(buffer + framed, capacity - framed, "0\r\n\r\n");
}
