"""What scripted vendors with batches have in common, and how a test has a hub use one."""

import itertools
import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from batch_requests import ask, begin, eventually, lines
from conftest import sdk
from hub_process import HubProcess, simulated


class BatchServer:
    """A vendor over real HTTP. Use as a context manager: at its end the hub must have broken none of its rules."""

    # The provider's id.
    kind: str
    # Of every path.
    root = ""
    # An answer that is cut off says how long it would have been, and the connection ends in it.
    cuts_connections = True

    def __init__(self):
        self.batches: dict[str, dict] = {}
        self.calls: list[tuple[str, str]] = []
        self.deleted: list[str] = []
        # Rules that the hub broke.
        self.broken: list[str] = []
        # Seconds; None: nothing is said of it.
        self.retry_after: int | None = None
        # Called with a method and a path before anything is done: an answer in place of the usual one, or None.
        self.answers_otherwise = lambda method, path: None
        # Called with a method and a path: cuts the answer off where it says so.
        self.cuts = lambda method, path: False
        # Cleared: a batch is made, and its maker is not told.
        self.tells = threading.Event()
        self.tells.set()
        self.made = threading.Event()
        self.numbers = itertools.count(1)
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _answer(self):
                server.answer_call(self)

            do_GET = do_POST = do_DELETE = _answer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.root}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, *_):
        self.tells.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if kind is None:
            assert not self.broken

    def respond(self, method: str, path: str, headers, body: bytes):
        """The usual answer to a call: its status, and JSON or bytes."""
        raise NotImplementedError

    def answer_call(self, call: BaseHTTPRequestHandler):
        body = call.rfile.read(int(call.headers.get("content-length") or 0))
        self.calls.append((call.command, call.path))
        status, content = self.answers_otherwise(call.command, call.path) or self.respond(
            call.command, call.path, call.headers, body)
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        is_cut = self.cuts(call.command, call.path)
        sent = content[: len(content) // 2] if is_cut else content
        call.close_connection = call.close_connection or is_cut and self.cuts_connections
        call.send_response(status)
        call.send_header("content-length", str(len(content if self.cuts_connections else sent)))
        if self.retry_after:
            call.send_header("retry-after", str(self.retry_after))
        call.end_headers()
        call.wfile.write(sent)

    def count(self, method: str, path: str) -> int:
        return self.calls.count((method, path))

    def require(self, holds, rule: str):
        if not holds:
            self.broken.append(rule)

    def made_one(self):
        self.made.set()
        self.tells.wait(60)


def upstream(server: BatchServer, **config) -> dict:
    """A configuration with the vendor for a provider."""
    config = {"base_url": server.url, "api_key": "upstream-key"} | config
    return {"providers": [{"provider_id": server.kind, "config": config}, simulated()]}


def handed_over(server: BatchServer) -> str:
    """The vendor's id of the first batch that it has."""
    return eventually(lambda: next(iter(server.batches), None))


def batch_of_killed_hub(
    folder: Path, server: BatchServer, configuration: dict, model: str, count: int, is_told: bool = False
):
    """A batch that was handed over by a hub that did not live on.

    :param is_told: whether the hub learned that the vendor has it."""
    if not is_told:
        server.tells.clear()
    with HubProcess(folder, configuration) as hub:
        with sdk(hub) as client:
            batch = begin(client, lines(*(ask(number, model=model) for number in range(count))))
        assert server.made.wait(15)
        if is_told:
            hub.wait_for_log("batch.submitted")
        hub.signal(signal.SIGKILL)
        hub.wait()
    server.tells.set()
    return batch
