#include "chat_request.h"

#include <stdio.h>
#include <string.h>

enum { prompt_bytes = 1024 };

static const char chat_path[] = "/v1/chat/completions";

static const char filler[] =
    "The quick brown fox jumps over the lazy dog while seven engineers measure how long it takes. ";

/// Exactly `prompt_bytes` of plain ASCII that needs no JSON escapes.
static void write_prompt(char *prompt, const struct chat_parameters *parameters) {
    int used = snprintf(
        prompt, prompt_bytes + 1, "bench id=0000000000000000 events=%ld interval_us=%ld ",
        parameters->events, parameters->interval_microseconds);
    for (size_t i = (size_t)used; i < prompt_bytes; i++)
        prompt[i] = filler[(i - (size_t)used) % (sizeof filler - 1)];
    prompt[prompt_bytes] = '\0';
}

void chat_request_build(struct chat_request *request, const struct chat_parameters *parameters) {
    char prompt[prompt_bytes + 1];
    write_prompt(prompt, parameters);
    const char *path = parameters->path == NULL ? chat_path : parameters->path;
    char body[1536];
    int body_length = snprintf(
        body, sizeof body, "{\"model\":\"%s\",%s%s\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}",
        parameters->model, parameters->stream ? "\"stream\":true," : "",
        path == chat_path ? "" : "\"max_tokens\":512,", prompt);
    request->length = (size_t)snprintf(
        request->bytes, sizeof request->bytes,
        "POST %.256s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: %s\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
        path, parameters->user_agent, body_length, body);
    request->identifier = strstr(request->bytes, "bench id=") + 9;
}

void get_request_build(struct chat_request *request, const char *path) {
    request->length = (size_t)snprintf(
        request->bytes, sizeof request->bytes, "GET %.1024s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
    request->identifier = NULL;
}

void chat_request_identify(struct chat_request *request, uint64_t identifier) {
    if (request->identifier == NULL) return;
    for (int digit = 15; digit >= 0; digit--) {
        request->identifier[digit] = (char)('0' + identifier % 10);
        identifier /= 10;
    }
}
