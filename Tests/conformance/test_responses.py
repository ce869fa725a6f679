"""OpenAI's own client against the hub: responses, whole, streamed and kept, at providers of every form."""

import json

import httpx
import openai
import pytest
import scripted_responses
from conftest import ADMIN_KEY, MINI_KEY, MODELS_OF_RESPONSES, sdk
from pydantic import BaseModel
from scripted_anthropic import message, message_stream, text, thinking, tool_use
from scripted_provider import DONE, STREAM_END, STREAM_HEAD, chunk, completion, events, stream, usage_chunk, whole

MODEL = "sim-chat"
CHAT = "scripted/scripted-chat"
NATIVE = "native/scripted-chat"
TOOL = {
    "type": "function",
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}


def call(index: int, id: str | None = None, name: str | None = None, arguments: str = "") -> dict:
    """A piece of a tool call in chat's form."""
    function = ({"name": name} if name else {}) | {"arguments": arguments}
    return {"tool_calls": [{"index": index, "function": function} | ({"id": id, "type": "function"} if id else {})]}


# Whole, at a provider that knows chats only.


def test_whole_answer(client):
    answer = client.responses.create(model=MODEL, input="ECHO:hello world", instructions="Be kind", metadata={"a": "b"})
    assert answer.id.startswith("resp_")
    assert (answer.object, answer.status, answer.model) == ("response", "completed", MODEL)
    assert answer.output_text == "hello world"
    assert answer.output[0].type == "message" and answer.output[0].status == "completed"
    assert (answer.instructions, answer.metadata, answer.store) == ("Be kind", {"a": "b"}, True)
    usage = answer.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > 0
    assert usage.output_tokens_details.reasoning_tokens == 0


def test_limit_makes_it_incomplete(client):
    answer = client.responses.create(model=MODEL, input="Go on", max_output_tokens=2)
    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.usage.output_tokens == 2


def test_forced_tool_is_called(client):
    choice = {"type": "function", "name": "weather"}
    answer = client.responses.create(model=MODEL, input="?", tools=[TOOL], tool_choice=choice)
    (item,) = answer.output
    assert (item.type, item.name) == ("function_call", "weather")
    assert json.loads(item.arguments) == {"city": ""}
    assert item.call_id


class Weather(BaseModel):
    city: str
    degrees: int


def test_parsed_answer_fits_its_schema(client):
    answer = client.responses.parse(model=MODEL, input="?", text_format=Weather)
    assert answer.output_parsed == Weather(city="", degrees=0)


def test_request_reaches_a_chat_provider(client, provider):
    exchange = provider.play(whole(completion("Fine")))
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "Look"}, {"type": "input_image", "image_url": "https://a.example/i.png"}]},
        {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"city":"Rome"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
    ]
    answer = client.responses.create(
        model=CHAT, instructions="Be kind", input=items, tools=[TOOL], reasoning={"effort": "low"}, max_output_tokens=99
    )
    assert answer.output_text == "Fine"
    sent = exchange.json
    assert exchange.path == "/v1/chat/completions"
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "tool"]
    assert sent["messages"][1]["content"][1]["image_url"]["url"] == "https://a.example/i.png"
    assert sent["messages"][2]["tool_calls"][0]["id"] == sent["messages"][3]["tool_call_id"] == "call_1"
    assert sent["tools"][0]["function"]["name"] == "weather"
    assert (sent["reasoning_effort"], sent["max_tokens"]) == ("low", 99)
    assert "store" not in sent and "input" not in sent


