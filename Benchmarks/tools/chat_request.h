// The request every client sends: a chat completion with a 1 KB prompt that is unique by its id.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the benchmark's provider reads from the prompt: `bench id=<16 digits> events=<n> interval_us=<n>`.
struct chat_parameters {
    const char *model;
    const char *user_agent;
    const char *path;           // NULL: chat completions
    bool stream;
    long events;                // events of a streamed answer
    long interval_microseconds; // between events; 0: as fast as they are read
};

struct chat_request {
    char bytes[2048];
    size_t length;
    char *identifier; // the 16 digits inside `bytes`
};

/// Builds a POST of the path, whose body chat completions and Anthropic's messages both take.
void chat_request_build(struct chat_request *request, const struct chat_parameters *parameters);

/// Builds a GET of the path; it carries no identifier.
void get_request_build(struct chat_request *request, const char *path);

/// Makes the request unique: writes the identifier in place, always 16 decimal digits.
void chat_request_identify(struct chat_request *request, uint64_t identifier);
