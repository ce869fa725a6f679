"""Batches as OpenAI's client makes and reads them."""

import json
import time

CHAT = "/v1/chat/completions"


def ask(number: int, text: str | None = None, endpoint: str = CHAT, **fields) -> dict:
    """A line of a batch."""
    text = text or f"ECHO:answer {number}"
    body = {
        CHAT: {"model": "sim-chat", "messages": [{"role": "user", "content": text}]},
        "/v1/embeddings": {"model": "sim-embed", "input": text},
        "/v1/responses": {"model": "sim-chat", "input": text},
    }[endpoint]
    return {"custom_id": f"line-{number}", "method": "POST", "url": endpoint, "body": body | fields}


def lines(*requests: dict) -> bytes:
    return b"".join(json.dumps(request).encode() + b"\n" for request in requests)


def begin(client, content: bytes, endpoint: str = CHAT, **options):
    file = client.files.create(file=("input.jsonl", content), purpose="batch")
    return client.batches.create(
        input_file_id=file.id, endpoint=endpoint, completion_window="24h", **options)


def wait(client, batch, *wanted: str, seconds: float = 40):
    end = time.monotonic() + seconds
    wanted = wanted or ("completed", "failed", "expired", "cancelled")
    while True:
        batch = client.batches.retrieve(batch.id)
        if batch.status in wanted:
            return batch
        assert time.monotonic() < end, batch
        time.sleep(0.05)


def results(client, file: str | None) -> dict[str, dict]:
    """By custom id; none twice."""
    if file is None:
        return {}
    content = client.files.content(file).read()
    assert content.endswith(b"\n")
    found = [json.loads(line) for line in content.splitlines()]
    by_id = {one["custom_id"]: one for one in found}
    assert len(by_id) == len(found)
    return by_id


def said(result: dict) -> str:
    return result["response"]["body"]["choices"][0]["message"]["content"]


def eventually(found, seconds: float = 15):
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)
    return value
