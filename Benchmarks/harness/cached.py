"""Whole answers from the memory of a hub that keeps them, beside nginx returning a fixed answer of the same size."""

from statistics import median

from harness.bench import SIMULATED_MODEL, free_ports
from harness.figures import Row, joined, noise_note, ratios, spread
from harness.simulated import client_note, cpu_per_request, requests_per_second

LOAD, LATENCY = "cached", "cached latency"
TARGET, AIM, LATENCY_TARGET = 0.7, 1.0, 1000


def measure(bench, site):
    [port] = free_ports(1)
    command = bench.hub_command(port, site.provider_port, cache=True)
    with bench.running(command, bench.server_cores, port, **bench.hub_options()) as hub:
        sides = (("hub", port, hub), ("nginx", site.fixed_port, site.nginx))
        for number in range(1, bench.rounds + 1):
            for side, at, server in sides:
                bench.load(at, SIMULATED_MODEL, same=True, milliseconds=500)
                bench.measure(
                    LOAD, side, number,
                    lambda at=at: bench.load(at, SIMULATED_MODEL, same=True, milliseconds=4000), server)
        options = {"same": True, "connections": 1, "milliseconds": 2000}
        for number in range(1, bench.rounds + 1):
            for side, at, server in sides:
                bench.measure(
                    LATENCY, side, number, lambda at=at: bench.load(at, SIMULATED_MODEL, **options), server)


def rows(samples, workers):
    notes = joined(client_note(samples, LOAD, workers), noise_note(samples, LOAD))
    rate = {side: samples.values(LOAD, side, requests_per_second) for side in ("hub", "nginx")}
    cost = {side: samples.values(LOAD, side, cpu_per_request) for side in ("hub", "nginx")}
    last = {side: samples.values(LATENCY, side, lambda s: s["p99_us"]) for side in ("hub", "nginx")}
    relative = ratios(rate["hub"], rate["nginx"])
    return [
        Row("answer from memory, requests/s", spread(rate["hub"], 0), spread(rate["nginx"], 0),
            spread(relative, 2), f">= {TARGET} of nginx (aim {AIM})", median(relative) >= TARGET, notes),
        Row("answer from memory, server CPU per request, µs", spread(cost["hub"]), spread(cost["nginx"]),
            spread(ratios(cost["hub"], cost["nginx"]), 2)),
        Row("answer from memory at one connection, p99, µs", spread(last["hub"]), spread(last["nginx"]),
            "", f"< {LATENCY_TARGET:,}", median(last["hub"]) < LATENCY_TARGET, noise_note(samples, LATENCY)),
    ]
