// A min-heap of streams ordered by when their next event is due.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Embedded in what is scheduled; `position` is kept by the heap.
struct scheduled {
    uint64_t due; // monotonic nanoseconds
    size_t position;
};

struct schedule {
    struct scheduled **entries;
    size_t count;
    size_t capacity;
};

static const size_t not_scheduled = (size_t)-1;

void schedule_add(struct schedule *schedule, struct scheduled *entry);

/// Does nothing when the entry is not scheduled.
void schedule_remove(struct schedule *schedule, struct scheduled *entry);

/// The entry due first, or NULL.
struct scheduled *schedule_first(const struct schedule *schedule);
