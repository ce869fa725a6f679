"""A hub of its own for a test: started with a temporary configuration, always ended by its process id."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import yaml

BINARY = os.environ.get("HUB_BINARY", "")
START_SECONDS = 20
STOP_SECONDS = 20

# Quick and the same each time; no port that could be taken.
BASE_CONFIGURATION = {
    "host": "127.0.0.1",
    "port": 0,
    "metrics_port": 0,
    "auth_enabled": False,
    "cache_enabled": False,
    "log_format": "json",
    "reactors": 2,
    # Faults are to reach the client: tests of retries and breakers say otherwise.
    "max_retries": 1,
    "breaker_failures": 1000,
}


def simulated(**settings) -> dict:
    """The simulated provider without waiting times."""
    return {
        "provider_id": "simulated",
        "config": {"ttft_ms": 0, "tokens_per_second": 100_000, "output_tokens": 8} | settings,
    }


def run_hub(*arguments, environment: dict | None = None, timeout: float = 20) -> subprocess.CompletedProcess:
    """Runs a command of the hub that ends by itself, in a folder that ends with it."""
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [BINARY, *arguments], env=environment or {}, cwd=folder, capture_output=True, text=True, timeout=timeout,
            check=False
        )


class HubProcess:
    """A running hub. Use as a context manager."""

    def __init__(self, directory: Path, configuration: dict, environment: dict | None = None):
        self.file = directory / "hub.yaml"
        self.write_configuration(configuration)
        self.process = subprocess.Popen(
            [BINARY, "serve", "--config", str(self.file)],
            env=environment or {},
            # Where its database is.
            cwd=directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._changed = threading.Condition()
        self._lines = {"stdout": [], "stderr": []}
        self._readers = [
            threading.Thread(target=self._read, args=(name, stream), daemon=True)
            for name, stream in [("stdout", self.process.stdout), ("stderr", self.process.stderr)]
        ]
        for reader in self._readers:
            reader.start()
        try:
            banner = self._wait("stderr", lambda line: "listens on " in line, START_SECONDS)
        except AssertionError:
            self.stop()
            raise
        self.version, self.url = re.search(r"connector-hub (\S+) listens on (https?://\S+)", banner).groups()
        self.port = int(self.url.rsplit(":", 1)[1])

    def write_configuration(self, configuration: dict | str):
        if isinstance(configuration, dict):
            configuration = yaml.safe_dump(BASE_CONFIGURATION | configuration)
        self.file.write_text(configuration)

    def _read(self, name: str, stream):
        for line in stream:
            with self._changed:
                self._lines[name].append(line.rstrip("\n"))
                self._changed.notify_all()

    def _wait(self, name: str, wanted, seconds: float) -> str:
        def found():
            return next((line for line in self._lines[name] if wanted(line)), None)

        with self._changed:
            done = lambda: found() or not any(reader.is_alive() for reader in self._readers)
            self._changed.wait_for(done, seconds)
            line = found()
        assert line is not None, f"not on {name} in time:\n" + "\n".join(self._lines["stderr"] + self._lines["stdout"])
        return line

    def wait_for_error_line(self, text: str, seconds: float = 10) -> str:
        """The first line of the error output with this text; waits for it."""
        return self._wait("stderr", lambda line: text in line, seconds)

    def wait_for_log(self, event: str, seconds: float = 10, **fields) -> dict:
        """The first log line of this event with these fields; waits for it."""

        def wanted(line: str) -> bool:
            entry = json.loads(line)
            return entry["event"] == event and fields.items() <= entry.items()

        return json.loads(self._wait("stdout", wanted, seconds))

    def signal(self, number: signal.Signals):
        self.process.send_signal(number)

    def wait(self) -> int:
        """The exit code."""
        return self.process.wait(STOP_SECONDS)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
