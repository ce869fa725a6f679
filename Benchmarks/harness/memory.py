"""Resident memory: idle, with 10,000 idle connections, and after load has passed."""

import json
import time

from harness.bench import PROXIED_MODEL, ROOT, SIMULATED_MODEL
from harness.figures import Row, Samples
from harness.processes import Process

CASE = "memory"
CONNECTIONS, SOURCES = 10_000, 10
IDLE_TARGET, CONNECTIONS_TARGET, RETURN_TARGET = 20, 60, 1.25
RETURN_SECONDS = 60


def megabytes(server):
    return round(server.resident_bytes() / 1e6, 2)


def with_connections(bench, server, port):
    """Memory while the connections are held, how many were answered and how many stayed open."""
    holder = Process(
        [ROOT / "build/idle", "--port", port, "--connections", CONNECTIONS, "--sources", SOURCES],
        bench.client_cores, None, piped=True)
    try:
        opened = json.loads(holder.output.readline() or '{"opened":0}')["opened"]
        time.sleep(1)
        held = megabytes(server)
        holder.input.close()
        still_open = json.loads(holder.output.readline() or '{"still_open":0}')["still_open"]
    finally:
        holder.stop()
    return {"connections_mb": held, "opened": opened, "still_open": still_open}


def put_under_load(bench, port):
    """Returns the failures, so that a server that refuses the load is not praised for its memory."""
    whole = bench.load(port, PROXIED_MODEL, milliseconds=2000, connections=256)
    simulated = bench.load(port, SIMULATED_MODEL, milliseconds=1000, connections=256)
    streams = bench.streams(port, PROXIED_MODEL, streams=1000, events=100, interval_us=0)
    return whole["failed"] + simulated["failed"] + streams["failed_streams"]


def settle(bench, server, side, idle):
    """Memory each second until it is back, for a minute at most."""
    course = []
    for second in range(RETURN_SECONDS + 1):
        course.append(megabytes(server))
        if course[-1] <= idle * RETURN_TARGET:
            break
        time.sleep(1)
    return course


def measure_side(bench, side, command, port, options, load=True):
    with bench.running(command, bench.server_cores, port, **options) as server:
        time.sleep(2)
        figures = {"idle_mb": megabytes(server)}
        figures |= with_connections(bench, server, port)
        time.sleep(1)
        figures["connections_closed_mb"] = megabytes(server)
        if load:
            figures["load_failures"] = put_under_load(bench, port)
            figures["after_load_mb"] = settle(bench, server, side, figures["idle_mb"])
        bench.record(CASE, side, 1, figures)


def rows(samples: Samples):
    hub = samples.of(CASE, "hub")[0]
    nginx = samples.of(CASE, "nginx")[0]
    added = hub["connections_mb"] - hub["idle_mb"]
    nginx_added = nginx["connections_mb"] - nginx["idle_mb"]
    complete = hub["opened"] == CONNECTIONS and hub["still_open"] == CONNECTIONS
    course = hub["after_load_mb"]
    relative = course[-1] / hub["idle_mb"]
    return [
        Row("memory idle, MB", f"{hub['idle_mb']:.1f}", f"{nginx['idle_mb']:.1f}", "",
            f"<= {IDLE_TARGET}", hub["idle_mb"] <= IDLE_TARGET),
        Row(f"memory added by {CONNECTIONS:,} idle connections, MB", f"{added:.1f}", f"{nginx_added:.1f}", "",
            f"<= {CONNECTIONS_TARGET}", complete and added <= CONNECTIONS_TARGET,
            f"{hub['opened']:,} answered, {hub['still_open']:,} still open"),
        Row("memory after load, MB", f"{course[-1]:.1f}", "", f"{relative:.2f} of idle",
            f"<= {RETURN_TARGET} of idle within {RETURN_SECONDS} s",
            relative <= RETURN_TARGET and hub["load_failures"] == 0,
            f"{course[0]:.1f} MB at once, last sample after {len(course) - 1} s, "
            f"{hub['load_failures']} failures under load"),
    ]
