"""What a translation between two dialects costs, alone: time and allocations per request, answer and event."""

import json
import subprocess
from statistics import median

from harness.bench import REPOSITORY, ROOT, clean_environment
from harness.figures import Row

CASE = "translation"
DIALECTS = ("openai", "anthropic", "responses", "gemini", "bedrock")
PAIRS = [(client, provider) for client in DIALECTS for provider in DIALECTS if client != provider]
# How many are timed, and counted.
TIMED = {"request": 2000, "answer": 2000, "event": 20_000}
COUNTED = 500


def binary():
    return REPOSITORY / ".build/release/translation-cost"


def run(bench, kind, client, provider, count, **environment):
    command = [binary(), kind, client, provider, str(count)]
    done = subprocess.run(
        ["taskset", "-c", ",".join(map(str, bench.client_cores)), *map(str, command)], capture_output=True, text=True,
        timeout=60, env=clean_environment(**environment), check=True)
    return json.loads(done.stdout)["nanoseconds"]


def allocations(bench, counter):
    """Returns {case: allocations of one}: the difference between N and 2N, in which starting falls out."""
    environment = {"LD_PRELOAD": str(ROOT / "build/malloc_count.so"), "MALLOC_COUNT_FILE": str(counter.path)}

    def counted(kind, client, provider, count):
        before = counter.calls()
        run(bench, kind, client, provider, count, **environment)
        return counter.calls() - before

    return {
        f"translate_{kind}_{client}_{provider}":
            (counted(kind, client, provider, 2 * COUNTED) - counted(kind, client, provider, COUNTED)) / COUNTED
        for client, provider in PAIRS for kind in TIMED}


def measure(bench):
    for number in range(1, bench.rounds + 1):
        bench.wait_for_quiet()
        for client, provider in PAIRS:
            figures = {kind: run(bench, kind, client, provider, count) for kind, count in TIMED.items()}
            bench.record(CASE, f"{client} {provider}", number, figures)


def rows(samples):
    found = []
    for client, provider in PAIRS:
        cells = [
            f"{median(samples.values(CASE, f'{client} {provider}', kind)) / 1000:.2f}" for kind in TIMED]
        found.append(Row(
            f"translation, client {client}, provider {provider}: µs per request / answer / event", " / ".join(cells)))
    return found
