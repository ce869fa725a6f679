"""OpenAI's own client against the hub: chats, whole and streamed."""

import base64
import concurrent.futures
import json
import time

import pytest
from conftest import sdk
from pydantic import BaseModel
from scripted_provider import DONE, HANG, STREAM_HEAD, chunk, completion, events, stream, usage_chunk, whole

MODEL = "sim-chat"
QUESTION = [{"role": "user", "content": "Say something"}]
SCRIPTED = "scripted/scripted-chat"


def echo(text: str) -> list[dict]:
    return [{"role": "user", "content": f"ECHO:{text}"}]


def text_of(chunks) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


# Whole.


def test_whole_answer(client):
    answer = client.chat.completions.create(model=MODEL, messages=echo("hello world"))
    assert answer.object == "chat.completion"
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == MODEL
    (choice,) = answer.choices
    assert (choice.index, choice.finish_reason) == (0, "stop")
    assert (choice.message.role, choice.message.content) == ("assistant", "hello world")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_several_choices(client):
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]


def test_max_tokens_ends_with_length(client):
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=2)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 2


def test_same_seed_gives_the_same_text(client):
    texts = {client.chat.completions.create(model=MODEL, messages=QUESTION).choices[0].message.content for _ in "123"}
    assert len(texts) == 1


@pytest.mark.parametrize(
    "text", ["Grüße, 世界 🌍", 'quotes " and \\ backslashes', "line\nbreaks\tand tabs", "\u2028 \u0000 \x7f"]
)
def test_text_comes_back_unchanged(client, text):
    assert client.chat.completions.create(model=MODEL, messages=echo(text)).choices[0].message.content == text


def test_parsed_answer_fits_its_schema(client):
    class Weather(BaseModel):
        city: str
        degrees: float
        days: list[int]

    answer = client.chat.completions.parse(model=MODEL, messages=QUESTION, response_format=Weather)
    assert answer.choices[0].message.parsed == Weather(city="", degrees=0, days=[])


def test_json_object_is_json(client):
    answer = client.chat.completions.create(
        model=MODEL, messages=QUESTION, response_format={"type": "json_object"}
    )
    assert json.loads(answer.choices[0].message.content) == {}


# Passed through unchanged.


def test_request_reaches_the_provider_unchanged(client, provider):
    exchange = provider.play(whole(completion()))
    image = "data:image/png;base64," + base64.b64encode(bytes(range(256))).decode()
    content = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": image, "detail": "low"}},
    ]
    request = {
        "messages": [{"role": "user", "content": content, "name": "ada"}],
        "temperature": 0.25,
        "top_p": 0.5,
        "stop": ["a", "b"],
        "seed": 18446744073709551615,
        "logit_bias": {"50256": -100},
        "metadata": {"k": "v"},
        "user": "ada",
    }
    client.chat.completions.create(model=SCRIPTED, **request)
    assert exchange.json == {"model": "scripted-chat"} | request
    assert exchange.path == "/v1/chat/completions"
    assert exchange.headers["authorization"] == "Bearer upstream-key"
    assert exchange.headers["content-type"] == "application/json"


def test_unknown_fields_pass_both_ways(client, provider):
    exchange = provider.play(whole(completion(x_new={"deep": [1, 2.5, None]}, service_tier="flex")))
    answer = client.chat.completions.create(
        model=SCRIPTED, messages=QUESTION, extra_body={"x_future": {"a": [True, 1e3]}, "reasoning_effort": "low"}
    )
    assert exchange.json["x_future"] == {"a": [True, 1e3]}
    assert exchange.json["reasoning_effort"] == "low"
    assert answer.service_tier == "flex"
    assert answer.model_extra["x_new"] == {"deep": [1, 2.5, None]}


@pytest.mark.parametrize("number", ["0", "-0.5", "1e-7", "0.1", "9007199254740993", "18446744073709551615", "1e308"])
def test_numbers_keep_their_value(client, provider, number):
    exchange = provider.play(whole(completion(x_number=json.loads(number))))
    answer = client.chat.completions.create(
        model=SCRIPTED, messages=QUESTION, extra_body={"x_number": json.loads(number)}
    )
    assert exchange.json["x_number"] == json.loads(number)
    assert answer.model_extra["x_number"] == json.loads(number)


def test_logprobs_pass_through(client, provider):
    token = {"token": "Hi", "logprob": -0.25, "bytes": [72, 105], "top_logprobs": []}
    body = completion()
    body["choices"][0]["logprobs"] = {"content": [token], "refusal": None}
    exchange = provider.play(whole(body))
    answer = client.chat.completions.create(model=SCRIPTED, messages=QUESTION, logprobs=True, top_logprobs=2)
    assert (exchange.json["logprobs"], exchange.json["top_logprobs"]) == (True, 2)
    assert answer.choices[0].logprobs.content[0].model_dump() == token


def test_refusal_passes_through(client, provider):
    body = completion()
    body["choices"][0]["message"] |= {"content": None, "refusal": "No."}
    provider.play(whole(body))
    message = client.chat.completions.create(model=SCRIPTED, messages=QUESTION).choices[0].message
    assert (message.content, message.refusal) == (None, "No.")


# Streams.


def test_stream_has_the_text_of_the_whole_answer(client):
    whole_answer = client.chat.completions.create(model=MODEL, messages=QUESTION)
    chunks = list(client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True))
    assert text_of(chunks) == whole_answer.choices[0].message.content
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_streamed_choices_are_kept_apart(client):
    texts = {0: "", 1: "", 2: ""}
    for one in client.chat.completions.create(model=MODEL, messages=echo("a b c"), n=3, stream=True):
        for choice in one.choices:
            texts[choice.index] += choice.delta.content or ""
    assert texts == {0: "a b c", 1: "a b c", 2: "a b c"}


