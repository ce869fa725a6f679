"""Every failure reaches OpenAI's own client as the exception its users expect."""

import json

import openai
import pytest
from conftest import ADMIN_KEY, MINI_KEY, sdk
from scripted_provider import (
    DONE,
    HANG,
    RESET,
    STREAM_END,
    STREAM_HEAD,
    chunk,
    completion,
    events,
    stream,
    whole,
)

MODEL = "sim-chat"
SCRIPTED = "scripted/scripted-chat"
QUESTION = [{"role": "user", "content": "Say something"}]


def ask(client, model=MODEL, stream=False, **options):
    answer = client.chat.completions.create(model=model, messages=QUESTION, stream=stream, **options)
    return list(answer) if stream else answer


def upstream_error(status: int, code: str | None = None, message="No.", **headers) -> bytes:
    return whole({"error": {"message": message, "type": "t", "param": None, "code": code}}, status, **headers)


# Simulated faults and what becomes of them: fault, exception, status, code.
FAULTS = [
    ("rate_limit", openai.RateLimitError, 429, "provider_rate_limited"),
    ("server_error", openai.InternalServerError, 502, "provider_error"),
    ("auth", openai.InternalServerError, 502, "provider_authentication"),
    ("timeout", openai.InternalServerError, 504, "provider_timeout"),
    ("disconnect", openai.InternalServerError, 502, "provider_unreachable"),
    ("bad_json", openai.InternalServerError, 502, "provider_bad_response"),
]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("fault, exception, status, code", FAULTS)
def test_simulated_fault(client, fault, exception, status, code, stream):
    settings = f"fault={fault};fault_after=0"
    if fault == "bad_json" and stream:
        code = "provider_error"
    with pytest.raises(exception) as failure:
        ask(client, stream=stream, extra_headers={"x-hub-sim": settings})
    assert (failure.value.status_code, failure.value.code) == (status, code)
    assert failure.value.request_id == failure.value.response.headers["x-request-id"]


