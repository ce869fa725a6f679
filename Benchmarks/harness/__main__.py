"""One whole run: `python3 -m harness RESULTS WORK [SECTION...]`, called by run.sh."""

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from harness import allocations, cached, crossed, memory, proxied, redis_faults, routing, shared, shared_answers
from harness import simulated, starting, streaming, translation
from harness.bench import SIMULATED_MODEL, PROXIED_MODEL, Bench, completion, free_ports, hub_binary
from harness.figures import Samples
from harness.machine import facts
from harness.processes import Process
from harness.report import summary

LIMIT_SECONDS = 570


@dataclass
class Site:
    """The servers that stand side by side during the run."""

    hub: Process
    hub_port: int
    nginx: Process
    fixed_port: int
    proxy_port: int
    stream_port: int
    provider: Process
    provider_port: int


def same_size_body(length):
    """A JSON object of that many bytes, without characters that nginx would interpret."""
    start, end = '{"object":"chat.completion","content":"', '"}'
    return start + "x" * max(0, min(length, 3500) - len(start) - len(end)) + end


def build_site(bench):
    provider_port, hub_port, *nginx_ports = free_ports(5)
    provider = bench.start(bench.provider_command(provider_port), bench.client_cores, provider_port)
    hub = bench.start(
        bench.hub_command(hub_port, provider_port), bench.server_cores, hub_port, **bench.hub_options())
    completion(hub_port, PROXIED_MODEL, "bench-proxied")
    answer = completion(hub_port, SIMULATED_MODEL, "bench-simulated")
    body = same_size_body(len(answer))
    nginx = bench.start(
        bench.nginx_command(nginx_ports, provider_port, body), bench.server_cores, nginx_ports[0])
    bench.say(f"simulated answer: {len(answer)} bytes; nginx returns {len(body)}")
    return Site(hub, hub_port, nginx, *nginx_ports, provider, provider_port), body


def measure_memory(bench, site, body):
    [port] = free_ports(1)
    memory.measure_side(
        bench, "hub", bench.hub_command(port, site.provider_port), port, bench.hub_options())
    ports = free_ports(3)
    memory.measure_side(
        bench, "nginx", bench.nginx_command(ports, site.provider_port, body), ports[0], {}, load=False)


def measure_starts(bench, site, body):
    hub_port, *nginx_ports = free_ports(4)
    hub = bench.hub_command(hub_port, site.provider_port)
    nginx = bench.nginx_command(nginx_ports, site.provider_port, body)
    for number in range(1, starting.TIMES + 1):
        starting.measure_once(bench, "hub", number, hub, hub_port, bench.hub_options())
        starting.measure_once(bench, "nginx", number, nginx, nginx_ports[0], {})


def sections(bench, site, body):
    """Every section in order: its name, its measurement, and the rows it adds to the summary."""
    return {
        "simulated": (
            lambda: simulated.measure(bench, site), lambda samples: simulated.rows(samples, bench.workers)),
        "cached": (lambda: cached.measure(bench, site), lambda samples: cached.rows(samples, bench.workers)),
        "proxied": (lambda: proxied.measure(bench, site), proxied.rows),
        "crossed": (lambda: crossed.measure(bench, site), crossed.rows),
        "translation": (lambda: translation.measure(bench), translation.rows),
        "routing": (lambda: routing.measure(bench), routing.rows),
        "shared": (lambda: shared.measure(bench), shared.rows),
        "kept": (lambda: shared_answers.measure(bench, site), shared_answers.rows),
        "redis": (lambda: redis_faults.measure(bench, site), redis_faults.rows),
        "streams": (lambda: streaming.measure(bench, site), streaming.rows),
        "memory": (lambda: measure_memory(bench, site, body), memory.rows),
        "starts": (lambda: measure_starts(bench, site, body), starting.rows),
        "allocations": (lambda: allocations.measure(bench, site.provider_port), allocations.rows),
    }


def run(bench, chosen):
    """Measures the chosen sections, or all; returns the rows of the summary."""
    site, body = build_site(bench)
    available, rows = sections(bench, site, body), []
    if unknown := set(chosen) - available.keys():
        raise SystemExit(f"no section {', '.join(unknown)}; there are {', '.join(available)}")
    for name, (measure, summarise) in available.items():
        if chosen and name not in chosen:
            continue
        bench.say(f"measuring {name}")
        measure()
        rows += summarise(Samples(bench.samples))
    return rows


def failures(samples):
    return sum(sample.get("failed", 0) for sample in samples)


def stop(number, _):
    raise SystemExit(f"stopped by {signal.Signals(number).name}")


def main(results, work, chosen):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT_SECONDS)
    if not os.access(hub_binary(), os.X_OK):
        raise SystemExit(f"{hub_binary()} is missing: swift build -c release, or set HUB_BIN")
    started = time.monotonic()
    with Bench(results, work) as bench:
        machine = facts(bench)
        (results / "machine.json").write_text(json.dumps(machine, indent=2) + "\n")
        rows = run(bench, chosen)
        text = summary(rows, machine, time.monotonic() - started)
        (results / "summary.md").write_text(text)
        print(text)
        failed = failures(bench.samples)
    if failed:
        raise SystemExit(f"{failed} requests failed: the figures above do not count")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