def test_usage_comes_only_when_asked(client):
    chunks = list(client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True))
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


@pytest.mark.parametrize("model", [MODEL, SCRIPTED])
def test_usage_comes_once_when_asked(client, provider, model):
    provider.play(stream(chunk({"content": "Hi!"}), chunk(finish="stop"), usage_chunk(), DONE))
    options = {"include_usage": True}
    chunks = list(
        client.chat.completions.create(model=model, messages=QUESTION, stream=True, stream_options=options)
    )
    assert [chunk.choices == [] for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert chunks[-1].usage.total_tokens > 0
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_usage_is_asked_of_the_provider_and_kept_from_the_client(client, provider):
    exchange = provider.play(stream(chunk({"content": "Hi!"}), chunk(finish="stop"), usage_chunk(), DONE))
    chunks = list(client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True))
    assert exchange.json["stream_options"] == {"include_usage": True}
    assert text_of(chunks) == "Hi!"
    assert all(chunk.usage is None for chunk in chunks)


def test_unknown_fields_of_chunks_pass_through(client, provider):
    provider.play(stream(chunk({"content": "Hi!", "x_new": 1}, x_top="y"), chunk(finish="stop"), DONE))
    first = next(iter(client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True)))
    assert first.model_extra["x_top"] == "y"
    assert first.choices[0].delta.model_extra["x_new"] == 1


@pytest.mark.parametrize("cut", [1, 3, 7, 64])
def test_bytes_may_arrive_in_any_pieces(client, provider, cut):
    answer = stream(chunk({"content": "Grüße "}), chunk({"content": "🌍"}), chunk(finish="stop"), DONE)
    provider.play(*[answer[start : start + cut] for start in range(0, len(answer), cut)])
    chunks = client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True)
    assert text_of(chunks) == "Grüße 🌍"


def test_stream_without_done_but_with_finish_is_complete(client, provider):
    provider.play(stream(chunk({"content": "Hi!"}), chunk(finish="stop")))
    chunks = list(client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True))
    assert text_of(chunks) == "Hi!"
    assert chunks[-1].choices[0].finish_reason == "stop"


HI = json.dumps(chunk({"content": "Hi"}))
END = json.dumps(chunk(finish="stop"))
FRAMINGS = {
    "no space": f"data:{HI}\n\ndata:{END}\n\ndata:[DONE]\n\n",
    "CRLF": f"data: {HI}\r\n\r\ndata: {END}\r\n\r\ndata: [DONE]\r\n\r\n",
    "CR": f"data: {HI}\r\rdata: {END}\r\rdata: [DONE]\r\r",
    "comments": f": hello\n\n: ping\ndata: {HI}\n\n:\n\ndata: {END}\n\ndata: [DONE]\n\n",
    "byte order mark": f"\ufeffdata: {HI}\n\ndata: {END}\n\ndata: [DONE]\n\n",
    "other fields": f"id: 1\nretry: 10\nevent: chunk\ndata: {HI}\n\ndata: {END}\n\ndata: [DONE]\n\n",
    "several lines": "".join(
        "".join(f"data: {line}\n" for line in json.dumps(json.loads(one), indent=1).split("\n")) + "\n"
        for one in (HI, END)
    ),
    "no last blank line": f"data: {HI}\n\ndata: {END}\n\ndata: [DONE]",
    "after the end": f"data: {HI}\n\ndata: {END}\n\ndata: [DONE]\n\ndata: {HI}\n\n",
}


@pytest.mark.parametrize("name", FRAMINGS)
def test_events_in_any_framing(client, provider, name):
    body = FRAMINGS[name].encode()
    provider.play(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + body)
    chunks = list(client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True))
    assert text_of(chunks) == "Hi"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_an_empty_answer_is_complete(client, provider):
    provider.play(stream(chunk({"role": "assistant", "content": ""}), chunk(finish="stop"), DONE))
    chunks = list(client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True))
    assert (text_of(chunks), chunks[-1].choices[0].finish_reason) == ("", "stop")


def test_first_token_does_not_wait_for_the_last(client, provider):
    provider.play(STREAM_HEAD + events(chunk({"content": "Hi"})), HANG)
    with client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True) as answer:
        assert next(iter(answer)).choices[0].delta.content == "Hi"


def test_parallel_streams_are_not_mixed(hub):
    def ask(number: int) -> tuple[str, str]:
        text = " ".join(f"{number}-{word}" for word in range(40))
        with sdk(hub) as client:
            return text, text_of(client.chat.completions.create(model=MODEL, messages=echo(text), stream=True))

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        for asked, answered in pool.map(ask, range(50)):
            assert answered == asked


def test_closing_a_stream_closes_the_providers_connection(client, provider):
    exchange = provider.play(STREAM_HEAD + events(chunk({"content": "Hi"})), HANG)
    answer = client.chat.completions.create(model=SCRIPTED, messages=QUESTION, stream=True)
    next(iter(answer))
    closed_at = time.monotonic()
    answer.close()
    assert exchange.wait_for_close(5), "the provider's connection stayed open"
    assert exchange.closed_at - closed_at < 1


def test_giving_up_a_whole_answer_closes_the_providers_connection(hub, provider):
    exchange = provider.play(HANG)
    with sdk(hub, timeout=0.3) as client, pytest.raises(Exception, match="timed out"):
        client.chat.completions.create(model=SCRIPTED, messages=QUESTION)
    assert exchange.wait_for_close(2), "the provider's connection stayed open"
