#include "samples.h"

#include <math.h>
#include <stdlib.h>

#include "options.h"

void samples_add(struct samples *samples, int64_t nanoseconds) {
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity == 0 ? 1 << 16 : samples->capacity * 2;
        samples->values = realloc(samples->values, samples->capacity * sizeof *samples->values);
        if (samples->values == NULL) fail("realloc");
    }
    samples->values[samples->count++] = nanoseconds;
}

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

void samples_sort(struct samples *samples) {
    if (samples->count > 0) qsort(samples->values, samples->count, sizeof *samples->values, ascending);
}

double samples_percentile(const struct samples *samples, double percent) {
    if (samples->count == 0) return 0;
    double rank = ceil(percent / 100 * (double)samples->count);
    size_t index = rank < 1 ? 0 : (size_t)rank - 1;
    return (double)samples->values[index] / 1000;
}
