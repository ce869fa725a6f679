"""Streamed answers from a local provider: every event checked, its delay and its cost measured."""

from statistics import median

from harness.bench import DIRECT_MODEL, PROXIED_MODEL
from harness.figures import Row, differences, joined, noise_note, ratios, spread

# streams at once, events each, microseconds between events, start-up not counted in delays
MANY, UNPACED, STEADY = "streams-1000", "streams-unpaced", "streams-200"
SHAPES = {
    MANY: {"streams": 1000, "events": 100, "interval_us": 40000, "skip_milliseconds": 1000},
    UNPACED: {"streams": 1000, "events": 100, "interval_us": 0},
    STEADY: {"streams": 200, "events": 200, "interval_us": 20000, "skip_milliseconds": 500},
}
DAMAGE = ("lost", "reordered", "merged", "foreign", "unstamped", "truncated_streams", "failed_streams")
DELAY_TARGET_MICROSECONDS = 1000


def measure(bench, site):
    for case, shape in SHAPES.items():
        for number in range(1, bench.rounds + 1):
            for side, port, model, server in (
                ("direct", site.provider_port, DIRECT_MODEL, None),
                ("hub", site.hub_port, PROXIED_MODEL, site.hub),
                ("nginx", site.stream_port, PROXIED_MODEL, site.nginx)):
                if side == "direct" and case == UNPACED:
                    continue
                bench.measure(
                    case, side, number, lambda: bench.streams(port, model, **shape),
                    server, helpers=[site.provider])


def cpu_per_event(sample):
    """Microseconds of the server's user and system time, connections and heads included."""
    return sample["server_cpu_seconds"] / max(1, sample["events"]) * 1e6


def damage_row(samples, case, name):
    hub, nginx = (samples.total(case, side, *DAMAGE) for side in ("hub", "nginx"))
    expected = sum(SHAPES[case]["streams"] * SHAPES[case]["events"] for _ in samples.of(case, "hub"))
    received = samples.total(case, "hub", "events")
    intact = hub == 0 and received == expected
    return Row(name, f"{hub:,} of {expected:,}", f"{nginx:,}", "", "0", intact)


def cost_row(samples, case, name):
    hub, nginx = (samples.values(case, side, cpu_per_event) for side in ("hub", "nginx"))
    return Row(name, spread(hub, 2), spread(nginx, 2), spread(ratios(hub, nginx), 2))


def delay_row(samples, case, metric, name, target=None):
    direct = samples.values(case, "direct", metric)
    hub = differences(samples.values(case, "hub", metric), direct)
    nginx = differences(samples.values(case, "nginx", metric), direct)
    note = joined(f"direct {spread(direct)} µs", noise_note(samples, case))
    if target is None:
        return Row(name, spread(hub), spread(nginx), note=note)
    return Row(name, spread(hub), spread(nginx), "", f"< {target:,}", median(hub) < target, note)


def rows(samples):
    unpaced_rate = [
        samples.values(UNPACED, side, lambda s: s["events"] / s["seconds"]) for side in ("hub", "nginx")]
    return [
        damage_row(samples, MANY, "1,000 streams, 25 events/s each: events damaged"),
        cost_row(samples, MANY, "the same, server CPU per event, µs"),
        delay_row(samples, MANY, "p50_us", "the same, delay added per event, p50, µs"),
        delay_row(samples, MANY, "p99_us", "the same, delay added per event, p99, µs"),
        damage_row(samples, UNPACED, "1,000 streams, unpaced: events damaged"),
        cost_row(samples, UNPACED, "the same, server CPU per event, µs"),
        Row("the same, events/s", spread(unpaced_rate[0], 0), spread(unpaced_rate[1], 0),
            spread(ratios(*unpaced_rate), 2)),
        damage_row(samples, STEADY, "200 streams, 50 events/s each: events damaged"),
        cost_row(samples, STEADY, "the same, server CPU per event, µs"),
        delay_row(samples, STEADY, "p50_us", "the same, delay added per event, p50, µs"),
        delay_row(
            samples, STEADY, "p99_us", "the same, delay added per event, p99, µs", DELAY_TARGET_MICROSECONDS),
    ]
