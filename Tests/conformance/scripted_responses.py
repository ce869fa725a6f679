"""Answers in the form of OpenAI's Responses for the scripted provider."""

import json

from scripted_provider import stream

USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
    "output_tokens": 2,
    "output_tokens_details": {"reasoning_tokens": 1},
    "total_tokens": 11,
}


def text(content: str) -> dict:
    part = {"type": "output_text", "text": content, "annotations": [], "logprobs": []}
    return {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [part]}


def call(name: str, identifier: str, **arguments) -> dict:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": identifier} | function


def answer(*items: dict, **fields) -> dict:
    """A response object as OpenAI sends it."""
    return {
        "id": "resp_native",
        "object": "response",
        "created_at": 1767225600,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": "gpt-native",
        "output": list(items),
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "store": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": USAGE,
    } | fields


def _item_events(index: int, item: dict) -> list[dict]:
    """One item, its content in two pieces."""
    place = {"item_id": item["id"], "output_index": index}
    if item["type"] == "message":
        (part,) = item["content"]
        content, empty, kind = part["text"], {"content": []}, "output_text"
        place |= {"content_index": 0}
        opening = [{"type": "response.content_part.added", "part": part | {"text": ""}} | place]
        closing = [
            {"type": "response.output_text.done", "text": content, "logprobs": []} | place,
            {"type": "response.content_part.done", "part": part} | place,
        ]
        extra = {"logprobs": []}
    else:
        content, empty, kind = item["arguments"], {"arguments": ""}, "function_call_arguments"
        opening = []
        closing = [{"type": f"response.{kind}.done", "name": item["name"], "arguments": content} | place]
        extra = {}
    half = len(content) // 2
    pieces = [
        {"type": f"response.{kind}.delta", "delta": piece} | extra | place for piece in (content[:half], content[half:])
    ]
    added = {"type": "response.output_item.added", "output_index": index}
    added |= {"item": item | empty | {"status": "in_progress"}}
    done = {"type": "response.output_item.done", "output_index": index, "item": item}
    return [added, *opening, *pieces, *closing, done]


def answer_stream(*items: dict) -> bytes:
    """A complete stream that says these items."""
    beginning = answer(status="in_progress", usage=None)
    data = [{"type": f"response.{state}", "response": beginning} for state in ("created", "in_progress")]
    for index, item in enumerate(items):
        data += _item_events(index, item)
    data.append({"type": "response.completed", "response": answer(*items)})
    return stream(*({"sequence_number": number} | event for number, event in enumerate(data)))
