"""A server of PostgreSQL for one test, on a free port, in a folder of its own, never as root."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START_SECONDS = 20


def programs() -> Path | None:
    """The folder of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def user() -> str | None:
    """PostgreSQL refuses to run as root: then its own user; None where that is not there."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else None


MISSING = "" if programs() and user() else "PostgreSQL is not installed: Debian package postgresql"


class PostgresProcess:
    """Use as a context manager: it starts, can be stopped and started again, and leaves nothing behind."""

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
        shutil.chown(self._folder, user())
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.url = f"postgres://hub:not-a-secret@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-D", self._data, "-U", "hub", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._process = None
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _arguments(self) -> dict:
        silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        own = {"user": user(), "group": pwd.getpwnam(user()).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        return silent | own | {"cwd": self._folder}

    def _run(self, program: str, *arguments: str):
        subprocess.run([programs() / program, *arguments], check=True, **self._arguments())

    def start(self):
        listen = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        command = [programs() / "postgres", "-D", self._data, "-k", str(self._folder), "-p", str(self.port), *listen]
        self._process = subprocess.Popen(command, **self._arguments())
        end = time.monotonic() + START_SECONDS
        ready = [programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hub"]
        while subprocess.run(ready, check=False).returncode != 0:
            assert self._process.poll() is None and time.monotonic() < end, "PostgreSQL does not start"
            time.sleep(0.05)

    def stop(self):
        """At once, as in a fail-over."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(START_SECONDS)

    def query(self, statement: str) -> str:
        command = ["psql", "-qAt", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hub", "-c", statement, "postgres"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self.stop()
        shutil.rmtree(self._folder)
