"""Answers in Bedrock's Converse form for the scripted provider, streams in AWS's framing."""

import json
import struct
import zlib

from scripted_provider import STREAM_END

USAGE = {
    "inputTokens": 9,
    "outputTokens": 7,
    "totalTokens": 21,
    "cacheReadInputTokens": 5,
    "cacheWriteInputTokens": 0,
}
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n\r\n"
)


def text(content: str) -> dict:
    return {"text": content}


def call(name: str, identifier: str, **arguments) -> dict:
    return {"toolUse": {"toolUseId": identifier, "name": name, "input": arguments}}


def thought(content: str, signature: str) -> dict:
    return {"reasoningContent": {"reasoningText": {"text": content, "signature": signature}}}


def answer(*blocks: dict, stop: str = "end_turn") -> dict:
    return {
        "output": {"message": {"role": "assistant", "content": list(blocks)}},
        "stopReason": stop,
        "usage": USAGE,
        "metrics": {"latencyMs": 40},
    }


def frame(name: str, payload: dict, kind: str = "event") -> bytes:
    """One message, as an HTTP chunk of its own."""
    headers = b""
    for key, value in [
        (f":{kind}-type", name),
        (":content-type", "application/json"),
        (":message-type", kind),
    ]:
        headers += bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    message += struct.pack(">I", zlib.crc32(message))
    return f"{len(message):x}\r\n".encode() + message + b"\r\n"


def _block(index: int, block: dict) -> bytes:
    if use := block.get("toolUse"):
        start = {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}}
        arguments = json.dumps(use["input"])
        pieces = [{"toolUse": {"input": piece}} for piece in (arguments[:4], arguments[4:])]
        out = frame("contentBlockStart", {"contentBlockIndex": index, "start": start})
    elif content := block.get("text"):
        pieces, out = [text(content[:3]), text(content[3:])], b""
    else:
        pieces, out = [block], b""
    for piece in pieces:
        out += frame("contentBlockDelta", {"contentBlockIndex": index, "delta": piece, "p": "abc"})
    return out + frame("contentBlockStop", {"contentBlockIndex": index})


def beginning(*blocks: dict) -> bytes:
    """A stream that is not complete."""
    out = STREAM_HEAD + frame("messageStart", {"role": "assistant", "p": "abcd"})
    return out + b"".join(_block(index, block) for index, block in enumerate(blocks))


def answer_stream(*blocks: dict, stop: str = "end_turn") -> bytes:
    return (
        beginning(*blocks)
        + frame("messageStop", {"stopReason": stop})
        + frame("metadata", {"usage": USAGE, "metrics": {"latencyMs": 40}})
        + STREAM_END
    )
