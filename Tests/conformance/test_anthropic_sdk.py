"""Anthropic's own client, unmodified, against providers of both dialects; and OpenAI's against Anthropic."""

import json

import anthropic
import pytest
from conftest import ADMIN_KEY, anthropic_sdk, sdk
from scripted_anthropic import (
    beginning,
    block_events,
    error,
    message,
    message_stream,
    named,
    text,
    thinking,
    tool_use,
)
from scripted_provider import (
    DONE,
    HANG,
    STREAM_END,
    STREAM_HEAD,
    chunk,
    completion,
    events,
    stream,
    usage_chunk,
    whole,
)

CLAUDE = "claude/claude-sonnet-4-5"
OPENAI_FORM = "scripted/scripted-chat"
QUESTION = [{"role": "user", "content": "How is the weather in Oslo?"}]
WEATHER = {
    "name": "weather",
    "description": "The weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@pytest.fixture(params=[CLAUDE, OPENAI_FORM], ids=["anthropic", "openai-form"])
def model(request):
    return request.param


def said(provider, model, *blocks, stop_reason="end_turn", streamed=False):
    """Has the provider of the model say these blocks, in its own form."""
    if model == CLAUDE:
        answer = message_stream if streamed else lambda *all, **fields: whole(message(*all, **fields))
        return provider.play(answer(*blocks, stop_reason=stop_reason))
    finish = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}[stop_reason]
    contents = "".join(block["text"] for block in blocks if block["type"] == "text")
    calls = [block for block in blocks if block["type"] == "tool_use"]
    if not streamed:
        answer = completion(contents or None)
        answer["choices"][0]["finish_reason"] = finish
        if calls:
            answer["choices"][0]["message"]["tool_calls"] = [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {"name": call["name"], "arguments": json.dumps(call["input"])},
                }
                for call in calls
            ]
        return provider.play(whole(answer))
    pieces = [chunk({"role": "assistant", "content": ""})]
    pieces += [chunk({"content": contents[:3]}), chunk({"content": contents[3:]})] if contents else []
    for index, call in enumerate(calls):
        arguments = json.dumps(call["input"])
        head = {"name": call["name"], "arguments": ""}
        pieces.append(chunk({"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": head}]}))
        for piece in (arguments[:5], arguments[5:]):
            pieces.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
    return provider.play(stream(*pieces, chunk(finish=finish), usage_chunk(), DONE))


def test_chat(provider, claude_client, model):
    exchange = said(provider, model, text("Rainy."))
    answer = claude_client.messages.create(
        model=model, max_tokens=50, messages=QUESTION, system="Be brief.", stop_sequences=["x"]
    )
    assert [(block.type, block.text) for block in answer.content] == [("text", "Rainy.")]
    assert (answer.type, answer.role, answer.stop_reason) == ("message", "assistant", "end_turn")
    if model == CLAUDE:
        assert (answer.id, answer.model) == ("msg_scripted", "claude-scripted-2026")
        assert (answer.usage.input_tokens, answer.usage.cache_read_input_tokens) == (9, 5)
        assert exchange.json["system"] == "Be brief."
        assert exchange.headers["x-api-key"] == "upstream-key"
    else:
        assert answer.id.startswith("msg_")
        assert (answer.usage.input_tokens, answer.usage.output_tokens) == (9, 2)
        assert exchange.json["messages"][0] == {"role": "system", "content": "Be brief."}
        assert (exchange.json["stop"], exchange.json["max_tokens"]) == (["x"], 50)


def test_stream(provider, claude_client, model):
    said(provider, model, text("Rainy today."), streamed=True)
    with claude_client.messages.stream(model=model, max_tokens=50, messages=QUESTION) as answer:
        pieces = list(answer.text_stream)
        final = answer.get_final_message()
    assert "".join(pieces) == final.content[0].text == "Rainy today."
    assert len(pieces) >= 2
    assert final.stop_reason == "end_turn"
    assert final.usage.output_tokens == (7 if model == CLAUDE else 2)
    assert final.usage.input_tokens == 9


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_parallel_tools(provider, claude_client, model, streamed):
    calls = (tool_use("toolu_1", "weather", city="Oslo"), tool_use("toolu_2", "weather", city="Rome"))
    said(provider, model, text("Let me look."), *calls, stop_reason="tool_use", streamed=streamed)
    request = {"model": model, "max_tokens": 50, "messages": QUESTION, "tools": [WEATHER]}
    if streamed:
        with claude_client.messages.stream(**request) as answer:
            final = answer.get_final_message()
    else:
        final = claude_client.messages.create(**request)
    assert final.stop_reason == "tool_use"
    assert [block.type for block in final.content] == ["text", "tool_use", "tool_use"]
    assert [(block.id, block.name, block.input) for block in final.content[1:]] == [
        ("toolu_1", "weather", {"city": "Oslo"}),
        ("toolu_2", "weather", {"city": "Rome"}),
    ]


