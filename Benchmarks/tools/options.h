// Command lines of the form `--name value`, plus flags that take no value.
#pragma once

#include <stddef.h>

/// One accepted option; exactly one of the three destinations is set.
struct command_option {
    const char *name;
    const char **text;
    long *number;
    int *flag;
};

/// Stores every option found; returns the index of the first argument after `--`, or argc.
/// An unknown option, a missing value or a malformed number ends the program with status 2.
int parse_options(int argc, char **argv, const struct command_option *options, size_t count);

/// Prints the message with errno's text and ends the program with status 1.
_Noreturn void fail(const char *what);
