"""Requests that cannot be served name the field that is wrong, and leave the connection usable."""

import http.client
import json

import pytest

CHAT = "/v1/chat/completions"
UNIFIED = "/v1/completions"
USER = {"role": "user", "content": "x"}
TOOL = {"type": "function", "function": {"name": "f"}}


def message(**fields) -> dict:
    return {"messages": [USER | fields]}


# What is wrong, beside an otherwise good request, and the field that the error names.
WRONG_UNIFIED = [
    ({"model": None}, "model"),
    ({"model": 1}, "model"),
    ({"model": ""}, "model"),
    ({"model": "m" * 257}, "model"),
    ({"messages": None}, "messages"),
    ({"messages": {}}, "messages"),
    ({"messages": []}, "messages"),
    ({"messages": [USER] * 1001}, "messages"),
    ({"messages": ["x"]}, "messages[0]"),
    ({"messages": [USER, {"content": "x"}]}, "messages[1].role"),
    (message(role="boss"), "messages[0].role"),
    (message(content=1), "messages[0].content"),
    (message(content=None), "messages[0].content"),
    (message(content=""), "messages[0].content"),
    (message(content=[]), "messages[0].content"),
    (message(content=[{"text": "x"}]), "messages[0].content[0].type"),
    (message(role="tool"), "messages[0].tool_call_id"),
    (message(role="assistant", tool_calls="x"), "messages[0].tool_calls"),
    ({"provider": 1}, "provider"),
    ({"provider": "p" * 41}, "provider"),
    ({"stream": "yes"}, "stream"),
    ({"stream": 1}, "stream"),
    ({"stream_options": True}, "stream_options"),
    ({"stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
    ({"temperature": "1"}, "temperature"),
    ({"temperature": 2.1}, "temperature"),
    ({"temperature": -0.1}, "temperature"),
    ({"top_p": 1.1}, "top_p"),
    ({"presence_penalty": -3}, "presence_penalty"),
    ({"frequency_penalty": 3}, "frequency_penalty"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"max_tokens": 1.5}, "max_tokens"),
    ({"max_tokens": "16"}, "max_tokens"),
    ({"max_completion_tokens": 0}, "max_completion_tokens"),
    ({"top_k": 0}, "top_k"),
    ({"stop": 1}, "stop"),
    ({"stop": []}, "stop"),
    ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
    ({"stop": ["a", 1]}, "stop"),
    ({"n": 0}, "n"),
    ({"n": 17}, "n"),
    ({"n": True}, "n"),
    ({"seed": -1}, "seed"),
    ({"logprobs": 1}, "logprobs"),
    ({"top_logprobs": 21}, "top_logprobs"),
    ({"response_format": "json"}, "response_format"),
    ({"response_format": {"type": "xml"}}, "response_format.type"),
    ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
    ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format.json_schema.name"),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n"}}},
        "response_format.json_schema.schema",
    ),
    ({"tools": {}}, "tools"),
    ({"tools": [TOOL] * 129}, "tools"),
    ({"tools": [1]}, "tools[0]"),
    ({"tools": [TOOL, {"type": "function"}]}, "tools[1].function.name"),
    ({"tool_choice": "maybe"}, "tool_choice"),
    ({"tool_choice": {}}, "tool_choice"),
    ({"parallel_tool_calls": "no"}, "parallel_tool_calls"),
    ({"functions": {}}, "functions"),
    ({"reasoning": "high"}, "reasoning"),
    ({"reasoning": {"effort": "most"}}, "reasoning.effort"),
    ({"reasoning": {"budget_tokens": 1023}}, "reasoning.budget_tokens"),
    ({"user": 1}, "user"),
    ({"user": "u" * 257}, "user"),
    ({"metadata": []}, "metadata"),
    ({"metadata": {"k": 1}}, "metadata.k"),
    ({"metadata": {str(key): "v" for key in range(17)}}, "metadata"),
    ({"provider_params": 1}, "provider_params"),
    ({"routing": "fast"}, "routing"),
    ({"routing": {"strategy": 1}}, "routing.strategy"),
    ({"routing": {"max_attempts": 7}}, "routing.max_attempts"),
    ({"prompt": "x"}, "prompt"),
]

WRONG_OPENAI = [
    ({"model": None}, "model"),
    ({"model": 1}, "model"),
    ({"model": ""}, "model"),
    ({"messages": None}, "messages"),
    ({"messages": "x"}, "messages"),
    ({"messages": []}, "messages"),
    ({"messages": [1]}, "messages[0]"),
    ({"messages": [USER, {"content": "x"}]}, "messages[1].role"),
    (message(role=1), "messages[0].role"),
    ({"stream": "true"}, "stream"),
    ({"stream_options": 1}, "stream_options"),
    ({"stream_options": {"include_usage": "yes"}}, "stream_options.include_usage"),
    ({"n": 0}, "n"),
    ({"n": "2"}, "n"),
    ({"user": {}}, "user"),
]

