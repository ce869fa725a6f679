"""Providers with batches of their own form, over real HTTP, that end a batch when the test says so.

They take nothing but what the vendor documents: anything else is a broken rule, which the test sees at its end."""

import json
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote

import scripted_anthropic
import scripted_gemini
from batch_server import BatchServer


class VendorBatches(BatchServer):
    """What they have in common."""

    def __init__(self):
        super().__init__()
        # By the question of a request: what its result is in place of an answer; None: none at all.
        self.faults: dict[str, dict | None] = {}


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class AnthropicBatches(VendorBatches):
    """Message batches: https://platform.claude.com/docs/en/api/creating-message-batches"""

    kind = "anthropic"
    USAGE = {
        "input_tokens": 1000, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 0},
        "output_tokens": 100, "service_tier": "batch",
    }

    def respond(self, method: str, path: str, headers, body: bytes):
        self.require(headers["x-api-key"] == "upstream-key", "a call has no key")
        self.require(headers["anthropic-version"] == "2023-06-01", "a call has no version")
        path, _, query = path.partition("?")
        match method, path.removeprefix("/v1/messages").strip("/").split("/"):
            case "POST", [""]:
                return 200, self.message(json.loads(body))
            case "POST", ["batches"]:
                return self._create(headers, json.loads(body))
            case "GET", ["batches"]:
                return 200, self._list(parse_qs(query))
            case "GET", ["batches", name] if name in self.batches:
                return 200, self.shown(name)
            case "GET", ["batches", name, "results"] if "results" in self.batches.get(name, {}):
                return 200, self.batches[name]["results"]
            case "POST", ["batches", name, "cancel"] if name in self.batches:
                self.end(name, cancelled=True)
                return 200, self.shown(name)
            case "DELETE", ["batches", name] if name in self.batches:
                self.require("results" in self.batches.pop(name), "a batch is deleted before it is over")
                self.deleted.append(name)
                return 200, {"id": name, "type": "message_batch_deleted"}
        return 404, scripted_anthropic.error("not_found_error", "nothing is here")

    def message(self, request: dict) -> dict:
        """What the model says: the last word of the question."""
        question = self.question(request)
        return scripted_anthropic.message(
            scripted_anthropic.text(question.split(":")[-1]), model=request["model"], usage=self.USAGE)

    @staticmethod
    def question(request: dict) -> str:
        content = request["messages"][-1]["content"]
        return content if isinstance(content, str) else content[-1]["text"]

    def _create(self, headers, wanted: dict):
        self.require(headers["content-type"] == "application/json", "a batch is no JSON")
        self.require(wanted.keys() == {"requests"}, f"a batch has {wanted.keys()}")
        requests = wanted["requests"]
        self.require(1 <= len(requests) <= 100_000, "a batch holds no request or too many")
        names = [request["custom_id"] for request in requests]
        self.require(len(set(names)) == len(names), "an id comes twice")
        for request in requests:
            self.require(request.keys() == {"custom_id", "params"}, f"a request has {request.keys()}")
            self.require(re.fullmatch("[a-zA-Z0-9_-]{1,64}", request["custom_id"]), f"id {request['custom_id']}")
            params = request["params"]
            self.require({"model", "max_tokens", "messages"} <= params.keys(), f"params are {params.keys()}")
            self.require("stream" not in params, "a request of a batch is a stream")
        name = self.add(requests)
        self.made_one()
        return 200, self.shown(name)

    def add(self, requests: list[dict], created: datetime | None = None) -> str:
        name = f"msgbatch_{next(self.numbers)}"
        self.batches[name] = {
            "requests": requests, "created": created or datetime.now(timezone.utc), "status": "in_progress"}
        return name

    def add_other(self, count: int, **options) -> str:
        """A batch of somebody else's with as many requests."""
        return self.add([{"custom_id": f"theirs-{number}", "params": {}} for number in range(count)], **options)

    def requests(self, name: str) -> list[dict]:
        return self.batches[name]["requests"]

    def shown(self, name: str) -> dict:
        batch = self.batches[name]
        counts = dict.fromkeys(["processing", "succeeded", "errored", "canceled", "expired"], 0)
        counts |= batch.get("counts", {"processing": len(batch["requests"])})
        ended = batch["status"] == "ended"
        return {
            "id": name, "type": "message_batch", "processing_status": batch["status"], "request_counts": counts,
            "created_at": stamp(batch["created"]), "expires_at": stamp(batch["created"] + timedelta(hours=24)),
            "ended_at": stamp(batch["created"]) if ended else None,
            "cancel_initiated_at": stamp(batch["created"]) if batch.get("cancelled") else None, "archived_at": None,
            # The key must not be sent wherever an answer points.
            "results_url": "http://127.0.0.1:9/elsewhere" if ended else None,
        }

    def _list(self, asked: dict) -> dict:
        """In pages, the newest first."""
        self.require(asked.keys() <= {"limit", "after_id", "before_id"}, f"a list by {asked.keys()}")
        names = sorted(self.batches, key=lambda name: self.batches[name]["created"], reverse=True)
        if "after_id" in asked:
            names = names[names.index(asked["after_id"][0]) + 1 :]
        page = names[: int(asked["limit"][0])]
        return {
            "data": [self.shown(name) for name in page], "has_more": len(names) > len(page),
            "first_id": page[0] if page else None, "last_id": page[-1] if page else None,
        }

    def end(self, name: str, answered: int | None = None, left: str = "expired", cancelled: bool = False):
        """Ends a batch; its results come in another order than its requests."""
        batch = self.batches[name]
        if cancelled:
            batch["cancelled"], left, answered = True, "canceled", batch.get("answered", 0)
        results = []
        for number, request in enumerate(batch["requests"]):
            if answered is not None and number >= answered:
                result = {"type": left}
            elif not request["params"]:
                result = {"type": "succeeded", "message": scripted_anthropic.message(scripted_anthropic.text("no"))}
            else:
                fault = self.faults.get(self.question(request["params"]), 0)
                if fault is None:
                    continue
                result = fault or {"type": "succeeded", "message": self.message(request["params"])}
            results.append({"custom_id": request["custom_id"], "result": result})
        kinds = [result["result"]["type"] for result in results]
        batch["counts"] = {kind: kinds.count(kind) for kind in kinds}
        batch["results"] = b"".join(json.dumps(result).encode() + b"\n" for result in results[::-1])
        batch["status"] = "ended"

    def errored(self, kind: str, words: str = "no") -> dict:
        return {"type": "errored", "error": scripted_anthropic.error(kind, words)}


