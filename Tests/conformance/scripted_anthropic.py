"""Answers in Anthropic's form for the scripted provider."""

import json

from scripted_provider import STREAM_END, STREAM_HEAD


def message(*content: dict, stop_reason: str = "end_turn", **fields) -> dict:
    """An answer in Anthropic's form."""
    return {
        "id": "msg_scripted",
        "type": "message",
        "role": "assistant",
        "model": "claude-scripted-2026",
        "content": list(content),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 9,
            "cache_creation_input_tokens": 4,
            "cache_read_input_tokens": 5,
            "output_tokens": 7,
        },
    } | fields


def text(content: str) -> dict:
    return {"type": "text", "text": content}


def thinking(content: str, signature: str = "c2lnbmVk") -> dict:
    return {"type": "thinking", "thinking": content, "signature": signature}


def tool_use(identifier: str, name: str, **arguments) -> dict:
    return {"type": "tool_use", "id": identifier, "name": name, "input": arguments}


def error(kind: str, words: str) -> dict:
    return {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_upstream"}


def named(*data: dict) -> bytes:
    """Anthropic's events, each as an HTTP chunk of its own."""
    out = b""
    for one in data:
        event = f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode()
        out += f"{len(event):x}\r\n".encode() + event + b"\r\n"
    return out


def beginning(**usage) -> dict:
    started = message(stop_reason=None, usage={"input_tokens": 9, "output_tokens": 1} | usage)
    return {"type": "message_start", "message": started}


def block_events(index: int, block: dict) -> list[dict]:
    """One block, its content in two pieces."""
    empty = {"text": text(""), "thinking": thinking("", "")}.get(block["type"], block | {"input": {}})
    events: list[dict] = [{"type": "content_block_start", "index": index, "content_block": empty}, {"type": "ping"}]

    def delta(**fields):
        events.append({"type": "content_block_delta", "index": index, "delta": fields})

    if block["type"] == "tool_use":
        content, kind, name = json.dumps(block["input"]), "input_json_delta", "partial_json"
    else:
        content, kind, name = block[block["type"]], f"{block['type']}_delta", block["type"]
    half = len(content) // 2
    delta(type=kind, **{name: content[:half]})
    delta(type=kind, **{name: content[half:]})
    if block["type"] == "thinking":
        delta(type="signature_delta", signature=block["signature"])
    return events + [{"type": "content_block_stop", "index": index}]


def stream_events(*content: dict, stop_reason: str = "end_turn") -> list[dict]:
    """A complete stream that says these blocks."""
    events = [beginning()]
    for index, block in enumerate(content):
        events += block_events(index, block)
    ending = {"stop_reason": stop_reason, "stop_sequence": None}
    usage = {
        "input_tokens": 9,
        "cache_creation_input_tokens": 4,
        "cache_read_input_tokens": 5,
        "output_tokens": 7,
    }
    return events + [{"type": "message_delta", "delta": ending, "usage": usage}, {"type": "message_stop"}]


def message_stream(*content: dict, stop_reason: str = "end_turn") -> bytes:
    return STREAM_HEAD + named(*stream_events(*content, stop_reason=stop_reason)) + STREAM_END
