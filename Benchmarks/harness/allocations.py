"""Allocations per request, counted by malloc_count.so: the difference between N and 2N requests.

Everything a connection, a start or a timer costs is in both counts and falls out.
"""

import json
import re
import struct
import time
import urllib.request

from harness import routing, translation
from harness.bench import PROXIED_MODEL, ROOT, SIMULATED_MODEL, free_ports
from harness.figures import Row

CASE = "allocations"
THRESHOLDS = ROOT / "allocations.json"
REQUESTS, STREAMS = 20_000, 200
SHORT, LONG = 64, 164
SLOT = struct.Struct("QQ48x")
FILE_BYTES = 1024 * SLOT.size


class Counter:
    """The file that the preloaded library counts into."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(FILE_BYTES))

    def calls(self):
        return sum(calls for calls, _ in SLOT.iter_unpack(self.path.read_bytes()))


def wait_for_ledger(port):
    """Rows go to the database a moment after the answers, and cost allocations of their own.

    Returns how often the hub was asked, which costs allocations too.
    """
    for asked in range(1, 201):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            if re.search(r"^\w*ledger_rows_pending 0$", answer.read().decode(), re.MULTILINE):
                return asked
        time.sleep(0.05)
    raise RuntimeError("the ledger's rows do not reach its database")


def per_request(counter, port, run, count):
    """Allocations per request of `run(count)`, which must answer every request."""

    def counted(requests):
        before = counter.calls()
        figures = run(requests)
        asked = wait_for_ledger(port)
        spent = counter.calls() - before
        # How often it has to be asked depends on the machine: what asking once more costs comes off for each time.
        before = counter.calls()
        again = wait_for_ledger(port)
        asking = (counter.calls() - before) * asked / again
        if figures["failed"] or figures["requests"] != requests:
            raise RuntimeError(f"{figures['failed']} of {requests} requests failed while counting")
        return spent - asking, figures["events"] / requests

    counted(min(count, 1000))
    once, _ = counted(count)
    twice, events = counted(2 * count)
    return (twice - once) / count, events


def per_event(short, long):
    """From two (allocations, events) per stream that differ in length alone."""
    if long[1] <= short[1]:
        raise RuntimeError(f"streams of {short[1]} and {long[1]} events: the longer must have more")
    return (long[0] - short[0]) / (long[1] - short[1])


def counted_hub(bench, provider_port, output_tokens, **options):
    """A context with a hub whose allocations are counted; yields its port and counter."""
    [port] = free_ports(1)
    counter = Counter(bench.work / f"allocations-{port}")
    environment = bench.hub_options(
        LD_PRELOAD=str(ROOT / "build/malloc_count.so"), MALLOC_COUNT_FILE=str(counter.path))
    command = bench.hub_command(port, provider_port, output_tokens, workers=1, **options)
    return bench.running(command, bench.server_cores, port, **environment), port, counter


def measure(bench, provider_port):
    """Returns {case: allocations per request or event}."""
    found, simulated_streams = {}, []
    for tokens in (SHORT, LONG):
        hub, port, counter = counted_hub(bench, provider_port, tokens)

        def count(model=None, requests=REQUESTS, **options):
            return per_request(
                counter, port, lambda number: bench.load(port, model, requests=number, **options), requests)

        with hub:
            if counter.calls() == 0:
                raise RuntimeError("no allocation was seen: the allocator is not the one of the C library")
            simulated_streams.append(
                count(SIMULATED_MODEL, STREAMS, stream=True, connections=1))
            if tokens == LONG:
                continue
            found["health_live"], _ = count("none", get="/health/live", connections=1)
            found["simulated_whole"], _ = count(SIMULATED_MODEL, connections=1)
            # Later, so that no answer is there when the hub first looks for it: whether it is depends on the machine,
            # and a call that waits allocates more.
            found["proxied_whole"], _ = count(PROXIED_MODEL, connections=8, interval_us=1000)
            # Paced, so that every event is a read of its own and the count repeats.
            proxied_streams = [
                count(PROXIED_MODEL, STREAMS, stream=True, connections=8, events=events, interval_us=300)
                for events in (SHORT, LONG)]
            found["proxied_stream_event"] = per_event(*proxied_streams)
    found["simulated_stream_event"] = per_event(*simulated_streams)
    found["cached_whole"] = cached_whole(bench, provider_port)
    found |= translation.allocations(bench, Counter(bench.work / "allocations-translation"))
    found |= routing.allocations(bench, Counter(bench.work / "allocations-routing"))
    found = {case: round(value, 2) + 0.0 for case, value in found.items()}  # + 0.0: no minus zero
    bench.record(CASE, "hub", 1, found)
    return found


def cached_whole(bench, provider_port):
    """Of an answer from memory."""
    hub, port, counter = counted_hub(bench, provider_port, SHORT, cache=True)
    with hub:
        found, _ = per_request(
            counter, port,
            lambda number: bench.load(port, SIMULATED_MODEL, requests=number, same=True, connections=1),
            REQUESTS)
    return found


def thresholds():
    return json.loads(THRESHOLDS.read_text())


def rows(samples):
    limits = thresholds()
    [sample] = samples.of(CASE, "hub")
    return [
        Row(f"allocations, {case.replace('_', ' ')}", f"{value:.2f}",
            target=f"<= {limits[case]}" if limits.get(case) is not None else "",
            met=value <= limits[case] if limits.get(case) is not None else None)
        for case, value in sample.items() if case in limits and not case.startswith(("translate_", "route_"))]
