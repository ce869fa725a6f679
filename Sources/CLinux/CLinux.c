#define _GNU_SOURCE
#include "CLinux.h"
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int clinux_accept(int listener, struct sockaddr_storage *peer, socklen_t *peer_length) {
    int descriptor = accept4(listener, (struct sockaddr *)peer, peer_length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

static __thread void *current_reactor;
void *clinux_current_reactor(void) { return current_reactor; }
void clinux_set_current_reactor(void *reactor) { current_reactor = reactor; }

int clinux_available_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_THREAD_SANITIZER 1
void __tsan_acquire(void *place);
void __tsan_release(void *place);
#endif
#endif

void clinux_note_acquired(void *place) {
#ifdef HAS_THREAD_SANITIZER
    __tsan_acquire(place);
#else
    (void)place;
#endif
}

void clinux_note_released(void *place) {
#ifdef HAS_THREAD_SANITIZER
    __tsan_release(place);
#else
    (void)place;
#endif
}

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}
uint64_t clinux_monotonic_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }

uint64_t clinux_coarse_wall_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME_COARSE); }

// Segments that are never written hold what the file holds: a page that is dropped is mapped again when it is used.
// What the dynamic linker has relocated lies in writable segments, and is kept.
static int release_code_of(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    (void)context;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        const uintptr_t first = (start + page - 1) / page * page;
        const uintptr_t last = (start + segment->p_memsz) / page * page;
        // Fails for the kernel's own pages, which is as well.
        if (first < last) madvise((void *)first, last - first, MADV_DONTNEED);
    }
    return 0;
}

void clinux_release_memory(void) {
    malloc_trim(0);
    dl_iterate_phdr(release_code_of, NULL);
}

static void *free_blocks(void *list) {
    while (list) {
        void *next = *(void **)list;
        free(list);
        list = next;
    }
    return NULL;
}

void clinux_empty_thread_cache(void) {
    // A cache that was full has nothing left when as many blocks were taken as it can hold. (Where it was not, taking one
    // more than it has may bring in others from the heap.) A thread that ends gives its own cache back to the heap, so
    // what it frees does not wait in another one.
    const size_t smallest = 24, largest = 1032, step = 16, blocks_per_size = 7;
    void *list = NULL;
    for (size_t size = smallest; size <= largest; size += step) {
        for (size_t i = 0; i < blocks_per_size; i++) {
            void **block = malloc(size);
            if (!block) break;
            *block = list;
            list = block;
        }
    }
    pthread_t thread;
    if (pthread_create(&thread, NULL, free_blocks, list) == 0) {
        pthread_detach(thread);
    } else {
        free_blocks(list);
    }
}

void clinux_tune_allocator(void) {
    // An arena per reactor and one for all other threads. The default thresholds grow with use and keep what a burst
    // allocated.
    mallopt(M_ARENA_MAX, clinux_available_cores() + 1);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    // No fast bins: what a thread's cache has no room for joins its neighbours at once, instead of in passes over all
    // of it now and then, and leaves fewer gaps.
    mallopt(M_MXFAST, 0);
}