def test_tool_results(provider, claude_client):
    """What OpenAI's form makes of a whole tool loop of Anthropic's."""
    exchange = said(provider, OPENAI_FORM, text("Rainy."))
    messages = QUESTION + [
        {"role": "assistant", "content": [text("Let me look."), tool_use("toolu_1", "weather", city="Oslo")]},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": [text("rain")]},
                text("And now?"),
            ],
        },
    ]
    claude_client.messages.create(
        model=OPENAI_FORM,
        max_tokens=50,
        messages=messages,
        tools=[WEATHER],
        tool_choice={"type": "any", "disable_parallel_tool_use": True},
    )
    sent = exchange.json
    assert [one["role"] for one in sent["messages"]] == ["user", "assistant", "tool", "user"]
    assert sent["messages"][1]["tool_calls"][0]["function"] == {"name": "weather", "arguments": '{"city":"Oslo"}'}
    assert sent["messages"][2] == {"role": "tool", "tool_call_id": "toolu_1", "content": "rain"}
    assert (sent["tool_choice"], sent["parallel_tool_calls"]) == ("required", False)
    assert sent["tools"][0]["function"]["parameters"] == WEATHER["input_schema"]


def test_thinking_passes_unchanged(provider, claude_client):
    said(provider, CLAUDE, thinking("Hm, rain."), text("Rainy."), streamed=True)
    with claude_client.messages.stream(
        model=CLAUDE, max_tokens=2000, messages=QUESTION, thinking={"type": "enabled", "budget_tokens": 1024}
    ) as answer:
        final = answer.get_final_message()
    assert (final.content[0].thinking, final.content[0].signature) == ("Hm, rain.", "c2lnbmVk")


def test_reasoning_of_another_provider(provider, claude_client):
    answer = completion("Rainy.")
    answer["choices"][0]["message"]["reasoning_content"] = "Hm, rain."
    provider.play(whole(answer))
    answer = claude_client.messages.create(model=OPENAI_FORM, max_tokens=50, messages=QUESTION)
    assert [block.type for block in answer.content] == ["thinking", "text"]
    assert answer.content[0].thinking == "Hm, rain."


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_signatures_survive_an_openai_client(provider, hub, streamed):
    """Thoughts go out in `reasoning_details` and come back to Anthropic as they were."""
    with sdk(hub) as client:
        play = message_stream if streamed else lambda *all, **fields: whole(message(*all, **fields))
        blocks = (thinking("Hm."), tool_use("toolu_1", "weather", city="Oslo"))
        provider.play(play(*blocks, stop_reason="tool_use"))
        function = {"name": "weather", "parameters": WEATHER["input_schema"]}
        request = {"model": CLAUDE, "tools": [{"type": "function", "function": function}], "reasoning_effort": "low"}
        if streamed:
            answered = {"role": "assistant", "content": None, "reasoning_details": [], "tool_calls": []}
            for one in client.chat.completions.create(messages=QUESTION, stream=True, **request):
                delta = one.choices[0].delta.model_dump() if one.choices else {}
                answered["reasoning_details"] += delta.get("reasoning_details") or []
                for piece in delta.get("tool_calls") or []:
                    if piece["index"] == len(answered["tool_calls"]):
                        answered["tool_calls"].append(piece)
                    else:
                        call = answered["tool_calls"][piece["index"]]["function"]
                        call["arguments"] += piece["function"]["arguments"]
        else:
            answered = client.chat.completions.create(messages=QUESTION, **request).choices[0].message
            assert answered.model_extra["reasoning"] == "Hm."
            answered = answered.model_dump(exclude_none=True)
        exchange = provider.play(whole(message(text("Rainy."))))
        result = {"role": "tool", "tool_call_id": "toolu_1", "content": "rain"}
        client.chat.completions.create(messages=[*QUESTION, answered, result], **request)
    turns = exchange.json["messages"]
    assert turns[1]["content"] == list(blocks)
    assert turns[2]["content"] == [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "rain"}]
    assert exchange.json["thinking"]["type"] == "enabled"


