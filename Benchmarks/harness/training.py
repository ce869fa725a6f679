"""What an instrumented hub is asked, so that the compiler learns which paths requests take; called by scripts/profile.sh.

Every shape of call that is measured, and those that clients make most: counts are fixed, so that two runs agree.
"""

import signal
import sys
from pathlib import Path

from harness.bench import PROXIED_MODEL, SIMULATED_MODEL, Bench, clean_environment, free_ports
from harness.crossed import MODELS, PATHS

LIMIT_SECONDS = 240
REQUESTS, STREAMS, EVENTS = 20_000, 1_000, 64


def ask(bench, port):
    bench.load(port, SIMULATED_MODEL, requests=REQUESTS)
    bench.load(port, SIMULATED_MODEL, requests=STREAMS, stream=True)
    bench.load(port, PROXIED_MODEL, requests=REQUESTS)
    bench.load(port, PROXIED_MODEL, requests=REQUESTS // 10, connections=1)
    for path in PATHS.values():
        for model in MODELS.values():
            bench.load(port, model, path=path, requests=REQUESTS // 4)
            bench.load(port, model, path=path, requests=STREAMS, stream=True, events=EVENTS, connections=16)


def train(bench, profiles):
    [provider] = free_ports(1)
    bench.start(bench.provider_command(provider), bench.client_cores, provider)
    for cache in (False, True):
        [port] = free_ports(1)
        command = bench.hub_command(port, provider, cache=cache)
        environment = clean_environment(LLVM_PROFILE_FILE=str(profiles / "%p.profraw"))
        with bench.running(
                command, bench.server_cores, port, environment=environment, directory=bench.work):
            if cache:
                bench.load(port, SIMULATED_MODEL, requests=REQUESTS, same=True)
            else:
                ask(bench, port)


def main(work, profiles):
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done after {LIMIT_SECONDS} s"))
    signal.alarm(LIMIT_SECONDS)
    with Bench(work, work) as bench:
        train(bench, profiles)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
