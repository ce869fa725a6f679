"""A provider with OpenAI's files and batches, over real HTTP, that ends a batch when the test says so."""

import itertools
import json
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from scripted_provider import completion

USAGE = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}


def answer(request: dict) -> dict:
    """What the model says: the last word of the question."""
    body = completion(request["messages"][-1]["content"].split(":")[-1])
    return body | {"model": request["model"], "usage": USAGE}


class BatchProvider:
    """Use as a context manager."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict] = {}
        self.calls: list[tuple[str, str]] = []
        self.deleted: list[str] = []
        # By custom id: a status and a body in place of an answer, or None for no line at all.
        self.faults: dict[str, tuple[int, dict] | None] = {}
        self.refuses_files = False
        # Seconds; None: nothing is said of it.
        self.retry_after: int | None = None
        # Called with a method and a path: cuts the answer off where it says so.
        self.cuts = lambda method, path: False
        # Cleared: a batch is made, and its maker is not told.
        self.tells = threading.Event()
        self.tells.set()
        self.made = threading.Event()
        self._numbers = itertools.count(1)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                provider.calls.append((self.command, self.path))
                status, content = provider.respond(self.command, self.path, self.headers, body)
                if not isinstance(content, bytes):
                    content = json.dumps(content).encode()
                if provider.cuts(self.command, self.path):
                    content = content[: len(content) // 2]
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                if provider.retry_after:
                    self.send_header("retry-after", str(provider.retry_after))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _answer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.tells.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def count(self, method: str, path: str) -> int:
        return self.calls.count((method, path))

    def respond(self, method: str, path: str, headers, body: bytes):
        if self.refuses_files and "/chat/" not in path:
            return 404, {"error": {"message": "nothing is here", "type": "invalid_request_error", "code": None}}
        match method, path.split("?")[0].removeprefix("/v1").strip("/").split("/"):
            case "POST", ["files"]:
                return self._upload(headers, body)
            case "GET", ["files", name, "content"] if name in self.files:
                return 200, self.files[name]
            case "DELETE", ["files", name] if name in self.files:
                del self.files[name]
                self.deleted.append(name)
                return 200, {"id": name, "object": "file", "deleted": True}
            case "POST", ["batches"]:
                return self._create(json.loads(body))
            case "GET", ["batches"]:
                return 200, self._list(path.partition("?")[2])
            case "GET", ["batches", name] if name in self.batches:
                return 200, self.batches[name]
            case "POST", ["batches", name, "cancel"] if name in self.batches:
                self.end(name, "cancelled")
                return 200, self.batches[name]
            case "POST", ["chat", "completions"]:
                return 200, answer(json.loads(body))
            case "GET", ["models"]:
                return 200, {"object": "list", "data": []}
        return 404, {"error": {"message": "nothing is here", "type": "invalid_request_error", "code": None}}

    def _upload(self, headers, body: bytes):
        head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
        parts = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
                 for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()}
        assert parts["purpose"] == b"batch"
        return 200, {"id": self._keep(parts["file"]), "object": "file"}

    def _keep(self, content: bytes) -> str:
        name = f"file-up{next(self._numbers)}"
        self.files[name] = content
        return name

    def _create(self, wanted: dict):
        name = f"batch_up{next(self._numbers)}"
        made = {"id": name, "object": "batch", "status": "in_progress", "created_at": int(time.time())}
        self.batches[name] = wanted | made
        self.made.set()
        self.tells.wait(60)
        return 200, self.batches[name]

    def _list(self, query: str) -> dict:
        """In pages, the newest first."""
        names = list(self.batches)[::-1]
        asked = parse_qs(query)
        if "after" in asked:
            names = names[names.index(asked["after"][0]) + 1 :]
        count = int(asked["limit"][0])
        page = [self.batches[name] for name in names[:count]]
        return {"object": "list", "data": page, "has_more": len(names) > count}

    def requests(self, name: str) -> list[dict]:
        return [json.loads(line) for line in self.files[self.batches[name]["input_file_id"]].splitlines()]

    def end(self, name: str, status: str = "completed", answered: int | None = None):
        """Ends a batch; its answers come in another order than its requests."""
        output, errors = [], []
        for request in self.requests(name)[:answered][::-1]:
            line = {"id": "batch_req_up", "custom_id": request["custom_id"], "error": None}
            fault = self.faults.get(request["body"]["messages"][-1]["content"], 0)
            if fault:
                errors.append(line | {"response": {"status_code": fault[0], "request_id": "r", "body": fault[1]}})
            elif fault == 0:
                body = answer(request["body"])
                output.append(line | {"response": {"status_code": 200, "request_id": "r", "body": body}})
        ended = {"status": status}
        for field, lines in [("output_file_id", output), ("error_file_id", errors)]:
            if lines:
                ended[field] = self._keep(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        self.batches[name] |= ended
