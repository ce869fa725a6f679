"""Where a request goes, and what the headers of both sides say about it."""

import re

import httpx
import pytest
from conftest import chat_says, scripted, sdk
from hub_process import simulated
from scripted_provider import DONE, HANG, STREAM_HEAD, chunk, completion, events, stream, whole

QUESTION = [{"role": "user", "content": "ECHO:a b c"}]
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE_ID}-b7ad6b7169203331-01"
CHAT = "/v1/chat/completions"
UNIFIED = "/v1/completions"


def ask(http, path=CHAT, model="sim-chat", headers=None, **body):
    return http.post(path, json={"model": model, "messages": QUESTION} | body, headers=headers or {})


def error(answer) -> dict:
    return answer.json()["error"]


# Which provider.


@pytest.mark.parametrize(
    "model, target, upstream, reason",
    [
        ("sim-chat", "simulated", "sim-chat", "catalog"),
        ("sim-unlisted", "simulated", "sim-unlisted", "name-rule"),
        ("simulated/anything", "simulated", "anything", "explicit"),
        ("scripted-chat", "scripted", "scripted-chat", "catalog"),
        ("vendor/scripted-chat", "scripted", "vendor/scripted-chat", "catalog"),
        ("scripted/vendor/new", "scripted", "vendor/new", "explicit"),
    ],
)
def test_the_model_decides(http, provider, model, target, upstream, reason):
    exchange = provider.play(whole(completion()))
    answer = ask(http, model=model)
    assert answer.headers["x-hub-provider"] == target
    assert answer.headers["x-hub-model"] == upstream
    assert answer.headers["x-hub-route-reason"] == reason
    if target == "scripted":
        assert exchange.json["model"] == upstream


@pytest.mark.parametrize("path", [CHAT, UNIFIED])
def test_the_header_pins_the_provider(http, provider, path):
    exchange = provider.play(whole(completion()))
    answer = ask(http, path, headers={"x-hub-provider": "scripted"})
    assert (answer.headers["x-hub-provider"], answer.headers["x-hub-route-reason"]) == ("scripted", "explicit")
    assert exchange.json["model"] == "sim-chat"


def test_the_body_pins_the_provider(http, provider):
    exchange = provider.play(whole(completion()))
    answer = ask(http, UNIFIED, provider="scripted")
    assert answer.json()["provider"] == "scripted"
    assert "provider" not in exchange.json


def test_the_path_pins_the_provider(http, provider):
    exchange = provider.play(whole(completion()))
    answer = ask(http, "/v1/providers/scripted/chat", model="brand-new")
    assert answer.json()["provider"] == "scripted"
    assert answer.json()["metadata"]["route_reason"] == "explicit"
    assert exchange.json["model"] == "brand-new"


@pytest.mark.parametrize(
    "path, headers, body",
    [
        ("/v1/providers/simulated/chat", {"x-hub-provider": "scripted"}, {}),
        ("/v1/providers/simulated/chat", {}, {"provider": "scripted"}),
        (UNIFIED, {"x-hub-provider": "scripted"}, {"provider": "simulated"}),
    ],
)
def test_two_providers_are_a_mismatch(http, path, headers, body):
    answer = ask(http, path, headers=headers, **body)
    assert (answer.status_code, error(answer)["code"], error(answer)["param"]) == (
        400,
        "provider_mismatch",
        "provider",
    )


@pytest.mark.parametrize("path, headers", [("/v1/providers/nobody/chat", {}), (CHAT, {"x-hub-provider": "nobody"})])
def test_unknown_provider(http, path, headers):
    answer = ask(http, path, headers=headers)
    assert (answer.status_code, error(answer)["code"]) == (404, "provider_not_found")


def test_a_text_completion_has_no_place_under_a_provider(http):
    answer = http.post("/v1/providers/simulated/chat", json={"model": "sim-chat", "prompt": "x"})
    assert (answer.status_code, error(answer)["param"]) == (400, "prompt")


# The hub's own form.


def test_the_hubs_form_has_metadata(http):
    answer = ask(http, UNIFIED).json()
    assert (answer["object"], answer["provider"]) == ("chat.completion", "simulated")
    metadata = answer["metadata"]
    assert metadata["attempts"] == 1
    assert (metadata["cached"], metadata["fallback_used"]) == (False, False)
    assert metadata["tokens"] == {"input": 3, "cache_read": 0, "cache_write": 0, "output": 3, "reasoning": 0}
    # 1 USD per million tokens of input, 2 of output.
    assert metadata["cost_usd"] == 0.000009
    assert 0 <= metadata["provider_latency_ms"] <= metadata["latency_ms"]


