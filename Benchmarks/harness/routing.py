"""What a decision among a hundred targets costs, alone: time and allocations, by strategy."""

import json
import subprocess
from statistics import median

from harness.bench import REPOSITORY, ROOT, clean_environment
from harness.figures import Row

CASE = "routing"
STRATEGIES = ("model-based", "cost", "latency", "hybrid", "round-robin", "weighted", "failover")
CANDIDATES = 100
TIMED, COUNTED = 5000, 500
TARGET_MICROSECONDS = 50


def binary():
    return REPOSITORY / ".build/release/routing-cost"


def run(bench, strategy, count, **environment):
    command = [binary(), strategy, CANDIDATES, count]
    done = subprocess.run(
        ["taskset", "-c", ",".join(map(str, bench.client_cores)), *map(str, command)], capture_output=True, text=True,
        timeout=60, env=clean_environment(**environment), check=True)
    figures = json.loads(done.stdout)
    if figures["reason"] != ("route" if strategy == "model-based" else strategy):
        raise RuntimeError(f"a decision by {strategy} gave the reason {figures['reason']}")
    return figures


def allocations(bench, counter):
    """Returns {case: allocations of one decision}: the difference between N and 2N, in which starting falls out."""
    environment = {"LD_PRELOAD": str(ROOT / "build/malloc_count.so"), "MALLOC_COUNT_FILE": str(counter.path)}

    def counted(strategy, count):
        before = counter.calls()
        run(bench, strategy, count, **environment)
        return counter.calls() - before

    return {
        f"route_{strategy.replace('-', '_')}":
            (counted(strategy, 2 * COUNTED) - counted(strategy, COUNTED)) / COUNTED
        for strategy in STRATEGIES}


def measure(bench):
    for number in range(1, bench.rounds + 1):
        bench.wait_for_quiet()
        for strategy in STRATEGIES:
            bench.record(CASE, strategy, number, run(bench, strategy, TIMED))


def rows(samples):
    found = []
    for strategy in STRATEGIES:
        value = median(samples.values(CASE, strategy, "nanoseconds")) / 1000
        found.append(Row(
            f"a decision among {CANDIDATES} targets by {strategy}: µs", f"{value:.1f}",
            target=f"< {TARGET_MICROSECONDS}", met=value < TARGET_MICROSECONDS))
    return found
