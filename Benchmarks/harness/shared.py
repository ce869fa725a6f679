"""What the hub asks of Redis, by one reactor: values, beside redis-benchmark, and decisions on limits."""

import json
import re
import subprocess
from statistics import median

from harness.bench import REPOSITORY, clean_environment, free_ports
from harness.figures import Row, joined, ratios, spread

VALUES, DECISIONS = "values from redis", "decisions in redis"
CALLERS, COUNT = 64, 200_000
TARGET = 20_000


def binary():
    return REPOSITORY / ".build/release/redis-cost"


def on_cores(cores, command):
    done = subprocess.run(
        ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)], capture_output=True, text=True,
        timeout=60, env=clean_environment(), check=True)
    return done.stdout


def cost(bench, kind, port):
    return json.loads(on_cores(bench.client_cores, [binary(), kind, port, CALLERS, COUNT]))


def redis_benchmark(bench, port, cores=None):
    text = on_cores(
        cores or bench.client_cores, ["redis-benchmark", "-p", port, "-t", "get", "-d", 1024, "-n", COUNT // 2, "-c", CALLERS, "--csv"])
    return {"per_second": float(re.search(r'^"GET","([0-9.]+)"', text, re.MULTILINE).group(1))}


def measure(bench):
    [port] = free_ports(1)
    command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", bench.work]
    with bench.running(command, bench.server_cores, port):
        for number in range(1, bench.rounds + 1):
            bench.wait_for_quiet()
            bench.record(VALUES, "hub", number, cost(bench, "get", port))
            bench.record(VALUES, "redis-benchmark", number, redis_benchmark(bench, port))
            bench.record(DECISIONS, "hub", number, cost(bench, "limit", port))


def rows(samples):
    values = samples.values(VALUES, "hub", "per_second")
    beside = samples.values(VALUES, "redis-benchmark", "per_second")
    decisions = samples.values(DECISIONS, "hub", "per_second")
    processor = median(samples.values(DECISIONS, "hub", "processor_microseconds"))
    return [
        Row("values of 1 KB from Redis by one reactor, per second", spread(values, 0),
            note=joined(f"redis-benchmark, as many connections: {spread(beside, 0)}",
                        f"ratio {spread(ratios(values, beside), 2)}")),
        Row("decisions on two limits in Redis by one reactor, per second", spread(decisions, 0),
            target=f">= {TARGET:,}", met=median(decisions) >= TARGET,
            note=f"{processor:.1f} µs of the hub's processor each"),
    ]
