"""Adds up JUnit files and prints one line per run, then `N passed, N failed[, N skipped]`.

Usage: test-summary.py NAME:EXIT_CODE:FILE...
Exits 1 if a test failed, if a run has no tests at all, or if it failed without saying which test (a crash).
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path


def outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "passed" if case.find("skipped") is None else "skipped"


def read_results(path: Path) -> Counter:
    """Counts by outcome; none for a file that is missing or cut short, as a crashed run leaves it."""
    try:
        return Counter(outcome(case) for case in ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return Counter()


def counted(results: Counter) -> str:
    line = f"{results['passed']} passed, {results['failed']} failed"
    return f"{line}, {results['skipped']} skipped" if results["skipped"] else line


def main(runs: list[str]) -> int:
    total = Counter()
    print()
    for run in runs:
        name, exit_code, path = run.split(":", 2)
        results = read_results(Path(path))
        note = ""
        if not results["passed"] + results["failed"]:
            note = " (no test ran)"
        elif exit_code != "0" and not results["failed"]:
            note = f" (it ended with exit code {exit_code})"
        if note:
            results["failed"] += 1
        print(f"{name}: {counted(results)}{note}")
        total += results
    print(counted(total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
