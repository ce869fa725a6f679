"""Compares allocations per request with Benchmarks/allocations.json; called by check-allocations.sh.

`--update` writes what was counted, plus a little room, as the new thresholds.
"""

import json
import signal
import sys
from pathlib import Path

from harness import allocations
from harness.bench import Bench, free_ports

LIMIT_SECONDS = 240


def count(work):
    with Bench(work, work) as bench:
        [port] = free_ports(1)
        bench.start(bench.provider_command(port), bench.client_cores, port)
        return allocations.measure(bench, port)


def with_room(value):
    """Two percent, at least a tenth: what different reads and timers may add."""
    return round(value + max(0.1, value * 0.02), 1)


def update(found):
    limits = {case: with_room(value) for case, value in sorted(found.items())}
    allocations.THRESHOLDS.write_text(json.dumps(limits, indent=2) + "\n")


def compare(found):
    """Prints every case; returns whether all are within their thresholds."""
    limits, within = allocations.thresholds(), True
    for case in sorted(limits.keys() | found.keys()):
        value, limit = found.get(case), limits.get(case)
        good = value is not None and limit is not None and value <= limit
        verdict = "ok" if good else "TOO MANY" if value is not None and limit is not None else "NO THRESHOLD"
        print(f"{case:28} {value!s:>8} allowed {limit!s:>8}  {verdict}")
        within = within and good
    return within


def main(work, arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done after {LIMIT_SECONDS} s"))
    signal.alarm(LIMIT_SECONDS)
    found = count(work)
    if "--update" in arguments:
        update(found)
    if not compare(found):
        sys.exit("allocations per request are over Benchmarks/allocations.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