# A provider's answer, whole or streamed, and what the client gets: bytes, exception, status, code.
PROVIDER_FAILURES = {
    "400": (upstream_error(400), openai.BadRequestError, 400, "provider_rejected"),
    "context": (
        upstream_error(400, "context_length_exceeded"),
        openai.BadRequestError,
        400,
        "context_length_exceeded",
    ),
    "content filter": (upstream_error(400, "content_filter"), openai.BadRequestError, 400, "content_filter"),
    "401": (upstream_error(401, "invalid_api_key"), openai.InternalServerError, 502, "provider_authentication"),
    "402": (upstream_error(402), openai.InternalServerError, 502, "provider_billing"),
    "403": (upstream_error(403), openai.InternalServerError, 502, "provider_authentication"),
    "404": (upstream_error(404), openai.NotFoundError, 404, "model_not_found"),
    "408": (upstream_error(408), openai.InternalServerError, 504, "provider_timeout"),
    "413": (upstream_error(413), openai.BadRequestError, 400, "provider_rejected"),
    "422": (upstream_error(422), openai.BadRequestError, 400, "provider_rejected"),
    "429": (upstream_error(429), openai.RateLimitError, 429, "provider_rate_limited"),
    "quota": (upstream_error(429, "insufficient_quota"), openai.InternalServerError, 502, "provider_billing"),
    "500": (upstream_error(500), openai.InternalServerError, 502, "provider_error"),
    "503": (upstream_error(503), openai.InternalServerError, 502, "provider_error"),
    "504": (upstream_error(504), openai.InternalServerError, 504, "provider_timeout"),
    "529": (upstream_error(529), openai.InternalServerError, 502, "provider_error"),
    "302": (whole(b"", 302, location="http://127.0.0.1:1/"), openai.InternalServerError, 502, "provider_error"),
    "html": (whole(b"<html>Bad gateway</html>", 502), openai.InternalServerError, 502, "provider_error"),
    "error in 200": (
        whole({"error": {"message": "No.", "code": 429}}),
        openai.RateLimitError,
        429,
        "provider_rate_limited",
    ),
    "not JSON": (whole(b"Hi!"), openai.InternalServerError, 502, "provider_bad_response"),
    "no choices": (whole({"id": "x"}), openai.InternalServerError, 502, "provider_bad_response"),
    "not HTTP": (b"SSH-2.0-OpenSSH\r\n\r\n", openai.InternalServerError, 502, None),
    "reset": (RESET, openai.InternalServerError, 502, "provider_unreachable"),
    "nothing": (b"", openai.InternalServerError, 502, "provider_unreachable"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("name", PROVIDER_FAILURES)
def test_failure_of_the_provider(client, provider, name, stream):
    step, exception, status, code = PROVIDER_FAILURES[name]
    provider.play(step)
    with pytest.raises(exception) as failure:
        ask(client, SCRIPTED, stream)
    assert failure.value.status_code == status
    assert failure.value.code in ([code] if code else ["provider_bad_response", "provider_unreachable"])
    assert "upstream-key" not in str(failure.value)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_rate_limit_says_when_to_come_back(client, provider, stream):
    provider.play(upstream_error(429, retry_after="7"))
    with pytest.raises(openai.RateLimitError) as failure:
        ask(client, SCRIPTED, stream)
    assert failure.value.response.headers["retry-after"] == "7"
    assert failure.value.response.headers["x-should-retry"] == "true"
    assert failure.value.type == "rate_limit_error"


def test_provider_that_cannot_be_reached(start_hub):
    gone = {"provider_id": "gone", "config": {"base_url": "http://127.0.0.1:1/v1"}}
    with sdk(start_hub({"providers": [gone]})) as client, pytest.raises(openai.InternalServerError) as failure:
        ask(client, "gone/x")
    assert (failure.value.status_code, failure.value.code) == (502, "provider_unreachable")


def test_provider_that_is_not_configured(client):
    with pytest.raises(openai.InternalServerError) as failure:
        ask(client, "openai/gpt-4o")
    assert (failure.value.status_code, failure.value.code) == (503, "provider_not_configured")
    assert "OPENAI_API_KEY" in failure.value.message
    assert failure.value.response.headers["x-should-retry"] == "false"


def test_wrong_request(client):
    with pytest.raises(openai.BadRequestError) as failure:
        client.chat.completions.create(model=MODEL, messages=[])
    assert (failure.value.code, failure.value.param) == ("validation_failed", "messages")
    assert failure.value.type == "invalid_request_error"


def test_unknown_model(client):
    with pytest.raises(openai.NotFoundError) as failure:
        ask(client, "nobody-knows")
    assert (failure.value.code, failure.value.param) == ("model_not_found", "model")


def test_client_that_gives_up(hub):
    with sdk(hub, timeout=0.3) as client, pytest.raises(openai.APITimeoutError):
        ask(client, extra_headers={"x-hub-sim": "fault=hang"})


def test_hub_that_is_not_there(start_hub):
    hub = start_hub()
    hub.stop()
    with sdk(hub) as client, pytest.raises(openai.APIConnectionError):
        ask(client)


def test_the_client_tries_again_when_it_may_help(hub, provider):
    provider.play(upstream_error(500))
    provider.play(whole(completion("second")))
    with sdk(hub, max_retries=1) as client:
        assert ask(client, SCRIPTED).choices[0].message.content == "second"


def test_the_client_does_not_try_again_when_it_cannot_help(hub, provider):
    provider.play(upstream_error(401))
    untouched = provider.play(whole(completion()))
    with sdk(hub, max_retries=2) as client, pytest.raises(openai.InternalServerError):
        ask(client, SCRIPTED)
    assert not untouched.asked.is_set()


# Keys.


@pytest.mark.parametrize("header", ["authorization", "x-api-key", "api-key"])
def test_key_in_each_header(locked_hub, header):
    key = f"Bearer {ADMIN_KEY}" if header == "authorization" else ADMIN_KEY
    headers = {"authorization": openai.Omit(), header: key}
    assert ask(sdk(locked_hub), extra_headers=headers).choices


def test_wrong_key(locked_hub):
    with pytest.raises(openai.AuthenticationError) as failure:
        ask(sdk(locked_hub, "sk-wrong"))
    assert (failure.value.code, failure.value.type) == ("invalid_api_key", "authentication_error")
    assert "sk-wrong" not in str(failure.value)


def test_no_key(locked_hub):
    with pytest.raises(openai.AuthenticationError) as failure:
        ask(sdk(locked_hub), extra_headers={"authorization": openai.Omit()})
    assert failure.value.code == "missing_credential"


def test_key_without_this_model(locked_hub):
    client = sdk(locked_hub, MINI_KEY)
    assert ask(client, "sim-mini-2").choices
    with pytest.raises(openai.PermissionDeniedError) as failure:
        ask(client)
    assert (failure.value.code, failure.value.param) == ("model_not_allowed", "model")


# Streams that break after their first token never look complete.


BROKEN_STREAMS = {
    "cut": ([STREAM_HEAD + events(chunk({"content": "Hi"}))], "stream_interrupted"),
    "reset": ([STREAM_HEAD + events(chunk({"content": "Hi"})), 0.1, RESET], "stream_interrupted"),
    "no end": ([STREAM_HEAD + events(chunk({"content": "Hi"})) + STREAM_END], "stream_interrupted"),
    "malformed chunk": ([stream(chunk({"content": "Hi"}), '{"id":', DONE)], "stream_interrupted"),
    "not an object": ([stream(chunk({"content": "Hi"}), "[1]", DONE)], "stream_interrupted"),
    "silence": ([STREAM_HEAD + events(chunk({"content": "Hi"})), HANG], "stream_timeout"),
    "overloaded": (
        [stream(chunk({"content": "Hi"}), {"error": {"message": "No.", "code": "server_error"}}, DONE)],
        "stream_interrupted",
    ),
}


@pytest.mark.parametrize("name", BROKEN_STREAMS)
def test_broken_stream_raises(client, provider, name):
    steps, code = BROKEN_STREAMS[name]
    provider.play(*steps)
    answer = client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True)
    chunks = []
    with pytest.raises(openai.APIError) as failure:
        chunks.extend(answer)
    assert failure.value.code == code
    assert failure.value.type == "server_error"


@pytest.mark.parametrize("fault", ["cut_stream", "bad_json", "missing_end"])
def test_simulated_broken_stream(client, fault):
    # missing_end leaves out the last event only: the finish reason was there, so the answer is complete.
    settings = {"extra_headers": {"x-hub-sim": f"fault={fault};fault_after=3"}}
    if fault == "missing_end":
        assert ask(client, stream=True, **settings)[-1].choices[0].finish_reason == "stop"
        return
    with pytest.raises(openai.APIError) as failure:
        ask(client, stream=True, **settings)
    assert failure.value.code == "stream_interrupted"


@pytest.mark.parametrize(
    "path, last",
    [
        ("/v1/chat/completions", b"data: {"),
        ("/v1/completions", b"event: error\ndata: {"),
    ],
)
def test_broken_stream_on_the_wire(http, provider, path, last):
    """An error event, no [DONE], and a connection that closes without the last HTTP chunk."""
    provider.play(STREAM_HEAD + events(chunk({"content": "Hi"})))
    request = {"model": SCRIPTED, "messages": QUESTION, "stream": True}
    received = b""
    with http.stream("POST", path, json=request) as answer:
        assert answer.status_code == 200
        with pytest.raises(Exception, match="incomplete chunked read"):
            for part in answer.iter_raw():
                received += part
    event = received.split(b"\n\n")[-2] + b"\n\n"
    assert event.startswith(last)
    error = json.loads(event.split(b"data: ", 1)[1])["error"]
    assert error["code"] == "stream_interrupted"
    assert b"[DONE]" not in received


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_an_answer_of_the_other_kind(client, provider, streamed):
    """A stream where a whole answer was asked for, and the reverse."""
    provider.play(whole(completion()) if streamed else stream(chunk({"content": "Hi"}), chunk(finish="stop"), DONE))
    with pytest.raises(openai.InternalServerError) as failure:
        ask(client, SCRIPTED, streamed)
    assert failure.value.code == "provider_bad_response"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
def test_stream_that_fails_before_its_first_token_is_an_error(http, provider, path):
    provider.play(STREAM_HEAD + events(chunk({"role": "assistant", "content": ""})))
    answer = http.post(path, json={"model": SCRIPTED, "messages": QUESTION, "stream": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "provider_error")
    assert answer.headers["content-type"] == "application/json"
