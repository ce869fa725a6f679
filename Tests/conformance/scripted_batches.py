"""A provider with OpenAI's files and batches, over real HTTP, that ends a batch when the test says so."""

import json
import time
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs

from batch_server import BatchServer
from scripted_provider import completion

USAGE = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}


def answer(request: dict) -> dict:
    """What the model says: the last word of the question."""
    body = completion(request["messages"][-1]["content"].split(":")[-1])
    return body | {"model": request["model"], "usage": USAGE}


class BatchProvider(BatchServer):
    kind = "openai"
    root = "/v1"
    cuts_connections = False

    def __init__(self):
        super().__init__()
        self.files: dict[str, bytes] = {}
        # By custom id: a status and a body in place of an answer, or None for no line at all.
        self.faults: dict[str, tuple[int, dict] | None] = {}
        self.refuses_files = False

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
        name = f"file-up{next(self.numbers)}"
        self.files[name] = content
        return name

    def _create(self, wanted: dict):
        name = f"batch_up{next(self.numbers)}"
        made = {"id": name, "object": "batch", "status": "in_progress", "created_at": int(time.time())}
        self.batches[name] = wanted | made
        self.made_one()
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


class AzureBatches(BatchProvider):
    """OpenAI's form at Azure's URLs: https://learn.microsoft.com/azure/foundry/openai/how-to/batch"""

    kind = "azure"

    def __init__(self, surface: str):
        super().__init__()
        self.surface = surface
        self.root = "/openai/v1" if surface == "v1" else "/openai"
        self.query = {} if surface == "v1" else {"api-version": ["2024-10-21"]}
        # The endpoint as batches and their lines name it.
        self.endpoint = "/v1/chat/completions" if surface == "v1" else "/chat/completions"
        self.url = self.url.removesuffix("/v1") + ("/openai/v1" if surface == "v1" else "")
        # Files that it has not looked at yet, and how often they are asked for until it has.
        self.pending: dict[str, int] = {}

    def respond(self, method: str, path: str, headers, body: bytes):
        self.require(headers["api-key"] == "upstream-key", "a call has no key")
        place, _, query = path.partition("?")
        asked = parse_qs(query)
        self.require(asked.items() >= self.query.items(), f"a call has {query}")
        self.require(place.startswith(self.root), f"a call goes to {place}")
        place = place.removeprefix(self.root)
        if method == "POST" and place.endswith("/chat/completions"):
            model = json.loads(body)["model"] if self.surface == "v1" else place.split("/")[2]
            return 200, answer(json.loads(body) | {"model": model})
        if method == "GET" and (name := place.removeprefix("/files/")) in self.files:
            self.pending[name] -= 1
            return 200, {"id": name, "status": "pending" if self.pending[name] > 0 else "processed"}
        others = "&".join(f"{name}={value[0]}" for name, value in asked.items() if name != "api-version")
        return super().respond(method, f"/v1{place}?{others}", headers, body)

    def _upload(self, headers, body: bytes):
        status, file = super()._upload(headers, body)
        self.pending[file["id"]] = 2
        return status, file | {"status": "pending"}

    def _create(self, wanted: dict):
        name = wanted["input_file_id"]
        self.require(self.pending[name] <= 0, "a batch is made of a file that is not there yet")
        self.require(wanted["endpoint"] == self.endpoint, f"a batch is of {wanted['endpoint']}")
        requests = [json.loads(line) for line in self.files[name].splitlines()]
        self.require({request["url"] for request in requests} == {self.endpoint}, "a line goes elsewhere")
        self.require(len({request["body"]["model"] for request in requests}) == 1, "a batch is of two deployments")
        return super()._create(wanted)

    def end(self, *arguments, **options):
        super().end(*arguments, **options)
        batch = self.batches[arguments[0]]
        # Azure names no file as an empty one.
        self.batches[arguments[0]] = {"output_file_id": "", "error_file_id": ""} | batch