def test_an_unknown_price_is_not_zero(http, provider):
    provider.play(whole(completion()))
    answer = ask(http, UNIFIED, "scripted/scripted-chat")
    assert answer.headers["x-hub-cost-usd"] == "unpriced"
    assert answer.json()["metadata"]["cost_usd"] is None
    assert answer.json()["metadata"]["cost_code"] == "unpriced"


def test_token_classes_are_disjoint(http, provider):
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "total_tokens": 150,
        "prompt_tokens_details": {"cached_tokens": 80},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }
    provider.play(whole(completion(usage=usage)))
    answer = ask(http, UNIFIED, "scripted/scripted-chat").json()
    assert answer["metadata"]["tokens"] == {
        "input": 20,
        "cache_read": 80,
        "cache_write": 0,
        "output": 20,
        "reasoning": 30,
    }
    assert (answer["usage"]["input_tokens"], answer["usage"]["output_tokens"]) == (100, 50)


def test_a_stream_of_the_hubs_form_ends_with_usage_and_metadata(http):
    lines = ask(http, UNIFIED, stream=True).text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    last = lines[-3]
    assert '"choices":[]' in last and '"usage":{' in last and '"metadata":{' in last
    assert all('"usage"' not in line for line in lines[:-3])


def test_the_providers_parameters_are_merged_last(http, provider):
    exchange = provider.play(whole(completion()))
    ask(
        http,
        UNIFIED,
        "scripted/scripted-chat",
        temperature=0.5,
        max_completion_tokens=7,
        metadata={"k": "v"},
        routing={"max_attempts": 1},
        provider_params={"temperature": 1, "mirostat": 2, "simulated": {"seed": 3}},
    )
    assert exchange.json == {
        "model": "scripted-chat",
        "messages": QUESTION,
        "max_tokens": 7,
        "temperature": 1,
        "mirostat": 2,
    }


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image", "url": "https://example.com/a.png"},
        {"type": "image_url", "image_url": "https://example.com/a.png"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    ],
)
def test_images_are_written_as_the_provider_knows_them(http, provider, part):
    exchange = provider.play(whole(completion()))
    messages = [{"role": "user", "content": [part]}]
    http.post(UNIFIED, json={"model": "scripted/scripted-chat", "messages": messages})
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert exchange.json["messages"] == [{"role": "user", "content": [image]}]


@pytest.mark.parametrize("stream_it", [False, True])
def test_reasoning_has_one_name(http, provider, stream_it):
    thought = {"role": "assistant", "content": "4", "reasoning_content": "2+2"}
    body = completion()
    body["choices"][0]["message"] = thought
    provider.play(stream(chunk(thought), chunk(finish="stop"), DONE) if stream_it else whole(body))
    answer = ask(http, UNIFIED, "scripted/scripted-chat", stream=stream_it)
    assert '"reasoning":"2+2"' in answer.text
    assert "reasoning_content" not in answer.text


# Headers.


@pytest.mark.parametrize("path", [CHAT, UNIFIED, "/v1/providers/simulated/chat"])
@pytest.mark.parametrize("stream_it", [False, True], ids=["whole", "stream"])
def test_headers_of_an_answer(http, path, stream_it):
    headers = ask(http, path, stream=stream_it).headers
    assert re.fullmatch(r"req_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["x-request-id"])
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", headers["traceparent"])
    assert headers["x-hub-provider"] == "simulated"
    assert headers["x-hub-model"] == "sim-chat"
    assert headers["x-hub-cache"] == "bypass"
    assert headers["x-hub-attempts"] == "1"
    assert headers["x-hub-route-reason"]
    assert headers.get("x-hub-cost-usd") == (None if stream_it else "0.000009")
    if stream_it:
        assert headers["content-type"].startswith("text/event-stream")
        assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("stream_it", [False, True], ids=["whole", "stream"])
def test_server_timing_has_the_wait_for_the_provider(http, provider, stream_it):
    answer = stream(chunk({"content": "Hi"}), chunk(finish="stop"), DONE) if stream_it else whole(completion())
    provider.play(0.05, answer)
    timing = ask(http, model="scripted/scripted-chat", stream=stream_it).headers["server-timing"]
    phases = {name: float(text) for name, text in re.findall(r"(\w+);dur=([0-9.]+)", timing)}
    assert list(phases) == ["parse", "auth", "govern", "cache", "route", "provider", "transform", "total"]
    assert 50 <= phases["provider"] <= phases["total"]


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/health/live", 200),
        ("GET", "/v1/models", 200),
        ("GET", "/v1/models/nobody", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/v1/models", 405),
        ("POST", CHAT, 400),
        ("OPTIONS", CHAT, 204),
    ],
)
def test_headers_that_every_answer_has(http, method, path, status):
    answer = http.request(method, path, headers={"x-request-id": "order-4711", "traceparent": TRACEPARENT})
    assert answer.status_code == status
    assert answer.headers["x-request-id"] == "order-4711"
    assert answer.headers["traceparent"].split("-")[1] == TRACE_ID
    assert re.search(r"total;dur=[0-9]+\.[0-9]{3}", answer.headers["server-timing"])
    if status >= 400:
        assert answer.headers["x-should-retry"] == "false"


