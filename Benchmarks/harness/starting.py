"""From starting the process to its first answer."""

import json
import subprocess
from statistics import median

from harness.bench import ROOT
from harness.figures import Row, spread

CASE = "start"
TIMES = 10
TARGET_MILLISECONDS = 50


def measure_once(bench, side, number, command, port, options):
    done = subprocess.run(
        [str(part) for part in [ROOT / "build/first_answer", "--port", port, "--", *command]],
        capture_output=True, text=True, timeout=30,
        env=options.get("environment"), cwd=options.get("directory"))
    if done.returncode != 0:
        raise RuntimeError(f"start of {side}: {done.stderr.strip()}")
    bench.record(CASE, side, number, json.loads(done.stdout.splitlines()[-1]))


def rows(samples):
    hub, nginx = (samples.values(CASE, side, "milliseconds") for side in ("hub", "nginx"))
    return [
        Row("start to first answer, ms", spread(hub), spread(nginx), "",
            f"<= {TARGET_MILLISECONDS}", median(hub) <= TARGET_MILLISECONDS)]
