#include "sse_reader.h"

#include <string.h>

void sse_reader_reset(struct sse_reader *reader, event_sink sink, void *owner) {
    reader->sink = sink;
    reader->owner = owner;
    reader->overflowed = 0;
    reader->line_length = 0;
    reader->data_length = 0;
}

static void end_event(struct sse_reader *reader) {
    if (reader->data_length == 0) return;
    reader->data[reader->data_length] = '\0';
    reader->sink(reader->owner, reader->data, reader->data_length);
    reader->data_length = 0;
}

static void end_line(struct sse_reader *reader) {
    size_t length = reader->line_length;
    if (length > 0 && reader->line[length - 1] == '\r') length--;
    reader->line_length = 0;
    if (length == 0) {
        end_event(reader);
        return;
    }
    if (length < 5 || memcmp(reader->line, "data:", 5) != 0) return;
    size_t start = length > 5 && reader->line[5] == ' ' ? 6 : 5;
    size_t needed = length - start + (reader->data_length > 0);
    if (reader->data_length + needed >= sizeof reader->data) {
        reader->overflowed++;
        return;
    }
    // Several data lines of one event are one value joined by line feeds.
    if (reader->data_length > 0) reader->data[reader->data_length++] = '\n';
    memcpy(reader->data + reader->data_length, reader->line + start, length - start);
    reader->data_length += length - start;
}

void sse_reader_read(struct sse_reader *reader, const char *bytes, size_t length) {
    while (length > 0) {
        const char *feed = memchr(bytes, '\n', length);
        size_t span = feed == NULL ? length : (size_t)(feed - bytes);
        size_t room = sizeof reader->line - reader->line_length;
        size_t kept = span < room ? span : room;
        if (kept < span) reader->overflowed++;
        memcpy(reader->line + reader->line_length, bytes, kept);
        reader->line_length += kept;
        if (feed == NULL) return;
        end_line(reader);
        bytes += span + 1;
        length -= span + 1;
    }
}