WRONG_TEXT = [
    ({"model": None}, "model"),
    ({"prompt": 1}, "prompt"),
    ({"prompt": []}, "prompt"),
    ({"prompt": ["x"] * 65}, "prompt"),
    ({"prompt": [1, 2]}, "prompt"),
    ({"prompt": [[1], [2]]}, "prompt"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"temperature": 3}, "temperature"),
    ({"top_p": -1}, "top_p"),
    ({"presence_penalty": "0"}, "presence_penalty"),
    ({"frequency_penalty": 2.5}, "frequency_penalty"),
    ({"n": 17}, "n"),
    ({"logprobs": 6}, "logprobs"),
    ({"logprobs": True}, "logprobs"),
    ({"echo": "yes"}, "echo"),
    ({"stream": 0}, "stream"),
    ({"stream_options": {"include_usage": {}}}, "stream_options.include_usage"),
    ({"best_of": 17}, "best_of"),
    ({"suffix": 1}, "suffix"),
    ({"user": 1}, "user"),
    ({"provider": []}, "provider"),
]

GOOD = {
    "unified": (UNIFIED, {"model": "sim-chat", "messages": [USER]}),
    "provider": ("/v1/providers/simulated/chat", {"model": "sim-chat", "messages": [USER]}),
    "openai": (CHAT, {"model": "sim-chat", "messages": [USER]}),
    "text": (UNIFIED, {"model": "sim-chat", "prompt": "x"}),
}

CASES = [
    pytest.param(form, wrong, field, id=f"{form}-{json.dumps(wrong)[:50]}")
    for form, table in [("unified", WRONG_UNIFIED), ("provider", WRONG_UNIFIED), ("openai", WRONG_OPENAI), ("text", WRONG_TEXT)]
    for wrong, field in table
]


@pytest.fixture(scope="module")
def connection(hub):
    """One connection for all cases: each refusal must leave it usable."""
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=20)
    connection.connect()
    yield connection
    connection.close()


def send(connection, path: str, body: bytes) -> tuple[int, dict]:
    socket = connection.sock
    connection.request("POST", path, body, {"content-type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    assert connection.sock is socket and socket is not None, "the connection was closed"
    return answer.status, json.loads(content)


@pytest.mark.parametrize("form, wrong, field", CASES)
def test_a_wrong_field_is_named(connection, form, wrong, field):
    path, good = GOOD[form]
    status, answer = send(connection, path, json.dumps(good | wrong).encode())
    assert status == 400
    error = answer["error"]
    assert error["param"] == field
    assert error["code"] in ("validation_failed", "invalid_request", "unsupported_parameter")
    assert field.split(".")[-1].split("[")[0] in error["message"]
    check_form(form, error)
    status, _ = send(connection, path, json.dumps(good).encode())
    assert status == 200


def check_form(form: str, error: dict):
    if form == "openai":
        assert set(error) == {"message", "type", "param", "code"}
        assert error["type"] == "invalid_request_error"
    else:
        assert {"type", "code", "message", "retryable", "requestId"} <= set(error)
        assert error["retryable"] is False


# Bodies that are no request at all.
NO_REQUESTS = {
    "empty": b"",
    "space": b"  ",
    "text": b"hello",
    "cut": b'{"model":"sim-chat"',
    "two values": b"{} {}",
    "trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "comment": b'{"a":1} // x',
    "NaN": b'{"a":NaN}',
    "leading zero": b'{"a":01}',
    "control character": b'{"a":"\x01"}',
    "bad UTF-8": b'{"a":"\xff\xfe"}',
    "lone surrogate": b'{"a":"\\ud800"}',
    "bad escape": b'{"a":"\\x"}',
    "depth 65": b"[" * 65 + b"]" * 65,
    "depth 100000": b"[" * 100_000,
    "byte order mark only": b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("form", ["unified", "openai", "provider"])
@pytest.mark.parametrize("name", NO_REQUESTS)
def test_a_body_that_is_not_json(connection, form, name):
    path, good = GOOD[form]
    status, answer = send(connection, path, NO_REQUESTS[name])
    assert (status, answer["error"]["code"]) == (400, "invalid_json")
    check_form(form, {"param": None} | answer["error"])
    assert send(connection, path, json.dumps(good).encode())[0] == 200


@pytest.mark.parametrize("form", ["unified", "openai", "provider"])
@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true"])
def test_json_that_is_no_object(connection, form, body):
    status, answer = send(connection, GOOD[form][0], body)
    assert (status, answer["error"]["code"]) == (400, "invalid_request")


def test_64_levels_are_deep_enough(connection):
    # The request's own object is one of them.
    nested = "[" * 63 + "]" * 63
    body = f'{{"model":"sim-chat","messages":[{json.dumps(USER)}],"x":{nested}}}'
    assert send(connection, CHAT, body.encode())[0] == 200


@pytest.mark.parametrize("form", ["unified", "openai", "text"])
@pytest.mark.parametrize("name", ["model", "stream", "n", "user"])
def test_a_decisive_field_given_twice(connection, form, name):
    path, good = GOOD[form]
    request = {"stream": False, "n": 1, "user": "u"} | good
    body = json.dumps(request)[:-1] + f',"{name}":{json.dumps(request[name])}}}'
    status, answer = send(connection, path, body.encode())
    assert (status, answer["error"]["code"], answer["error"]["param"]) == (400, "invalid_request", name)


def test_a_decisive_field_given_twice_in_disguise(connection):
    body = b'{"model":"sim-chat","mod\\u0065l":"other","messages":[{"role":"user","content":"x"}]}'
    status, answer = send(connection, CHAT, body)
    assert (status, answer["error"]["param"]) == (400, "model")


def test_lengths_count_characters(connection):
    path, good = GOOD["unified"]
    assert send(connection, path, json.dumps(good | {"user": "ü" * 256}).encode())[0] == 200
    assert send(connection, path, json.dumps(good | {"user": "ü" * 257}).encode())[0] == 400
