"""Tool calls through OpenAI's own client."""

import json

import pytest
from scripted_provider import DONE, chunk, completion, stream, whole

MODEL = "sim-chat"
SCRIPTED = "scripted/scripted-chat"
QUESTION = [{"role": "user", "content": "How is the weather in Oslo?"}]


def tool(name: str) -> dict:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


TOOLS = [tool("weather"), tool("time")]


def assembled(chunks) -> dict[int, dict]:
    """Streamed tool calls, put together as a client does it."""
    calls: dict[int, dict] = {}
    for one in chunks:
        for choice in one.choices:
            for piece in choice.delta.tool_calls or []:
                call = calls.setdefault(piece.index, {"id": None, "name": "", "arguments": ""})
                call["id"] = piece.id or call["id"]
                call["name"] += piece.function.name or ""
                call["arguments"] += piece.function.arguments or ""
    return calls


def test_no_tool_is_called_unless_wanted(client):
    message = client.chat.completions.create(model=MODEL, messages=QUESTION, tools=TOOLS).choices[0].message
    assert message.content and not message.tool_calls


def test_forced_tool_is_called(client):
    choice = {"type": "function", "function": {"name": "time"}}
    (answer,) = client.chat.completions.create(
        model=MODEL, messages=QUESTION, tools=TOOLS, tool_choice=choice
    ).choices
    assert answer.finish_reason == "tool_calls"
    (call,) = answer.message.tool_calls
    assert (call.type, call.function.name) == ("function", "time")
    assert json.loads(call.function.arguments) == {"city": ""}


def test_required_tool_is_called(client):
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, tools=TOOLS, tool_choice="required")
    assert [call.function.name for call in answer.choices[0].message.tool_calls] == ["weather"]


@pytest.mark.parametrize(
    "model, headers", [(MODEL, {"x-hub-sim": "tool_calls=2"}), (f"{MODEL};tool_calls=2", {})], ids=["header", "model"]
)
def test_parallel_calls(client, model, headers):
    answer = client.chat.completions.create(model=model, messages=QUESTION, tools=TOOLS, extra_headers=headers)
    calls = answer.choices[0].message.tool_calls
    assert [call.function.name for call in calls] == ["weather", "time"]
    assert len({call.id for call in calls}) == 2


def test_streamed_calls_equal_the_whole_ones(client):
    request = {"model": MODEL, "messages": QUESTION, "tools": TOOLS, "extra_headers": {"x-hub-sim": "tool_calls=2"}}
    whole_answer = client.chat.completions.create(**request)
    chunks = list(client.chat.completions.create(**request, stream=True))
    expected = {
        index: {"id": call.id, "name": call.function.name, "arguments": call.function.arguments}
        for index, call in enumerate(whole_answer.choices[0].message.tool_calls)
    }
    assert assembled(chunks) == expected
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


def test_interleaved_pieces_reach_the_client_as_sent(client, provider):
    def piece(index: int, arguments: str, **head) -> dict:
        return chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments, **head}}]})

    opening = [
        {"index": index, "id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": ""}}
        for index, name in enumerate(["weather", "time"])
    ]
    provider.play(
        stream(
            chunk({"role": "assistant", "content": None, "tool_calls": opening}),
            piece(0, '{"ci'),
            piece(1, "{"),
            piece(0, 'ty":"Oslo"}'),
            piece(1, "}"),
            chunk(finish="tool_calls"),
            DONE,
        )
    )
    chunks = client.chat.completions.create(model=SCRIPTED, messages=QUESTION, tools=TOOLS, stream=True)
    assert assembled(chunks) == {
        0: {"id": "call_0", "name": "weather", "arguments": '{"city":"Oslo"}'},
        1: {"id": "call_1", "name": "time", "arguments": "{}"},
    }


def test_the_clients_own_stream_helper_assembles_calls(client):
    choice = {"type": "function", "function": {"name": "weather"}}
    with client.chat.completions.stream(
        model=MODEL, messages=QUESTION, tools=TOOLS, tool_choice=choice
    ) as answer:
        message = answer.get_final_completion().choices[0].message
    assert message.tool_calls[0].function.name == "weather"
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": ""}


def test_results_of_tools_go_back(client, provider):
    first = client.chat.completions.create(model=MODEL, messages=QUESTION, tools=TOOLS, tool_choice="required")
    asked = first.choices[0].message
    messages = QUESTION + [
        asked,
        {"role": "tool", "tool_call_id": asked.tool_calls[0].id, "content": "4 degrees"},
        {"role": "user", "content": "ECHO:It has 4 degrees"},
    ]
    second = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    assert second.choices[0].message.content == "It has 4 degrees"
    exchange = provider.play(whole(completion()))
    client.chat.completions.create(model=SCRIPTED, messages=messages, tools=TOOLS)
    sent = exchange.json
    assert sent["tools"] == TOOLS
    assert sent["messages"][1]["tool_calls"][0]["id"] == sent["messages"][2]["tool_call_id"]