def test_answer_of_claude_keeps_its_thoughts_for_the_next_turn(client, provider):
    exchange = provider.play(whole(message(thinking("Hm"), tool_use("toolu_1", "weather", city="Rome"), stop_reason="tool_use")))
    first = client.responses.create(model="claude/claude-sonnet-4-5", input="?", tools=[TOOL], reasoning={"effort": "low"})
    assert [item.type for item in first.output] == ["reasoning", "function_call"]
    assert exchange.json["thinking"]["type"] == "enabled"
    assert first.usage.input_tokens == 18 and first.usage.input_tokens_details.cached_tokens == 5
    exchange = provider.play(message_stream(text("Sunny")))
    output = {"type": "function_call_output", "call_id": "toolu_1", "output": "sunny"}
    with client.responses.stream(
        model="claude/claude-sonnet-4-5",
        previous_response_id=first.id,
        input=[output],
        tools=[TOOL],
        reasoning={"effort": "low"},
    ) as parts:
        assert parts.get_final_response().output_text == "Sunny"
    turns = exchange.json["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    thought, call = turns[1]["content"]
    assert (thought["thinking"], thought["signature"], call["id"]) == ("Hm", "c2lnbmVk", "toolu_1")
    assert turns[2]["content"][0]["tool_use_id"] == "toolu_1"


# Streamed.


def test_stream_has_numbered_events_and_ends(client):
    with client.responses.stream(model=MODEL, input="ECHO:one two three") as parts:
        received = list(parts)
        final = parts.get_final_response()
    assert [event.sequence_number for event in received] == list(range(len(received)))
    kinds = [event.type for event in received]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    said = "".join(event.delta for event in received if event.type == "response.output_text.delta")
    assert said == final.output_text == "one two three"
    assert final.usage.total_tokens > 0


def test_streamed_calls_of_a_chat_provider_may_interleave(client, provider):
    provider.play(
        stream(
            chunk({"role": "assistant", "content": None}),
            chunk(call(0, "c0", "weather", '{"city":')),
            chunk(call(1, "c1", "weather", '{"city":"Oslo"}')),
            chunk(call(0, arguments='"Rome"}')),
            chunk(finish="tool_calls"),
            usage_chunk(),
            DONE,
        )
    )
    with client.responses.stream(model=CHAT, input="?", tools=[TOOL]) as parts:
        final = parts.get_final_response()
    assert [(item.call_id, json.loads(item.arguments)["city"]) for item in final.output] == [("c0", "Rome"), ("c1", "Oslo")]
    assert final.usage.input_tokens == 9


def test_reasoning_of_a_chat_provider_is_a_summary(client, provider):
    provider.play(stream(chunk({"reasoning": "Hm"}), chunk({"content": "Yes"}), chunk(finish="stop"), DONE))
    with client.responses.stream(model=CHAT, input="?") as parts:
        final = parts.get_final_response()
    assert [item.type for item in final.output] == ["reasoning", "message"]
    assert final.output[0].summary[0].text == "Hm"


def test_cut_stream_ends_with_an_error_event(client, provider):
    provider.play(STREAM_HEAD + events(chunk({"content": "Hi"})) + STREAM_END)
    received = []
    with pytest.raises(openai.APIError) as failure:
        for event in client.responses.create(model=CHAT, input="?", stream=True):
            received.append(event.type)
    assert "response.output_text.delta" in received and "response.completed" not in received
    assert failure.value.code == "stream_interrupted"


def test_hub_object_comes_with_the_last_event(client):
    answer = client.responses.create(model=MODEL, input="?", stream=True, extra_headers={"x-hub-metadata": "true"})
    last = list(answer)[-1]
    assert last.response.hub["provider"] == "simulated"


# Kept.


def test_kept_answer_is_found_continued_and_forgotten(client, provider):
    provider.play(whole(completion("One")))
    first = client.responses.create(model=CHAT, input="First")
    assert client.responses.retrieve(first.id).output_text == "One"
    exchange = provider.play(stream(chunk({"content": "Two"}), chunk(finish="stop"), DONE))
    with client.responses.stream(model=CHAT, input="Second", previous_response_id=first.id) as parts:
        second = parts.get_final_response()
    assert second.previous_response_id == first.id
    said = [message["content"] for message in exchange.json["messages"]]
    assert said == ["First", "One", "Second"]
    listed = client.responses.input_items.list(second.id, order="asc")
    assert [item.content[0].text for item in listed.data] == ["First", "One", "Second"]
    page = client.responses.input_items.list(second.id, limit=2)
    assert [item.content[0].text for item in page.data] == ["Second", "One"] and page.has_more
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)
    with pytest.raises(openai.NotFoundError) as failure:
        client.responses.create(model=CHAT, input="Third", previous_response_id=second.id)
    assert failure.value.param == "previous_response_id"


def test_answer_is_not_kept_unless_wanted(client):
    answer = client.responses.create(model=MODEL, input="?", store=False)
    assert answer.store is False
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)


def test_kept_answer_of_another_key_does_not_exist(locked_hub):
    with sdk(locked_hub, MINI_KEY) as mini, sdk(locked_hub, ADMIN_KEY) as admin:
        answer = mini.responses.create(model="sim-mini", input="?")
        assert mini.responses.retrieve(answer.id).id == answer.id
        for attempt in (admin.responses.retrieve, admin.responses.delete, admin.responses.input_items.list):
            with pytest.raises(openai.NotFoundError):
                attempt(answer.id)


# Errors.


