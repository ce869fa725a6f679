#include "CYAML.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct hub_yaml_reader {
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    hub_yaml_event last;
    bool is_finished;
    uint8_t *bytes;
};

hub_yaml_reader *hub_yaml_open(const uint8_t *bytes, size_t length) {
    hub_yaml_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) return NULL;
    reader->bytes = malloc(length > 0 ? length : 1);
    if (reader->bytes == NULL || !yaml_parser_initialize(&reader->parser)) {
        free(reader->bytes);
        free(reader);
        return NULL;
    }
    if (length > 0) memcpy(reader->bytes, bytes, length);
    yaml_parser_set_input_string(&reader->parser, reader->bytes, length);
    // Set, not guessed: a byte order mark must not switch the parser to UTF-16.
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    return reader;
}

void hub_yaml_close(hub_yaml_reader *reader) {
    if (reader == NULL) return;
    if (reader->has_event) yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
    free(reader->bytes);
    free(reader);
}

static void set_text(hub_yaml_event *event, const void *text, size_t length) {
    event->text = text;
    event->text_length = length;
}

static void describe_error(const yaml_parser_t *parser, hub_yaml_event *event) {
    const char *problem = parser->problem != NULL ? parser->problem : "out of memory";
    event->kind = HUB_YAML_ERROR;
    set_text(event, problem, strlen(problem));
    event->line = parser->problem_mark.line + 1;
    event->column = parser->problem_mark.column + 1;
    if (parser->error == YAML_READER_ERROR) {
        // Invalid UTF-8 is reported by offset alone; the parser's own mark is the nearest place.
        event->line = parser->mark.line + 1;
        event->column = parser->mark.column + 1;
    }
}

static void describe_event(const yaml_event_t *source, hub_yaml_event *event) {
    event->line = source->start_mark.line + 1;
    event->column = source->start_mark.column + 1;
    switch (source->type) {
    case YAML_SCALAR_EVENT:
        event->kind = HUB_YAML_SCALAR;
        set_text(event, source->data.scalar.value, source->data.scalar.length);
        event->tag = (const char *)source->data.scalar.tag;
        event->is_plain = source->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        event->has_anchor = source->data.scalar.anchor != NULL;
        break;
    case YAML_SEQUENCE_START_EVENT:
        event->kind = HUB_YAML_SEQUENCE_START;
        event->tag = (const char *)source->data.sequence_start.tag;
        event->has_anchor = source->data.sequence_start.anchor != NULL;
        break;
    case YAML_MAPPING_START_EVENT:
        event->kind = HUB_YAML_MAPPING_START;
        event->tag = (const char *)source->data.mapping_start.tag;
        event->has_anchor = source->data.mapping_start.anchor != NULL;
        break;
    case YAML_SEQUENCE_END_EVENT: event->kind = HUB_YAML_SEQUENCE_END; break;
    case YAML_MAPPING_END_EVENT: event->kind = HUB_YAML_MAPPING_END; break;
    case YAML_DOCUMENT_START_EVENT: event->kind = HUB_YAML_DOCUMENT_START; break;
    case YAML_DOCUMENT_END_EVENT: event->kind = HUB_YAML_DOCUMENT_END; break;
    case YAML_ALIAS_EVENT: event->kind = HUB_YAML_ALIAS; break;
    default: event->kind = HUB_YAML_END; break;
    }
}

void hub_yaml_next(hub_yaml_reader *reader, hub_yaml_event *event) {
    if (reader->is_finished) {
        *event = reader->last;
        return;
    }
    memset(event, 0, sizeof(*event));
    do {
        if (reader->has_event) yaml_event_delete(&reader->event);
        reader->has_event = yaml_parser_parse(&reader->parser, &reader->event) != 0;
    } while (reader->has_event && reader->event.type == YAML_STREAM_START_EVENT);

    if (reader->has_event) {
        describe_event(&reader->event, event);
    } else {
        describe_error(&reader->parser, event);
    }
    reader->is_finished = event->kind == HUB_YAML_END || event->kind == HUB_YAML_ERROR;
    reader->last = *event;
}
