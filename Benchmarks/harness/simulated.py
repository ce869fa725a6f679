"""Whole answers made by the hub itself, beside nginx returning a fixed answer of the same size."""

from statistics import median

from harness.bench import SIMULATED_MODEL
from harness.figures import Row, joined, noise_note, ratios, spread

CASE = "simulated"
TARGET, AIM = 0.6, 1.0


def measure(bench, site):
    for number in range(1, bench.rounds + 1):
        for side, port, server in (
            ("hub", site.hub_port, site.hub), ("nginx", site.fixed_port, site.nginx)):
            bench.load(port, SIMULATED_MODEL, milliseconds=500)
            bench.measure(
                CASE, side, number, lambda: bench.load(port, SIMULATED_MODEL, milliseconds=4000), server)


def requests_per_second(sample):
    return sample["requests"] / sample["seconds"]


def cpu_per_request(sample):
    """Microseconds of the server's user and system time."""
    return sample["server_cpu_seconds"] / sample["requests"] * 1e6


def client_note(samples, case, workers):
    """Says so when the client was busier than the server it was to keep busy."""
    for side in ("hub", "nginx"):
        client = median(samples.values(case, side, lambda s: s["client_cpu_seconds"] / s["seconds"]))
        server = median(samples.values(case, side, lambda s: s["server_cpu_seconds"] / s["seconds"])) / workers
        if client > 0.9 and server < 0.9:
            return f"client-bound for {side}: client {client:.0%}, server {server:.0%} of a core"
    return ""


def rows(samples, workers):
    notes = joined(client_note(samples, CASE, workers), noise_note(samples, CASE))
    rate = {side: samples.values(CASE, side, requests_per_second) for side in ("hub", "nginx")}
    cost = {side: samples.values(CASE, side, cpu_per_request) for side in ("hub", "nginx")}
    client = {
        side: samples.values(CASE, side, lambda s: s["client_cpu_seconds"] / s["requests"] * 1e6)
        for side in ("hub", "nginx")}
    relative = ratios(rate["hub"], rate["nginx"])
    return [
        Row("simulated answer, requests/s", spread(rate["hub"], 0), spread(rate["nginx"], 0),
            spread(relative, 2), f">= {TARGET} of nginx (aim {AIM})", median(relative) >= TARGET, notes),
        Row("simulated answer, server CPU per request, µs", spread(cost["hub"]), spread(cost["nginx"]),
            spread(ratios(cost["hub"], cost["nginx"]), 2)),
        Row("the same, client CPU per request, µs", spread(client["hub"]), spread(client["nginx"]),
            spread(ratios(client["hub"], client["nginx"]), 2)),
    ]
