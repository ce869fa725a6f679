#ifndef CYAML_H
#define CYAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libyaml's event stream behind one flat event, so that Swift sees no unions.

typedef enum {
    HUB_YAML_DOCUMENT_START,
    HUB_YAML_DOCUMENT_END,
    HUB_YAML_SCALAR,
    HUB_YAML_SEQUENCE_START,
    HUB_YAML_SEQUENCE_END,
    HUB_YAML_MAPPING_START,
    HUB_YAML_MAPPING_END,
    HUB_YAML_ALIAS,
    HUB_YAML_END,
    HUB_YAML_ERROR,
} hub_yaml_kind;

typedef struct {
    hub_yaml_kind kind;
    // A scalar's text or an error's message: not terminated, valid until the next call.
    const char *text;
    size_t text_length;
    // The explicit tag of a node, NULL without one.
    const char *tag;
    bool is_plain;
    bool has_anchor;
    // Counted from 1, in characters.
    size_t line;
    size_t column;
} hub_yaml_event;

typedef struct hub_yaml_reader hub_yaml_reader;

// Reads UTF-8; the bytes are copied. NULL when memory is out.
hub_yaml_reader *hub_yaml_open(const uint8_t *bytes, size_t length);
// After HUB_YAML_END or HUB_YAML_ERROR the same event is answered again.
void hub_yaml_next(hub_yaml_reader *reader, hub_yaml_event *event);
void hub_yaml_close(hub_yaml_reader *reader);

#endif
