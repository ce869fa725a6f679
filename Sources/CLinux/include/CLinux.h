// Linux calls that Swift's Glibc overlay lacks.
#ifndef CLINUX_H
#define CLINUX_H

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

/// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC. Returns a descriptor or -errno.
int clinux_accept(int listener, struct sockaddr_storage *peer, socklen_t *peer_length);

/// epoll_event.data.u64 is inside a union that Swift imports awkwardly.
static inline uint64_t clinux_event_token(const struct epoll_event *event) { return event->data.u64; }
static inline int clinux_epoll_ctl(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

/// An epoll set or eventfd, close-on-exec and non-blocking; -1 and errno on failure.
static inline int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void clinux_eventfd_signal(int descriptor) { eventfd_write(descriptor, 1); }
static inline void clinux_eventfd_clear(int descriptor) {
    eventfd_t count;
    eventfd_read(descriptor, &count);
}

/// errno as a call: the macro is not imported.
static inline int clinux_errno(void) { return errno; }

/// The reactor that owns the calling thread, or NULL.
void *clinux_current_reactor(void);
void clinux_set_current_reactor(void *reactor);

/// Tell the thread sanitizer of a lock it does not see, with the lock held: what came before the one on the same place
/// has happened before what comes after the other. Nothing in other builds.
void clinux_note_acquired(void *place);
void clinux_note_released(void *place);

/// Cores the scheduler lets this process use, at least 1.
int clinux_available_cores(void);

/// Monotonic clock in nanoseconds.
uint64_t clinux_monotonic_nanoseconds(void);
/// Wall clock in nanoseconds since 1970, to the kernel's tick: a few milliseconds behind at most, and cheaper.
uint64_t clinux_coarse_wall_nanoseconds(void);
/// Gives back freed pages (glibc malloc_trim), and pages of code and constants, of which starting touches many times
/// what serving does. Those that are used come back from the page cache.
void clinux_release_memory(void);
/// Returns to the heap what glibc keeps for the calling thread: up to seven freed blocks of each size up to 1 KB. After
/// a load they lie all over the heap, and each keeps its page; malloc_trim does not touch them.
void clinux_empty_thread_cache(void);
/// Few arenas and an early trim threshold: memory returns to idle after load.
void clinux_tune_allocator(void);

#endif