class GeminiBatches(VendorBatches):
    """Gemini's batches with inline requests: https://ai.google.dev/api/batch-api"""

    kind = "google"
    USAGE = {
        "promptTokenCount": 1300, "cachedContentTokenCount": 300, "candidatesTokenCount": 80, "thoughtsTokenCount": 20,
        "totalTokenCount": 1400,
    }

    def __init__(self):
        super().__init__()
        # Whether results repeat what stood beside their requests.
        self.repeats_keys = True

    def respond(self, method: str, path: str, headers, body: bytes):
        self.require(headers["x-goog-api-key"] == "upstream-key", "a call has no key")
        self.require(method != "POST" or headers["content-type"] == "application/json", "a call is no JSON")
        path, _, query = path.partition("?")
        match method, unquote(path).removeprefix("/v1beta/").split("/"):
            case "POST", ["models", call] if call.endswith(":generateContent"):
                return 200, self.answer(json.loads(body))
            case "POST", ["models", call] if call.endswith(":batchGenerateContent"):
                self.require(len(body) <= 20_000_000, "a batch has more than 20 MB")
                return self._create(call.removesuffix(":batchGenerateContent"), json.loads(body))
            case "GET", ["batches"]:
                return 200, self._list(parse_qs(query))
            case "GET", ["batches", name] if name in self.batches:
                return 200, self.shown(name)
            case "POST", ["batches", call] if call.removesuffix(":cancel") in self.batches:
                self.require(call.endswith(":cancel") and body == b"{}", f"a batch is asked to {call}")
                name = call.removesuffix(":cancel")
                self.end(name, "CANCELLED", answered=self.batches[name].get("answered", 0))
                return 200, {}
            case "DELETE", ["batches", name] if name in self.batches:
                self.require(self.batches.pop(name)["state"] != "RUNNING", "a batch is deleted before it is over")
                self.deleted.append(name)
                return 200, {}
        return 404, scripted_gemini.error(404, "NOT_FOUND", "nothing is here")

    def answer(self, request: dict) -> dict:
        """What the model says: the last word of the question."""
        return scripted_gemini.answer(
            scripted_gemini.text(self.question(request).split(":")[-1]), usageMetadata=self.USAGE)

    @staticmethod
    def question(request: dict) -> str:
        return request["contents"][-1]["parts"][-1]["text"]

    def _create(self, model: str, wanted: dict):
        batch = wanted["batch"]
        self.require(wanted.keys() == {"batch"}, f"a batch is {wanted.keys()}")
        self.require(batch.keys() == {"displayName", "inputConfig"}, f"a batch has {batch.keys()}")
        requests = batch["inputConfig"]["requests"]["requests"]
        for request in requests:
            self.require(request.keys() == {"request", "metadata"}, f"a request has {request.keys()}")
            self.require("contents" in request["request"], "a request says nothing")
        name = self.add(batch["displayName"], model, requests)
        self.made_one()
        return 200, self.shown(name)

    def add(self, display_name: str, model: str, requests: list[dict]) -> str:
        name = f"up{next(self.numbers)}"
        self.batches[name] = {"name": display_name, "model": model, "requests": requests, "state": "RUNNING"}
        return name

    def add_other(self, count: int) -> str:
        return self.add("batch_theirs", "gemini-2.5-flash", [{}] * count)

    def requests(self, name: str) -> list[dict]:
        return self.batches[name]["requests"]

    def shown(self, name: str) -> dict:
        batch = self.batches[name]
        shown = {
            "name": f"batches/{name}",
            "metadata": {
                "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
                "model": f"models/{batch['model']}", "displayName": batch["name"],
                # Where they come twice they count once.
                **({"output": {"inlinedResponses": {"inlinedResponses": batch["results"]}}} if "results" in batch else {}),
                "batchStats": {"requestCount": str(len(batch["requests"]))}, "state": f"BATCH_STATE_{batch['state']}",
                "name": f"batches/{name}",
            },
        }
        if "results" in batch:
            shown |= {"done": True, "response": {"inlinedResponses": {"inlinedResponses": batch["results"]}}}
        return shown

    def _list(self, asked: dict) -> dict:
        """In pages, in no order."""
        self.require(asked.keys() <= {"pageSize", "pageToken"}, f"a list by {asked.keys()}")
        names, start = list(self.batches), int(asked.get("pageToken", ["0"])[0])
        end = start + int(asked["pageSize"][0])
        page = {"operations": [self.shown(name) for name in names[start:end]]}
        return page | ({"nextPageToken": str(end)} if end < len(names) else {})

    def end(self, name: str, state: str = "SUCCEEDED", answered: int | None = None):
        """Ends a batch; its results come in another order than its requests."""
        batch = self.batches[name]
        results = []
        for request in batch["requests"][:answered]:
            fault = self.faults.get(self.question(request["request"]), 0) if request else 0
            if fault is None:
                continue
            result = fault or {"response": self.answer(request["request"]) if request else {}}
            results.append(result | ({"metadata": request["metadata"]} if request and self.repeats_keys else {}))
        batch |= {"results": results[::-1], "state": state}


def rpc_error(code: int, words: str = "no") -> dict:
    """A result of a request that failed: `google.rpc.Status`."""
    return {"error": {"code": code, "message": words}}
