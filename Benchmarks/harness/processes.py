"""Child processes: started on given cores, measured through /proc, always ended."""

import ctypes
import os
import signal
import subprocess
import time

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _follow_parent(cores):
    """Runs in the child: keeps to its cores and ends when the harness does."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.sched_setaffinity(0, cores)


class Process:
    """A server or client started by the harness, with its descendants."""

    def __init__(self, command, cores, log, environment=None, directory=None, piped=False):
        pipe = subprocess.PIPE if piped else None
        self._child = subprocess.Popen(
            [str(part) for part in command],
            stdin=pipe or subprocess.DEVNULL, stdout=pipe or log, stderr=log,
            env=environment, cwd=directory, text=True,
            preexec_fn=lambda: _follow_parent(cores))

    @property
    def input(self):
        return self._child.stdin

    @property
    def output(self):
        return self._child.stdout

    @property
    def alive(self):
        return self._child.poll() is None

    def identifiers(self):
        """The process and all its descendants."""
        found, queue = [], [self._child.pid]
        while queue:
            identifier = queue.pop()
            found.append(identifier)
            queue.extend(_children(identifier))
        return found

    def cpu_seconds(self):
        """User and system time of the process tree, to 10 ms."""
        return sum(_cpu_ticks(identifier) for identifier in self.identifiers()) / _TICKS_PER_SECOND

    def resident_bytes(self):
        return sum(_resident_bytes(identifier) for identifier in self.identifiers())

    def send(self, number):
        self._child.send_signal(number)

    def move(self, cores):
        """Keeps every thread of the process tree to other cores from now on."""
        for identifier in self.identifiers():
            for thread in os.listdir(f"/proc/{identifier}/task"):
                os.sched_setaffinity(int(thread), cores)

    def stop(self):
        """Asks the process to end, and kills its tree if it has not after five seconds."""
        if not self.alive:
            return
        tree = self.identifiers()
        self._child.terminate()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            for identifier in tree:
                _kill(identifier)
            self._child.wait()


def _children(identifier):
    children = []
    try:
        for thread in os.listdir(f"/proc/{identifier}/task"):
            with open(f"/proc/{identifier}/task/{thread}/children") as file:
                children.extend(int(word) for word in file.read().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return children


def _cpu_ticks(identifier):
    try:
        with open(f"/proc/{identifier}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _resident_bytes(identifier):
    try:
        with open(f"/proc/{identifier}/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def _kill(identifier):
    try:
        os.kill(identifier, signal.SIGKILL)
    except ProcessLookupError:
        pass


def machine_busy_seconds():
    """CPU time of everything on this machine since boot, and time stolen from it."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_SECOND


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} after {seconds} s")
        time.sleep(0.01)