@pytest.mark.parametrize(
    "fields, param, code",
    [
        ({"input": []}, "input", "validation_failed"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input[0].type", "unsupported_parameter"),
        ({"input": "?", "background": True}, "background", "unsupported_parameter"),
        ({"input": "?", "conversation": "conv_1"}, "conversation", "unsupported_parameter"),
        ({"input": "?", "tools": [{"type": "web_search"}]}, "tools.web_search", "unsupported_parameter"),
        ({"input": "?", "temperature": 3}, "temperature", "validation_failed"),
    ],
)
def test_refused_field_is_named(client, fields, param, code):
    with pytest.raises(openai.BadRequestError) as failure:
        client.responses.create(model=CHAT, **fields)
    assert (failure.value.param, failure.value.code) == (param, code)


@pytest.mark.parametrize("streamed", [False, True])
def test_fault_is_the_exception_its_users_expect(client, streamed):
    with pytest.raises(openai.RateLimitError):
        answer = client.responses.create(
            model=MODEL, input="?", stream=streamed, extra_headers={"x-hub-sim": "fault=rate_limit"}
        )
        list(answer)


# At a provider that speaks Responses itself.

MESSAGE = scripted_responses.text("Hi!")


def native(**fields) -> dict:
    return scripted_responses.answer(MESSAGE, **fields)


def native_stream(*, end: str | None = "response.completed", **fields) -> bytes:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    data = [
        {"type": "response.created", "response": native(**fields | {"status": "in_progress", "output": []})},
        {"type": "response.output_item.added", "output_index": 0, "item": MESSAGE | {"content": []}},
        {"type": "response.content_part.added", "part": {"type": "output_text", "text": ""}} | place,
        {"type": "response.output_text.delta", "delta": "Hi!", "logprobs": []} | place,
        {"type": "response.vendor.event", "detail": 7},
        {"type": "response.output_item.done", "output_index": 0, "item": MESSAGE},
    ]
    data += [{"type": end, "response": native(**fields)}] if end else []
    return stream(*({"sequence_number": number} | event for number, event in enumerate(data)))


def test_native_request_and_answer_pass_as_they_are(client, provider):
    exchange = provider.play(whole(native(vendor_field=7)))
    answer = client.responses.create(
        model=NATIVE, input="Hi", tools=[{"type": "web_search"}], extra_body={"vendor": {"b": 1}}
    )
    assert exchange.path == "/v1/responses"
    sent = exchange.json
    assert sent["tools"] == [{"type": "web_search"}] and sent["vendor"] == {"b": 1} and sent["input"] == "Hi"
    assert (sent["model"], sent["store"]) == ("scripted-chat", False)
    assert (answer.id, answer.output_text, answer.vendor_field) == ("resp_native", "Hi!", 7)
    assert answer.store is True
    assert client.responses.retrieve("resp_native").output_text == "Hi!"


def test_native_conversation_is_sent_along(client, provider):
    provider.play(whole(native(id="resp_n1")))
    client.responses.create(model=NATIVE, input="First")
    exchange = provider.play(native_stream(id="resp_n2"))
    with client.responses.stream(model=NATIVE, input="Second", previous_response_id="resp_n1") as parts:
        final = parts.get_final_response()
    assert (final.id, final.previous_response_id, final.store) == ("resp_n2", "resp_n1", True)
    sent = exchange.json
    assert "previous_response_id" not in sent
    assert [item["role"] for item in sent["input"]] == ["user", "assistant", "user"]
    assert client.responses.retrieve("resp_n2").previous_response_id == "resp_n1"


def test_native_stream_passes_as_it_is(client, provider):
    provider.play(native_stream())
    received = list(client.responses.create(model=NATIVE, input="?", stream=True))
    assert [event.type for event in received][4] == "response.vendor.event"
    assert received[-1].response.usage.total_tokens == 11


def test_native_stream_that_is_cut_ends_with_the_next_number(client, provider, http):
    provider.play(native_stream(end=None))
    body = ""
    with http.stream("POST", "/v1/responses", json={"model": NATIVE, "input": "?", "stream": True}) as answer:
        with pytest.raises(httpx.RemoteProtocolError):
            for piece in answer.iter_text():
                body += piece
    last = body.strip().split("\n\n")[-1]
    assert last.startswith("event: error\n")
    data = json.loads(last.split("data: ")[1])
    assert (data["sequence_number"], data["code"]) == (6, "stream_interrupted")


def test_native_failure_is_an_error(client, provider):
    provider.play(whole(native(status="failed", error={"code": "rate_limit_exceeded", "message": "slow"})))
    with pytest.raises(openai.RateLimitError):
        client.responses.create(model=NATIVE, input="?")


def test_chat_with_a_model_that_only_answers_responses(client, provider):
    exchange = provider.play(whole(native()))
    answer = client.chat.completions.create(
        model=f"native/{MODELS_OF_RESPONSES[0]}", messages=[{"role": "user", "content": "Hi"}], max_completion_tokens=99
    )
    assert exchange.path == "/v1/responses"
    assert exchange.json["input"] == [{"role": "user", "content": "Hi"}]
    assert answer.choices[0].message.content == "Hi!"
    assert answer.usage.prompt_tokens_details.cached_tokens == 4


def test_streamed_chat_with_a_model_that_only_answers_responses(client, provider):
    provider.play(native_stream())
    parts = client.chat.completions.create(
        model=f"native/{MODELS_OF_RESPONSES[0]}",
        messages=[{"role": "user", "content": "Hi"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    received = list(parts)
    assert "".join(part.choices[0].delta.content or "" for part in received if part.choices) == "Hi!"
    assert received[-1].usage.total_tokens == 11
