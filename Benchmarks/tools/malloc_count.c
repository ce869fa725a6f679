// LD_PRELOAD library that counts allocations into a shared file while the program runs.
// The file named by MALLOC_COUNT_FILE (64 KiB, zeroed by the reader) holds one slot per thread:
// two 64-bit counters, calls and bytes requested, on a cache line of its own. The reader sums the slots.
// Forked children share their parent's slot; count programs that do not fork.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { slot_count = 1024 };

struct slot {
    _Alignas(64) _Atomic uint64_t calls;
    _Atomic uint64_t bytes;
};

/// Counts nobody reads: before the file is mapped, or when it cannot be.
static struct slot unread[slot_count];
static struct slot *slots = unread;
static _Atomic unsigned slots_taken;
static __thread struct slot *own_slot __attribute__((tls_model("initial-exec")));

__attribute__((constructor)) static void map_counters(void) {
    const char *path = getenv("MALLOC_COUNT_FILE");
    int descriptor = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    void *mapped = mmap(NULL, sizeof unread, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (mapped == MAP_FAILED) return;
    slots = mapped;
    own_slot = NULL; // the loading thread moves to a slot in the file
}

static void count(size_t bytes) {
    struct slot *slot = own_slot;
    if (slot == NULL) {
        // Threads past the last slot share it, which the atomic additions allow.
        unsigned index = atomic_fetch_add_explicit(&slots_taken, 1, memory_order_relaxed);
        slot = own_slot = &slots[index < slot_count ? index : slot_count - 1];
    }
    atomic_fetch_add_explicit(&slot->calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot->bytes, bytes, memory_order_relaxed);
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    count(size);
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    count(size);
    void *allocated = __libc_memalign(alignment, size);
    if (allocated == NULL) return ENOMEM;
    *pointer = allocated;
    return 0;
}
