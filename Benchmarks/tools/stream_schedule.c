#include "stream_schedule.h"

#include <stdlib.h>

#include "options.h"

static void place(struct schedule *schedule, size_t position, struct scheduled *entry) {
    schedule->entries[position] = entry;
    entry->position = position;
}

static void sift_up(struct schedule *schedule, size_t position) {
    struct scheduled *entry = schedule->entries[position];
    while (position > 0) {
        size_t parent = (position - 1) / 2;
        if (schedule->entries[parent]->due <= entry->due) break;
        place(schedule, position, schedule->entries[parent]);
        position = parent;
    }
    place(schedule, position, entry);
}

static void sift_down(struct schedule *schedule, size_t position) {
    struct scheduled *entry = schedule->entries[position];
    for (;;) {
        size_t child = 2 * position + 1;
        if (child >= schedule->count) break;
        if (child + 1 < schedule->count &&
            schedule->entries[child + 1]->due < schedule->entries[child]->due)
            child++;
        if (entry->due <= schedule->entries[child]->due) break;
        place(schedule, position, schedule->entries[child]);
        position = child;
    }
    place(schedule, position, entry);
}

void schedule_add(struct schedule *schedule, struct scheduled *entry) {
    if (schedule->count == schedule->capacity) {
        schedule->capacity = schedule->capacity == 0 ? 1024 : schedule->capacity * 2;
        schedule->entries = realloc(schedule->entries, schedule->capacity * sizeof *schedule->entries);
        if (schedule->entries == NULL) fail("realloc");
    }
    place(schedule, schedule->count++, entry);
    sift_up(schedule, entry->position);
}

void schedule_remove(struct schedule *schedule, struct scheduled *entry) {
    if (entry->position == not_scheduled) return;
    size_t position = entry->position;
    entry->position = not_scheduled;
    struct scheduled *last = schedule->entries[--schedule->count];
    if (last == entry) return;
    place(schedule, position, last);
    sift_up(schedule, position);
    sift_down(schedule, last->position);
}

struct scheduled *schedule_first(const struct schedule *schedule) {
    return schedule->count == 0 ? NULL : schedule->entries[0];
}