def test_the_trace_goes_on_to_the_provider(http, provider):
    exchange = provider.play(whole(completion()))
    answer = ask(http, model="scripted/scripted-chat", headers={"traceparent": TRACEPARENT})
    version, trace, span, flags = exchange.headers["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE_ID, "01")
    assert span not in ("b7ad6b7169203331", "0" * 16)
    assert answer.headers["traceparent"].split("-")[1] == TRACE_ID


@pytest.mark.parametrize(
    "parent, states, passed",
    [
        (TRACEPARENT, ["a=1, b=x y ,", "c@d=2"], "a=1,b=x y,c@d=2"),
        (TRACEPARENT, ["a=1", "B=2"], None),
        (TRACEPARENT, [""], None),
        (TRACEPARENT, [], None),
        ("x", ["a=1"], None),
        (None, ["a=1"], None),
    ],
)
def test_the_state_of_a_trace_goes_on_with_it(http, provider, parent, states, passed):
    exchange = provider.play(whole(completion()))
    headers = [("tracestate", state) for state in states] + ([("traceparent", parent)] if parent else [])
    ask(http, model="scripted/scripted-chat", headers=headers)
    assert exchange.headers.get("tracestate") == passed


@pytest.mark.parametrize(
    "given", ["", "x", TRACEPARENT.upper(), f"00-{'0' * 32}-b7ad6b7169203331-01", f"ff{TRACEPARENT[2:]}"]
)
def test_a_malformed_trace_is_replaced(http, given):
    trace = ask(http, headers={"traceparent": given}).headers["traceparent"]
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", trace)
    assert TRACE_ID not in trace


@pytest.mark.parametrize("given, kept", [("a" * 128, True), ("a" * 129, False), ("a b", False), ("", False)])
def test_a_request_id_is_given_back_if_it_can_be(http, given, kept):
    assert (ask(http, headers={"x-request-id": given}).headers["x-request-id"] == given) == kept


@pytest.mark.parametrize("settings, path, header, value", [
    ({"auth_header": "x-token", "auth_scheme": ""}, CHAT, "x-token", "secret"),
    ({"auth_scheme": "Token"}, CHAT, "authorization", "Token secret"),
    ({"chat_path": "/else/chat"}, "/v1/else/chat", "authorization", "Bearer secret"),
    ({"organization": "org-7"}, CHAT, "openai-organization", "org-7"),
    ({"headers": {"x-own": "1"}}, CHAT, "x-own", "1"),
])
def test_an_entry_says_how_its_provider_is_asked(start_hub, provider, settings, path, header, value):
    entry = scripted(provider)
    entry["config"] |= {"api_key": "secret"} | settings
    hub = start_hub({"providers": [entry]})
    exchange = chat_says(provider, "hi")
    with sdk(hub) as client:
        client.chat.completions.create(model="scripted/scripted-chat", messages=QUESTION)
    assert exchange.path == path
    assert exchange.headers[header] == value


def test_a_fallback_that_a_header_names_answers_when_the_first_fails(http, provider):
    provider.play(whole({"error": {"message": "down"}}, status=500))
    chosen = {"x-hub-fallback": "simulated/sim-chat"}
    answer = ask(http, model="scripted/scripted-chat", headers=chosen)
    assert answer.status_code == 200, answer.text
    assert (answer.headers["x-hub-provider"], answer.headers["x-hub-model"]) == ("simulated", "sim-chat")
    refused = ask(http, headers={"x-hub-fallback": "a/b,c/d,e/f,g/h,i/j,k/l"})
    assert (refused.status_code, error(refused)["param"]) == (400, "x-hub-fallback")
    unknown = ask(http, headers={"x-hub-fallback": "nowhere/m"})
    assert (unknown.status_code, error(unknown)["param"]) == (404, "x-hub-fallback")


def test_a_strategy_that_a_header_names_goes_before_the_routes_own(start_hub, provider):
    targets = [
        {"provider": "simulated", "model": "sim-chat"}, {"provider": "scripted", "model": "scripted-chat"}]
    hub = start_hub({
        "providers": [simulated(), scripted(provider)],
        "routes": [{"pattern": "fast", "strategy": "weighted", "targets": targets}],
    })
    with httpx.Client(base_url=hub.url) as client:
        for _ in range(5):
            answer = ask(client, model="fast", headers={"x-hub-strategy": "failover"})
            assert answer.headers["x-hub-provider"] == "simulated"
            assert "failover" in answer.headers["x-hub-route-reason"]
        refused = ask(client, model="fast", headers={"x-hub-strategy": "best"})
    assert (refused.status_code, error(refused)["param"]) == (400, "x-hub-strategy")


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_refused_key_makes_room_for_a_further_one(start_hub, provider, streamed, status):
    entry = scripted(provider)
    entry["config"] |= {"api_key": "first", "further_api_keys": ["second"]}
    hub = start_hub({"providers": [entry], "max_retries": 0})
    refused = provider.play(whole({"error": {"message": "no"}}, status=status))
    answered = chat_says(provider, "hi", streamed)
    with httpx.Client(base_url=hub.url) as client:
        answer = ask(client, model="scripted/scripted-chat", stream=streamed)
        assert answer.status_code == 200, answer.text
        again = chat_says(provider, "hi", streamed)
        ask(client, model="scripted/scripted-chat", stream=streamed)
    # They take turns: whose it is first is no matter.
    assert {refused.headers["authorization"], answered.headers["authorization"]} == {"Bearer first", "Bearer second"}
    assert again.headers["authorization"] == answered.headers["authorization"]


def test_a_correlation_id_names_the_request_that_has_no_id(http):
    assert ask(http, headers={"x-correlation-id": "c-7"}).headers["x-request-id"] == "c-7"
    assert http.get("/health/live", headers={"x-correlation-id": "c-7"}).headers["x-request-id"] == "c-7"
    both = ask(http, headers={"x-request-id": "r-1", "x-correlation-id": "c-7"})
    assert both.headers["x-request-id"] == "r-1"


def test_no_header_of_the_client_reaches_the_provider(http, provider):
    exchange = provider.play(whole(completion()))
    ask(
        http,
        model="scripted/scripted-chat",
        headers={"authorization": "Bearer mine", "x-api-key": "mine", "cookie": "a=b", "x-hub-sim": "seed=2"},
    )
    assert exchange.headers["authorization"] == "Bearer upstream-key"
    assert not {"x-api-key", "cookie", "x-hub-sim", "x-hub-provider"} & set(exchange.headers)


@pytest.mark.parametrize("stream_it", [False, True], ids=["whole", "stream"])
def test_metadata_on_request_in_openais_form(http, provider, stream_it):
    answer = ask(http, headers={"x-hub-metadata": "true"}, stream=stream_it)
    assert answer.text.count('"hub":{') == 1
    assert '"attempts":[{"attempt_id":"att_' in answer.text
    assert '"hub"' not in ask(http, stream=stream_it).text


# The request's own deadline.


@pytest.mark.parametrize("path", [CHAT, UNIFIED])
@pytest.mark.parametrize("stream_it", [False, True], ids=["whole", "stream"])
def test_the_requests_deadline(http, provider, path, stream_it):
    exchange = provider.play(HANG)
    answer = ask(http, path, "scripted/scripted-chat", {"x-hub-timeout-ms": "100"}, stream=stream_it)
    assert (answer.status_code, error(answer)["code"]) == (504, "deadline_exceeded")
    assert answer.headers["x-should-retry"] == "true"
    assert exchange.wait_for_close(2)


def test_the_requests_deadline_ends_a_stream(http, provider):
    provider.play(STREAM_HEAD + events(chunk({"content": "Hi"})), HANG)
    request = {"model": "scripted/scripted-chat", "messages": QUESTION, "stream": True}
    received = b""
    with http.stream("POST", CHAT, json=request, headers={"x-hub-timeout-ms": "200"}) as answer:
        with pytest.raises(Exception, match="incomplete chunked read"):
            for part in answer.iter_raw():
                received += part
    assert b'"code":"stream_timeout"' in received


@pytest.mark.parametrize(
    "header, value",
    [
        ("x-hub-timeout-ms", "0"),
        ("x-hub-timeout-ms", "600001"),
        ("x-hub-timeout-ms", "soon"),
        ("x-hub-params", "maybe"),
        ("x-hub-sim", "speed=1"),
    ],
)
def test_a_header_that_cannot_be_used(http, header, value):
    answer = ask(http, headers={header: value})
    assert (answer.status_code, error(answer)["code"], error(answer)["param"]) == (400, "validation_failed", header)