def test_several_choices_are_several_calls(provider, hub):
    provider.play(whole(message(text("a"))))
    provider.play(whole(message(text("b"))))
    with sdk(hub) as client:
        answer = client.chat.completions.create(model=CLAUDE, messages=QUESTION, n=2)
    assert sorted(choice.message.content for choice in answer.choices) == ["a", "b"]
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (36, 14)


def test_several_streamed_choices(provider, hub):
    provider.play(message_stream(text("aaaa")))
    provider.play(message_stream(text("bbbb")))
    contents = {0: "", 1: ""}
    with sdk(hub) as client:
        for one in client.chat.completions.create(
            model=CLAUDE, messages=QUESTION, n=2, stream=True, stream_options={"include_usage": True}
        ):
            for choice in one.choices:
                contents[choice.index] += choice.delta.content or ""
            usage = one.usage or None
    assert sorted(contents.values()) == ["aaaa", "bbbb"]
    assert (usage.prompt_tokens, usage.completion_tokens) == (36, 14)


def test_tokens_are_counted_by_the_provider(provider, claude_client):
    exchange = provider.play(whole({"input_tokens": 14}))
    assert claude_client.messages.count_tokens(model=CLAUDE, messages=QUESTION).input_tokens == 14
    assert exchange.path == "/v1/messages/count_tokens"


def test_tokens_are_estimated_where_nobody_counts(claude_client):
    answer = claude_client.messages.with_raw_response.count_tokens(model="sim-chat", messages=QUESTION)
    assert answer.headers["x-hub-estimated"] == "true"
    assert 5 <= answer.parse().input_tokens <= 20


def test_simulated_provider_speaks_to_anthropic_clients(claude_client):
    answer = claude_client.messages.create(
        model="sim-chat", max_tokens=50, messages=[{"role": "user", "content": "ECHO:one two three"}]
    )
    assert answer.content[0].text == "one two three"
    with claude_client.messages.stream(model="sim-chat", max_tokens=50, messages=QUESTION) as stream:
        assert stream.get_final_message().usage.output_tokens == 8


def test_beta_flags_reach_anthropic_only(provider, claude_client):
    exchange = said(provider, CLAUDE, text("a"))
    flags = {"anthropic-beta": "files-api-2025-04-14"}
    claude_client.messages.create(model=CLAUDE, max_tokens=5, messages=QUESTION, extra_headers=flags)
    assert exchange.headers["anthropic-beta"] == "files-api-2025-04-14"
    exchange = said(provider, OPENAI_FORM, text("a"))
    claude_client.messages.create(model=OPENAI_FORM, max_tokens=5, messages=QUESTION, extra_headers=flags)
    assert "anthropic-beta" not in exchange.headers


def test_losses_are_named(provider, claude_client):
    said(provider, OPENAI_FORM, text("a"))
    marked = [{"role": "user", "content": [text("hi") | {"cache_control": {"type": "ephemeral"}}]}]
    answer = claude_client.messages.with_raw_response.create(
        model=OPENAI_FORM, max_tokens=5, messages=marked, extra_body={"container": "c"}
    )
    assert answer.headers["x-hub-dropped-params"] == "messages.content.cache_control, container"
    assert answer.headers["request-id"] == answer.headers["x-request-id"]


def test_hub_object(provider, claude_client):
    said(provider, OPENAI_FORM, text("abcd"), streamed=True)
    request = {"model": OPENAI_FORM, "max_tokens": 5, "messages": QUESTION}
    with claude_client.messages.stream(**request, extra_headers={"x-hub-metadata": "true"}) as stream:
        hubs = [event.hub for event in stream if event.type == "message_delta"]
    assert hubs[0]["tokens"] == {"input": 9, "cache_read": 0, "cache_write": 0, "output": 2, "reasoning": 0}


