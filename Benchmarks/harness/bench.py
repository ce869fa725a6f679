"""What every section works with: places, cores, servers, load and the record of samples."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from pathlib import Path

from harness.processes import Process, machine_busy_seconds, wait_until

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = ROOT.parent
SIMULATED_MODEL = "sim-chat"
PROXIED_MODEL = "local/bench-model"
DIRECT_MODEL = "bench-model"
OUTPUT_TOKENS = 64
ANSWER_BYTES = 600
PATIENCE_SECONDS = 120


def hub_binary():
    return Path(os.environ.get("HUB_BIN", REPOSITORY / ".build/release/connector-hub")).resolve()


def free_ports(count):
    """Ports nobody listens on now; held together so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def fill(template, target, values):
    """Writes a configuration file from its template; a word left unfilled is an error."""
    text = (ROOT / "configuration" / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    target.write_text(text)
    return target


def clean_environment(**extra):
    """No proxy or hub settings of the caller reach a server that is measured."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | extra


class Bench:
    """One run. Use as a context manager: leaving it stops every process it started."""

    def __init__(self, results, work):
        cores = sorted(os.sched_getaffinity(0))
        self.server_cores = set(cores[:-1] or cores)
        self.client_cores = {cores[-1]}
        self.workers = int(os.environ.get("BENCH_WORKERS", len(self.server_cores)))
        self.rounds = int(os.environ.get("BENCH_ROUNDS", 3))
        self.results = results
        self.work = work
        self.samples = []
        self._patience_seconds = PATIENCE_SECONDS
        self._stack = contextlib.ExitStack()
        self._log = self._stack.enter_context(open(results / "servers.log", "w"))
        self._record = self._stack.enter_context(open(results / "samples.jsonl", "w"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def say(self, text):
        print(text, flush=True)

    def last_words(self):
        """The end of what the servers printed."""
        return (self.results / "servers.log").read_text()[-1000:].strip()

    # Servers

    @contextlib.contextmanager
    def running(self, command, cores, port, **options):
        """A server that listens on the port, stopped on leaving."""
        process = Process(command, cores, self._log, **options)
        try:
            wait_until(lambda: listens(port) or not process.alive, 10, f"{command[0]} does not listen")
            if not process.alive:
                raise RuntimeError(f"{command[0]} ended at once: {self.last_words()}")
            yield process
        finally:
            process.stop()

    def start(self, *arguments, **options):
        """A server that runs until the bench ends."""
        return self._stack.enter_context(self.running(*arguments, **options))

    def hub_command(self, port, provider_port, output_tokens=OUTPUT_TOKENS, workers=None, cache=False):
        configuration = fill("hub.yaml", self.work / f"hub-{port}.yaml", {
            "PORT": port, "PROVIDER_PORT": provider_port, "OUTPUT_TOKENS": output_tokens,
            "WORKERS": workers or self.workers, "CACHE": str(cache).lower()})
        return [hub_binary(), "serve", "--config", configuration]

    def hub_options(self, **environment):
        return {"environment": clean_environment(**environment), "directory": self.work}

    def nginx_command(self, ports, provider_port, fixed_body):
        fixed, proxy, stream = ports
        directory = self.work / f"nginx-{fixed}"
        directory.mkdir()
        configuration = fill("nginx.conf", directory / "nginx.conf", {
            "WORKERS": self.workers, "DIRECTORY": directory, "PROVIDER_PORT": provider_port,
            "FIXED_PORT": fixed, "PROXY_PORT": proxy, "STREAM_PORT": stream, "FIXED_BODY": fixed_body,
            "REUSE_PORT": " reuseport" if self.workers > 1 else ""})
        return ["nginx", "-e", directory / "error.log", "-c", configuration]

    def provider_command(self, port):
        return [ROOT / "build/provider", "--port", port, "--answer-bytes", ANSWER_BYTES]

    # Clients

    def tool(self, name, timeout=60, cores=None, **options):
        """Runs one of the C clients, on the client core unless told, and returns the JSON it prints."""
        command = ["taskset", "-c", ",".join(map(str, cores or self.client_cores)), str(ROOT / "build" / name)]
        for option, value in options.items():
            if value is True:
                command.append(f"--{option.replace('_', '-')}")
            elif value is not None and value is not False:
                command += [f"--{option.replace('_', '-')}", str(value)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def load(self, port, model, **options):
        """Closed-loop load. The microseconds since 1970 start the identifiers, so none comes twice; with `same` they are all 1."""
        start = 1 if options.get("same") else time.time_ns() // 1000
        kind = "bench-simulated" if model == SIMULATED_MODEL else "bench-proxied"
        agent = kind + ("-stream" if options.get("stream") else "")
        return self.tool(
            "load", port=port, model=model, user_agent=agent, identifier=start, **options)

    def streams(self, port, model, **options):
        return self.tool("streams", port=port, model=model, identifier=time.time_ns() // 1000, **options)

    # Samples

    def wait_for_quiet(self):
        """Waits while other programs take a tenth of a core, until the run's patience is used up."""
        while self._patience_seconds > 0:
            busy = machine_busy_seconds()
            time.sleep(0.2)
            if machine_busy_seconds() - busy <= 0.02:
                return
            self._patience_seconds -= 0.2

    def measure(self, case, side, number, run, server=None, helpers=()):
        """Runs one load and records its figures with the CPU time of server, client and everyone else."""
        self.wait_for_quiet()
        before = [process.cpu_seconds() for process in (server, *helpers) if process]
        busy = machine_busy_seconds()
        figures = run()
        busy = machine_busy_seconds() - busy
        spent = [process.cpu_seconds() for process in (server, *helpers) if process]
        spent = [after - earlier for after, earlier in zip(spent, before)]
        if server:
            figures["server_cpu_seconds"] = round(spent[0], 3)
        others = busy - sum(spent) - figures.get("client_cpu_seconds", 0)
        figures["other_cpu_seconds"] = round(max(0, others), 3)
        return self.record(case, side, number, figures)

    def record(self, case, side, number, figures):
        sample = {"case": case, "side": side, "round": number, "at": round(time.time(), 3)} | figures
        self.samples.append(sample)
        self._record.write(json.dumps(sample) + "\n")
        self._record.flush()
        return sample


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def completion(port, model, agent):
    """One whole completion; returns the bytes of its body, or fails when it is not a completion."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": "one answer, please"}]})
    connection.request(
        "POST", "/v1/chat/completions", body, {"Content-Type": "application/json", "User-Agent": agent})
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    if response.status != 200 or not json.loads(answer).get("choices"):
        raise RuntimeError(f"{model} answered {response.status}: {answer[:300]!r}")
    return answer
