"""The tools notice what they are there to notice: run with `python3 -m unittest discover Benchmarks/tests`.

A scripted server answers each connection with given bytes, so that damage can be made on purpose.
"""

import json
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAM, EVENTS = 7, 4


def chunk(text):
    return f"{len(text):x}\r\n{text}\r\n".encode()


def stamp(sequence, stream=STREAM):
    return f"s={stream} e={sequence} t={time.monotonic_ns()} "


def event(content):
    delta = {"choices": [{"delta": {"content": content}, "finish_reason": None}]}
    return chunk(f"data: {json.dumps(delta)}\n\n")


END = chunk('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n') + b"0\r\n\r\n"


def stream(*contents, end=END):
    return HEAD + b"".join(event(content) for content in contents) + end


class ScriptedServer:
    """Answers one request on one connection, in pieces of the given size, and closes."""

    def __init__(self, answer, piece=65536):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._answer, self._piece = answer, piece
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with self._listener, self._listener.accept()[0] as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.recv(65536)
            for start in range(0, len(self._answer), self._piece):
                connection.sendall(self._answer[start:start + self._piece])


def run(tool, port, **options):
    command = [BENCHMARKS / "build" / tool, "--port", str(port)]
    for name, value in options.items():
        command += [f"--{name}"] + ([] if value is True else [str(value)])
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=10).stdout)


def damage(answer, **server):
    """The faults that the stream client reports for an answer, without those that are zero."""
    port = ScriptedServer(answer, **server).port
    found = run("streams", port, streams=1, events=EVENTS, identifier=STREAM, timeout=2)
    faults = ("lost", "reordered", "merged", "foreign", "unstamped", "truncated_streams", "failed_streams")
    return {name: found[name] for name in faults if found[name]}


class StreamClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([BENCHMARKS / "tools/build.sh"], check=True)

    def test_an_intact_stream_has_no_faults(self):
        self.assertEqual(damage(stream(*map(stamp, range(EVENTS)))), {})

    def test_a_stream_that_arrives_byte_by_byte_has_no_faults(self):
        self.assertEqual(damage(stream(*map(stamp, range(EVENTS))), piece=1), {})

    def test_comments_and_an_empty_first_delta_are_no_faults(self):
        answer = HEAD + chunk(": ping\n\n") + event("") + b"".join(event(stamp(i)) for i in range(EVENTS)) + END
        self.assertEqual(damage(answer), {})

    def test_a_missing_event_is_lost(self):
        self.assertEqual(damage(stream(stamp(0), stamp(1), stamp(3))), {"lost": 1})

    def test_missing_last_events_are_lost(self):
        self.assertEqual(damage(stream(stamp(0), stamp(1))), {"lost": 2})

    def test_swapped_events_are_reordered(self):
        self.assertEqual(damage(stream(stamp(0), stamp(2), stamp(1), stamp(3)))["reordered"], 1)

    def test_two_events_in_one_are_merged(self):
        self.assertEqual(damage(stream(stamp(0) + stamp(1), stamp(2), stamp(3))), {"merged": 1, "lost": 1})

    def test_an_event_of_another_stream_is_foreign(self):
        self.assertEqual(damage(stream(stamp(0), stamp(1, stream=8), stamp(2), stamp(3))), {"foreign": 1})

    def test_text_without_a_stamp_is_noticed(self):
        self.assertEqual(damage(stream(*map(stamp, range(EVENTS)), "hello")), {"unstamped": 1})

    def test_a_stream_without_done_is_truncated(self):
        self.assertEqual(damage(stream(*map(stamp, range(EVENTS)), end=b"0\r\n\r\n")), {"truncated_streams": 1})

    def test_a_stream_without_its_last_chunk_is_truncated(self):
        whole = stream(*map(stamp, range(EVENTS)))
        self.assertEqual(damage(whole.removesuffix(b"0\r\n\r\n")), {"truncated_streams": 1})


class LoadClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([BENCHMARKS / "tools/build.sh"], check=True)

    def load(self, answer, **options):
        found = run("load", ScriptedServer(answer).port, connections=1, requests=1, **options)
        return found["requests"], found["failed"]

    def test_an_answer_counts(self):
        self.assertEqual(self.load(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"), (1, 0))

    def test_an_error_status_fails(self):
        self.assertEqual(self.load(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}"), (0, 1))

    def test_a_cut_answer_fails(self):
        self.assertEqual(self.load(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), (0, 1))

    def test_bytes_after_the_answer_fail(self):
        self.assertEqual(self.load(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}x"), (0, 1))


ALLOCATING = """
#include <stdlib.h>
#include <pthread.h>
static void *allocate(void *count) {
    for (long i = 0; i < (long)count; i++) {
        void *volatile p = malloc(10);
        p = realloc(p, 100);
        free(p);
        free(p = calloc(2, 5));
        free(p = aligned_alloc(64, 64));
        void *q;
        if (posix_memalign(&q, 64, 64) == 0) free(q);
    }
    return NULL;
}
int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 0;
    pthread_t thread;
    pthread_create(&thread, NULL, allocate, (void *)count);
    allocate((void *)count);
    return pthread_join(thread, NULL);
}
"""


class AllocationCounter(unittest.TestCase):
    def calls(self, directory, count):
        counter = Path(directory, f"count-{count}")
        counter.write_bytes(bytes(65536))
        environment = {"LD_PRELOAD": str(BENCHMARKS / "build/malloc_count.so"), "MALLOC_COUNT_FILE": str(counter)}
        subprocess.run([Path(directory, "program"), str(count)], env=environment, check=True)
        return sum(calls for calls, _ in struct.iter_unpack("QQ48x", counter.read_bytes()))

    def test_every_allocation_of_every_thread_is_counted(self):
        subprocess.run([BENCHMARKS / "tools/build.sh"], check=True)
        with tempfile.TemporaryDirectory() as directory:
            command = ["cc", "-O0", "-xc", "-", "-o", Path(directory, "program"), "-pthread"]
            subprocess.run(command, input=ALLOCATING, text=True, check=True)
            self.assertEqual(self.calls(directory, 200) - self.calls(directory, 100), 2 * 100 * 5)


if __name__ == "__main__":
    unittest.main()
