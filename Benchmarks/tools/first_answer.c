// Starts a server and measures the time until it answers 200 to a GET, connecting in a loop.
// Usage: first_answer --port N [--path P] -- COMMAND [ARGUMENT...]
// Prints {"milliseconds":n}; ends the server before it ends itself.

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chat_request.h"
#include "clock.h"
#include "loopback.h"
#include "options.h"

static void pause_microseconds(long microseconds) {
    nanosleep(&(struct timespec){.tv_nsec = microseconds * 1000}, NULL);
}

static bool answers(long port, const struct chat_request *request) {
    int descriptor = loopback_connect(port, 0);
    if (descriptor < 0) return false;
    char buffer[4096];
    ssize_t received = -1;
    if (send(descriptor, request->bytes, request->length, MSG_NOSIGNAL) > 0) {
        struct pollfd wait = {.fd = descriptor, .events = POLLIN};
        if (poll(&wait, 1, 1000) == 1) received = recv(descriptor, buffer, sizeof buffer, 0);
    }
    close(descriptor);
    return received > 12 && memcmp(buffer, "HTTP/1.1 200", 12) == 0;
}

/// Starts the command; it is told to end should this program be killed.
static pid_t start(char **command) {
    pid_t process = fork();
    if (process < 0) fail("fork");
    if (process > 0) return process;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execvp(command[0], command);
    fail(command[0]);
}

/// Asks the process to end and kills it after five seconds.
static void end_process(pid_t process) {
    kill(process, SIGTERM);
    for (int i = 0; i < 500; i++) {
        if (waitpid(process, NULL, WNOHANG) == process) return;
        pause_microseconds(10000);
    }
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
}

int main(int argc, char **argv) {
    long port = 0;
    const char *path = "/health/live";
    const struct command_option options[] = {{"port", .number = &port}, {"path", .text = &path}};
    int command = parse_options(argc, argv, options, 2);
    if (command >= argc) {
        fprintf(stderr, "%s: needs -- COMMAND\n", argv[0]);
        return 2;
    }
    struct chat_request request;
    get_request_build(&request, path);

    uint64_t started_at = monotonic_nanoseconds();
    pid_t process = start(argv + command);
    bool answered = false, running = true;
    while (!answered && running && monotonic_nanoseconds() - started_at < 10000000000u) {
        answered = answers(port, &request);
        if (answered) break;
        running = waitpid(process, NULL, WNOHANG) == 0;
        pause_microseconds(100);
    }
    double milliseconds = (double)(monotonic_nanoseconds() - started_at) / 1e6;
    if (running) end_process(process);
    if (!answered) {
        fprintf(stderr, "%s: no answer after %.0f ms\n", argv[command], milliseconds);
        return 1;
    }
    printf("{\"milliseconds\":%.3f}\n", milliseconds);
    return 0;
}
