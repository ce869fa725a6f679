"""Answers in Gemini's form for the scripted provider."""

import json

from scripted_provider import STREAM_END, STREAM_HEAD

USAGE = {
    "promptTokenCount": 14,
    "cachedContentTokenCount": 5,
    "candidatesTokenCount": 4,
    "thoughtsTokenCount": 3,
    "totalTokenCount": 21,
}


def text(content: str, **fields) -> dict:
    return {"text": content} | fields


def thought(content: str) -> dict:
    return {"text": content, "thought": True}


def call(name: str, signature: str | None = None, identifier: str | None = None, **arguments) -> dict:
    function = {"name": name, "args": arguments} | ({"id": identifier} if identifier else {})
    return {"functionCall": function} | ({"thoughtSignature": signature} if signature else {})


def answer(*parts: dict, finish: str | None = "STOP", **fields) -> dict:
    """An answer in Gemini's form, or a piece of one."""
    candidate = {"content": {"parts": list(parts), "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "usageMetadata": USAGE,
        "modelVersion": "gemini-scripted-2026",
        "responseId": "response-scripted",
    } | fields


def error(status: int, word: str, words: str, **fields) -> dict:
    return {"error": {"code": status, "message": words, "status": word} | fields}


def pieces(*data: dict) -> bytes:
    """Google's events, each as an HTTP chunk of its own."""
    out = b""
    for one in data:
        event = f"data: {json.dumps(one)}\r\n\r\n".encode()
        out += f"{len(event):x}\r\n".encode() + event + b"\r\n"
    return out


def answer_stream(*parts: dict, finish: str = "STOP") -> bytes:
    """A complete stream, a piece for each part."""
    last = len(parts) - 1
    chunks = [answer(part, finish=finish if index == last else None) for index, part in enumerate(parts)]
    return STREAM_HEAD + pieces(*chunks) + STREAM_END