# A provider's failure in its own form, and the exception that Anthropic's client raises.
FAILURES = [
    (CLAUDE, 400, error("invalid_request_error", "bad"), anthropic.BadRequestError, 400),
    (CLAUDE, 401, error("authentication_error", "key"), anthropic.InternalServerError, 502),
    (CLAUDE, 404, error("not_found_error", "model"), anthropic.NotFoundError, 404),
    (CLAUDE, 429, error("rate_limit_error", "slow"), anthropic.RateLimitError, 429),
    (CLAUDE, 500, error("api_error", "oops"), anthropic.InternalServerError, 502),
    (CLAUDE, 529, error("overloaded_error", "Overloaded"), anthropic.InternalServerError, 502),
    (OPENAI_FORM, 400, {"error": {"message": "bad", "type": "t"}}, anthropic.BadRequestError, 400),
    (OPENAI_FORM, 404, {"error": {"message": "model", "type": "t"}}, anthropic.NotFoundError, 404),
    (OPENAI_FORM, 429, {"error": {"message": "slow", "type": "t"}}, anthropic.RateLimitError, 429),
    (OPENAI_FORM, 503, {"error": {"message": "oops", "type": "t"}}, anthropic.InternalServerError, 502),
]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("model, status, body, exception, seen", FAILURES)
def test_failures(provider, claude_client, model, status, body, exception, seen, streamed):
    provider.play(whole(body, status))
    with pytest.raises(exception) as failure:
        answer = claude_client.messages.create(model=model, max_tokens=5, messages=QUESTION, stream=streamed)
        list(answer)
    assert failure.value.status_code == seen
    assert failure.value.body["type"] == "error"
    assert failure.value.request_id == failure.value.body["request_id"]


@pytest.mark.parametrize(
    "broken",
    [
        STREAM_HEAD + named(beginning(), *block_events(0, text("abcd")), error("overloaded_error", "o")) + STREAM_END,
        STREAM_HEAD + named(beginning(), *block_events(0, text("abcd"))) + STREAM_END,
    ],
    ids=["error event", "cut"],
)
def test_a_broken_stream_is_an_error(provider, claude_client, broken):
    provider.play(broken)
    seen = []
    with pytest.raises(anthropic.APIError) as failure:
        for event in claude_client.messages.create(model=CLAUDE, max_tokens=5, messages=QUESTION, stream=True):
            seen.append(event.type)
    assert "content_block_delta" in seen and "message_stop" not in seen
    assert failure.value.body["type"] == "error"


def test_a_broken_stream_of_openai_form_is_an_error(provider, claude_client):
    provider.play(STREAM_HEAD + events(chunk({"content": "abcd"})) + STREAM_END)
    with pytest.raises(anthropic.APIError):
        list(claude_client.messages.create(model=OPENAI_FORM, max_tokens=5, messages=QUESTION, stream=True))


def test_a_silent_provider_is_a_timeout(provider, claude_client):
    provider.play(HANG)
    with pytest.raises(anthropic.InternalServerError) as failure:
        claude_client.messages.create(
            model=CLAUDE, max_tokens=5, messages=QUESTION, extra_headers={"x-hub-timeout-ms": "200"}
        )
    assert failure.value.status_code == 504


def test_a_key_is_asked_for(locked_hub):
    with anthropic_sdk(locked_hub, key="wrong") as client, pytest.raises(anthropic.AuthenticationError):
        client.messages.create(model="sim-chat", max_tokens=5, messages=QUESTION)
    with anthropic_sdk(locked_hub, key=ADMIN_KEY) as client:
        assert client.messages.create(model="sim-chat", max_tokens=5, messages=QUESTION).content


@pytest.mark.parametrize(
    "change, field",
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens"),
        ({"tools": [{"name": 5}]}, "tools[0].name"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools.web_search_20250305"),
    ],
)
def test_a_wrong_field_is_named(claude_client, change, field):
    body = {"model": OPENAI_FORM, "max_tokens": 5, "messages": QUESTION} | change
    with pytest.raises(anthropic.BadRequestError) as failure:
        claude_client.post("/v1/messages", body=body, cast_to=object)
    assert field in failure.value.body["error"]["message"]
