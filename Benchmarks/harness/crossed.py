"""Calls that cross dialects beside calls that do not: server CPU per request and per stream, both ways."""

from statistics import median

from harness.figures import Row, noise_note, ratios, spread
from harness.simulated import cpu_per_request

TARGET = 1.4
EVENTS = 64
PATHS = {"OpenAI": "/v1/chat/completions", "Anthropic": "/v1/messages"}
MODELS = {"OpenAI": "local/bench-model", "Anthropic": "claude/bench-model"}
SHAPES = {
    "whole": {},
    "streamed": {"stream": True, "events": EVENTS, "connections": 16},
}


def case(client, shape):
    return f"crossed-{client}-{shape}"


def measure(bench, site):
    for shape, options in SHAPES.items():
        for client, path in PATHS.items():
            for number in range(1, bench.rounds + 1):
                for provider, model in MODELS.items():
                    load = {"path": path, **options}
                    bench.load(site.hub_port, model, milliseconds=300, **load)
                    bench.measure(
                        case(client, shape), provider, number,
                        lambda: bench.load(site.hub_port, model, milliseconds=2000, **load),
                        site.hub, helpers=[site.provider])


def rows(samples):
    found = []
    for shape in SHAPES:
        for client in PATHS:
            [other] = PATHS.keys() - {client}
            name = case(client, shape)
            same = samples.values(name, client, cpu_per_request)
            cross = samples.values(name, other, cpu_per_request)
            relative = ratios(cross, same)
            what = f"streamed answer of {EVENTS} events" if shape == "streamed" else "proxied answer"
            found.append(Row(
                f"{what}, client {client}, provider {other}: server CPU, µs",
                f"{spread(cross)}; of its own dialect {spread(same)}", "", "",
                f"<= {TARGET} times its own dialect", median(relative) <= TARGET,
                f"{spread(relative, 2)} times; {noise_note(samples, name)}".rstrip("; ")))
    return found
