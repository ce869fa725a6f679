// Durations in nanoseconds, kept whole so that percentiles are exact.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct samples {
    int64_t *values;
    size_t count;
    size_t capacity;
};

void samples_add(struct samples *samples, int64_t nanoseconds);

/// Sorts; call once before `samples_percentile`.
void samples_sort(struct samples *samples);

/// Nearest-rank percentile of sorted samples in microseconds; 0 without samples.
double samples_percentile(const struct samples *samples, double percent);
