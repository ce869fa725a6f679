"""The facts of the machine a run was made on."""

import os
import platform
import subprocess
from pathlib import Path

from harness.bench import REPOSITORY, hub_binary


def first_line(*command):
    """The first line a command prints on either stream, or "not installed"."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, cwd=REPOSITORY)
    except FileNotFoundError:
        return "not installed"
    return (done.stdout + done.stderr).strip().partition("\n")[0]


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def facts(bench):
    binary = hub_binary()
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "server_cores": sorted(bench.server_cores),
        "client_cores": sorted(bench.client_cores),
        "workers": bench.workers,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "distribution": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "nginx": first_line("nginx", "-v"),
        "curl": first_line("curl", "--version"),
        "wrk": first_line("wrk", "-v"),
        "cc": first_line("cc", "--version"),
        "python": platform.python_version(),
        "hub": binary.name,
        "hub_bytes": binary.stat().st_size,
        "commit": first_line("git", "describe", "--always", "--dirty"),
        "load_average_at_start": os.getloadavg()[0],
    }
