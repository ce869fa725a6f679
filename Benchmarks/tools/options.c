#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void refuse(const char *program, const char *argument, const char *reason) {
    fprintf(stderr, "%s: %s: %s\n", program, argument, reason);
    exit(2);
}

static const struct command_option *find(
    const char *argument, const struct command_option *options, size_t count) {
    if (strncmp(argument, "--", 2) != 0) return NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(argument + 2, options[i].name) == 0) return &options[i];
    return NULL;
}

int parse_options(int argc, char **argv, const struct command_option *options, size_t count) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) return i + 1;
        const struct command_option *option = find(argv[i], options, count);
        if (option == NULL) refuse(argv[0], argv[i], "unknown option");
        if (option->flag != NULL) {
            *option->flag = 1;
            continue;
        }
        if (i + 1 == argc) refuse(argv[0], argv[i], "needs a value");
        const char *value = argv[++i];
        if (option->text != NULL) {
            *option->text = value;
            continue;
        }
        char *end;
        *option->number = strtol(value, &end, 10);
        if (*value == '\0' || *end != '\0') refuse(argv[0], value, "not a number");
    }
    return argc;
}

_Noreturn void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}
