"""Calls that no cache knows, while the Redis beside the hub is well, gone, frozen, slow or full: what it adds to their time."""

import contextlib
import signal
import socket
import threading
import time
from statistics import median

from harness.bench import SIMULATED_MODEL, free_ports
from harness.figures import Row, differences, joined, noise_note, spread

CASE = "redis faults"
WELL, FAULTS = "well", ("gone", "frozen", "slow", "full")
TARGET_MILLISECONDS = 1
DELAY_SECONDS = 0.05
LOAD_MILLISECONDS = 3000


class SlowPath:
    """A way to Redis on which every reply takes longer, once it is told so."""

    def __init__(self, redis_port):
        self._redis_port = redis_port
        self._is_slow = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def slow_down(self):
        self._is_slow.set()

    def close(self):
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._redis_port))
                for path in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._carry, args=path, daemon=True).start()

    def _carry(self, source, target, is_reply):
        with contextlib.suppress(OSError), source, target:
            while data := source.recv(65536):
                if is_reply and self._is_slow.is_set():
                    time.sleep(DELAY_SECONDS)
                target.sendall(data)


def redis_command(bench, port, state):
    full = ["--maxmemory", "1mb", "--maxmemory-policy", "noeviction"] if state == "full" else []
    return ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", bench.work, *full]


def measure_state(bench, site, state, number):
    redis_port, port = free_ports(2)
    with contextlib.ExitStack() as stack:
        redis = stack.enter_context(
            bench.running(redis_command(bench, redis_port, state), bench.client_cores, redis_port))
        path = stack.enter_context(contextlib.closing(SlowPath(redis_port)))
        at = path.port if state == "slow" else redis_port
        hub = stack.enter_context(bench.running(
            bench.hub_command(port, site.provider_port, cache=True), bench.server_cores, port,
            **bench.hub_options(REDIS_URL=f"redis://127.0.0.1:{at}")))
        options = {"connections": 1, "milliseconds": 500}
        bench.load(port, SIMULATED_MODEL, **options)
        if state == "gone":
            redis.stop()
        elif state == "frozen":
            redis.send(signal.SIGSTOP)
        elif state == "slow":
            path.slow_down()
        options["milliseconds"] = LOAD_MILLISECONDS
        bench.measure(CASE, state, number, lambda: bench.load(port, SIMULATED_MODEL, **options), hub)
        if state == "frozen":
            redis.send(signal.SIGCONT)


def measure(bench, site):
    for number in range(1, bench.rounds + 1):
        for state in (WELL, *FAULTS):
            measure_state(bench, site, state, number)


def milliseconds(sample):
    return sample["p99_us"] / 1000


def rows(samples):
    well = samples.values(CASE, WELL, milliseconds)
    result = []
    for state in FAULTS:
        added = differences(samples.values(CASE, state, milliseconds), well)
        result.append(Row(
            f"Redis {state}: added to p99 of a call at one connection, ms", spread(added, 2),
            target=f"<= {TARGET_MILLISECONDS}", met=median(added) <= TARGET_MILLISECONDS,
            note=joined(f"with Redis well {spread(well, 2)}", noise_note(samples, CASE))))
    return result
