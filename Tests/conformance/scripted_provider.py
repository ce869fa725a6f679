"""A provider in OpenAI's form that answers with exact bytes and remembers what it was asked."""

import json
import queue
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

# Steps of a script beside bytes to send.
RESET = object()  # ends the connection with a reset
HANG = object()  # sends nothing more until the hub closes

MODELS = ["scripted-chat", "vendor/scripted-chat"]
PATIENCE_SECONDS = 20


def whole(body: dict | bytes, status: int = 200, **headers) -> bytes:
    """A complete HTTP answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Scripted", "content-type: application/json", f"content-length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
STREAM_END = b"0\r\n\r\n"
DONE = "[DONE]"


def events(*data: dict | str) -> bytes:
    """Server-sent events, each as an HTTP chunk of its own."""
    out = b""
    for one in data:
        text = one if isinstance(one, str) else json.dumps(one)
        event = f"data: {text}\n\n".encode()
        out += f"{len(event):x}\r\n".encode() + event + b"\r\n"
    return out


def stream(*data: dict | str) -> bytes:
    """A complete streamed answer."""
    return STREAM_HEAD + events(*data) + STREAM_END


def completion(content: str | None = "Hi!", **fields) -> dict:
    """An answer in OpenAI's form."""
    message = {"role": "assistant", "content": content}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 1767225600,
        "model": "scripted-chat-2026",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
    } | fields


def chunk(delta: dict | None = None, finish: str | None = None, **fields) -> dict:
    """An event of a stream in OpenAI's form."""
    choices = [{"index": 0, "delta": delta or {}, "finish_reason": finish}]
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 1767225600,
        "model": "scripted-chat-2026",
        "choices": choices,
    } | fields


def usage_chunk() -> dict:
    return chunk(choices=[], usage={"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11})


@dataclass
class Exchange:
    """One request of the hub and what became of it."""

    steps: tuple
    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    asked: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)
    closed_at: float = 0.0

    @property
    def json(self):
        assert self.asked.wait(PATIENCE_SECONDS), "the hub did not ask"
        return json.loads(self.body)

    def wait_for_close(self, seconds: float) -> bool:
        """Whether the hub closed its connection within the time."""
        return self.closed.wait(seconds)


class ScriptedProvider:
    """Listens on a port of its own. Use as a context manager."""

    def __init__(self):
        self._scripts: queue.SimpleQueue[Exchange] = queue.SimpleQueue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def play(self, *steps) -> Exchange:
        """The next request gets these steps: bytes to send, seconds to pause, RESET or HANG.

        Bytes may also come from a function of the exchange.
        """
        exchange = Exchange(steps)
        self._scripts.put(exchange)
        return exchange

    def forget(self):
        """Drops scripts that nobody asked for."""
        while not self._scripts.empty():
            self._scripts.get()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket):
        connection.settimeout(PATIENCE_SECONDS)
        with connection:
            try:
                self._answer(connection)
            except OSError:
                pass

    def _answer(self, connection: socket.socket):
        reader = connection.makefile("rb")
        while request_line := reader.readline():
            method, path, _ = request_line.decode().split()
            headers = {}
            while (line := reader.readline().decode().strip()) != "":
                name, value = line.split(":", 1)
                headers[name.lower()] = value.strip()
            body = reader.read(int(headers.get("content-length", 0)))
            if method == "GET":
                models = {"object": "list", "data": [{"id": model} for model in MODELS]}
                connection.sendall(whole(models) if path.endswith("/models") else whole({}, 404))
                continue
            exchange = self._scripts.get_nowait() if not self._scripts.empty() else Exchange((RESET,))
            exchange.method, exchange.path, exchange.headers, exchange.body = method, path, headers, body
            exchange.asked.set()
            self._play(exchange, connection)
            return

    def _play(self, exchange: Exchange, connection: socket.socket):
        for step in exchange.steps:
            if step is RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if step is HANG:
                # The hub sends nothing more on this connection, so readable means closed.
                if select.select([connection], [], [], PATIENCE_SECONDS)[0]:
                    exchange.closed_at = time.monotonic()
                    exchange.closed.set()
                return
            if callable(step):
                step = step(exchange)
            if isinstance(step, bytes):
                connection.sendall(step)
            else:
                time.sleep(step)
        connection.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
