"""Whole answers from a local provider: cost per request, and latency added at one connection."""

from statistics import median

from harness.bench import DIRECT_MODEL, PROXIED_MODEL
from harness.figures import Row, differences, joined, noise_note, ratios, spread
from harness.simulated import cpu_per_request, requests_per_second

LOAD, LATENCY = "proxied", "latency"
COST_TARGET, COST_AIM, LATENCY_TARGET = 2.4, 1.6, 3.0


def measure(bench, site):
    measure_cost(bench, site)
    # All on one core: the wake-up of another core costs more than the work that is to be compared.
    site.provider.move(bench.server_cores)
    measure_latency(bench, site)
    site.provider.move(bench.client_cores)


def measure_cost(bench, site):
    for number in range(1, bench.rounds + 1):
        for side, port, server in (
            ("hub", site.hub_port, site.hub), ("nginx", site.proxy_port, site.nginx)):
            bench.load(port, PROXIED_MODEL, milliseconds=500)
            bench.measure(
                LOAD, side, number, lambda: bench.load(port, PROXIED_MODEL, milliseconds=4000),
                server, helpers=[site.provider])


def measure_latency(bench, site):
    options = {"connections": 1, "cores": bench.server_cores}
    for number in range(1, bench.rounds + 1):
        for side, port, model, server in (
            ("direct", site.provider_port, DIRECT_MODEL, None),
            ("hub", site.hub_port, PROXIED_MODEL, site.hub),
            ("nginx", site.proxy_port, PROXIED_MODEL, site.nginx)):
            bench.load(port, model, milliseconds=200, **options)
            bench.measure(
                LATENCY, side, number, lambda: bench.load(port, model, milliseconds=2500, **options),
                server, helpers=[site.provider])


def latency_row(samples, metric, name):
    direct = samples.values(LATENCY, "direct", metric)
    hub = differences(samples.values(LATENCY, "hub", metric), direct)
    nginx = differences(samples.values(LATENCY, "nginx", metric), direct)
    relative = ratios(hub, nginx)
    note = joined(f"direct {spread(direct)} µs", noise_note(samples, LATENCY))
    target = f"<= {LATENCY_TARGET} times nginx"
    if not relative:
        return Row(name, spread(hub), spread(nginx), "", target, None, joined("nginx added nothing", note))
    return Row(
        name, spread(hub), spread(nginx), spread(relative, 2), target, median(relative) <= LATENCY_TARGET, note)


def rows(samples):
    cost = {side: samples.values(LOAD, side, cpu_per_request) for side in ("hub", "nginx")}
    rate = {side: samples.values(LOAD, side, requests_per_second) for side in ("hub", "nginx")}
    relative = ratios(cost["hub"], cost["nginx"])
    return [
        Row("proxied answer, server CPU per request, µs", spread(cost["hub"]), spread(cost["nginx"]),
            spread(relative, 2), f"<= {COST_TARGET} times nginx (aim {COST_AIM})",
            median(relative) <= COST_TARGET, noise_note(samples, LOAD)),
        Row("proxied answer, requests/s", spread(rate["hub"], 0), spread(rate["nginx"], 0),
            spread(ratios(rate["hub"], rate["nginx"]), 2)),
        latency_row(samples, "p50_us", "latency added at one connection, p50, µs"),
        latency_row(samples, "p99_us", "latency added at one connection, p99, µs"),
    ]
