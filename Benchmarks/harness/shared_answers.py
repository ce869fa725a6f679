"""Whole answers that a hub finds in Redis alone, as one that has just started does, beside redis-benchmark at the same Redis."""

import re
import urllib.request
from statistics import median

from harness.bench import SIMULATED_MODEL, free_ports
from harness.figures import Row, joined, noise_note, ratios, spread
from harness.processes import wait_until
from harness.shared import CALLERS, redis_benchmark
from harness.simulated import cpu_per_request, requests_per_second

CASE = "answers from redis"
PROMPTS = 20_000
TARGET = 0.3
FIRST_IDENTIFIER = 1


def metric(port, name, tier):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return float(re.search(rf'^\w*{name}{{tier="{tier}"}} (\S+)', text, re.MULTILINE).group(1))


def load(bench, port):
    """Every prompt once: none is equal to one under way, so that none is answered by joining it."""
    return bench.tool(
        "load", port=port, model=SIMULATED_MODEL, user_agent="bench-simulated", connections=CALLERS,
        identifier=FIRST_IDENTIFIER, requests=PROMPTS)


def measure(bench, site):
    redis_port, port = free_ports(2)
    redis = ["redis-server", "--port", redis_port, "--bind", "127.0.0.1", "--save", "", "--dir", bench.work]
    # Nothing is kept in the hub's own memory.
    options = bench.hub_options(REDIS_URL=f"redis://127.0.0.1:{redis_port}", CACHE_MAX_BYTES="0")
    hub = bench.hub_command(port, site.provider_port, cache=True)
    with bench.running(redis, bench.client_cores, redis_port), bench.running(
            hub, bench.server_cores, port, **options) as server:
        load(bench, port)
        wait_until(lambda: metric(port, "cache_writes_total", "l2") >= PROMPTS, 10, "answers do not reach Redis")
        for number in range(1, bench.rounds + 1):
            before = metric(port, "cache_hits_total", "l2")
            bench.measure(CASE, "hub", number, lambda: load(bench, port), server)
            found = metric(port, "cache_hits_total", "l2") - before
            if found != PROMPTS:
                raise RuntimeError(f"of {PROMPTS} answers {found:.0f} came from Redis")
            bench.wait_for_quiet()
            bench.record(CASE, "redis-benchmark", number, redis_benchmark(bench, redis_port, bench.server_cores))


def rows(samples):
    rate = samples.values(CASE, "hub", requests_per_second)
    beside = samples.values(CASE, "redis-benchmark", "per_second")
    relative = ratios(rate, beside)
    return [
        Row("answer from Redis, requests/s", spread(rate, 0), compared="",
            target=f">= {TARGET} of redis-benchmark GET", met=median(relative) >= TARGET,
            note=joined(f"redis-benchmark, as many connections: {spread(beside, 0)}",
                        f"ratio {spread(relative, 2)}", noise_note(samples, CASE))),
        Row("answer from Redis, server CPU per request, µs", spread(samples.values(CASE, "hub", cpu_per_request))),
    ]
