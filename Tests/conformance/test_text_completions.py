"""OpenAI's legacy text completions."""

import pytest
from scripted_provider import completion, whole

MODEL = "sim-chat"


def test_whole_answer(client):
    answer = client.completions.create(model=MODEL, prompt="ECHO:hello world")
    assert answer.object == "text_completion"
    assert answer.id.startswith("cmpl-")
    (choice,) = answer.choices
    assert (choice.index, choice.text, choice.logprobs, choice.finish_reason) == (0, "hello world", None, "stop")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_several_prompts_and_choices_are_numbered(client):
    answer = client.completions.create(model=MODEL, prompt=["ECHO:a", "ECHO:b"], n=2)
    assert [(choice.index, choice.text) for choice in answer.choices] == [(0, "a"), (1, "a"), (2, "b"), (3, "b")]


@pytest.mark.parametrize("stream", [False, True])
def test_echo_repeats_the_prompt(client, stream):
    answer = client.completions.create(model=MODEL, prompt=["ECHO:a", "ECHO:b"], echo=True, stream=stream)
    assert texts(answer if stream else [answer]) == {0: "ECHO:aa", 1: "ECHO:bb"}


def texts(chunks) -> dict[int, str]:
    out: dict[int, str] = {}
    for one in chunks:
        for choice in one.choices:
            out[choice.index] = out.get(choice.index, "") + choice.text
    return out


def test_stream_has_the_texts_of_the_whole_answer(client):
    request = {"model": MODEL, "prompt": ["ECHO:a b c", "Say something"]}
    chunks = list(client.completions.create(**request, stream=True))
    assert texts(chunks) == texts([client.completions.create(**request)])
    assert {chunk.object for chunk in chunks} == {"text_completion"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


def test_streamed_usage_comes_when_asked(client):
    request = {"model": MODEL, "prompt": ["ECHO:a b c", "ECHO:d"]}
    chunks = list(client.completions.create(**request, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage == client.completions.create(**request).usage


def test_an_answer_has_16_tokens_unless_told(client):
    prompt = "ECHO:" + "word " * 40
    assert client.completions.create(model=MODEL, prompt=prompt).usage.completion_tokens == 16
    answer = client.completions.create(model=MODEL, prompt=prompt, max_tokens=30)
    assert (answer.usage.completion_tokens, answer.choices[0].finish_reason) == (30, "length")


def test_prompt_becomes_a_user_message(client, provider):
    exchange = provider.play(whole(completion("Hi!")))
    answer = client.completions.create(
        model="scripted/scripted-chat", prompt="Say hi", temperature=0.5, echo=True, best_of=1
    )
    assert exchange.json == {
        "model": "scripted-chat",
        "messages": [{"role": "user", "content": "Say hi"}],
        "max_tokens": 16,
        "temperature": 0.5,
    }
    assert answer.choices[0].text == "Say hiHi!"


def test_log_probabilities_of_a_chat_are_translated(client, provider):
    alternatives = [{"token": "Hi", "logprob": -0.25, "bytes": None}, {"token": "Yo", "logprob": -1.5, "bytes": None}]
    body = completion("Hi!")
    body["choices"][0]["logprobs"] = {
        "content": [
            {"token": "Hi", "logprob": -0.25, "bytes": None, "top_logprobs": alternatives},
            {"token": "!", "logprob": -0.5, "bytes": None, "top_logprobs": []},
        ]
    }
    exchange = provider.play(whole(body))
    answer = client.completions.create(model="scripted/scripted-chat", prompt="Say é ", echo=True, logprobs=2)
    assert (exchange.json["logprobs"], exchange.json["top_logprobs"]) == (True, 2)
    assert answer.choices[0].text == "Say é Hi!"
    assert answer.choices[0].logprobs.model_dump() == {
        "tokens": ["Hi", "!"],
        "token_logprobs": [-0.25, -0.5],
        "top_logprobs": [{"Hi": -0.25, "Yo": -1.5}, {}],
        "text_offset": [6, 8],
    }


@pytest.mark.parametrize("stream", [False, True])
def test_what_chats_lack_is_told(client, stream):
    request = {"model": MODEL, "prompt": "ECHO:a", "suffix": "z", "logprobs": 1}
    answer = client.completions.with_raw_response.create(**request, best_of=2, stream=stream)
    dropped = answer.headers["x-hub-dropped-params"].split(", ")
    assert sorted(dropped) == ["best_of", "logprobs", "suffix"]


@pytest.mark.parametrize(
    ("field", "value"), [("suffix", "z"), ("best_of", 2), ("logprobs", 1)], ids=["suffix", "best_of", "logprobs"]
)
def test_what_chats_lack_is_refused_when_strict(http, field, value):
    answer = http.post(
        "/v1/completions",
        json={"model": MODEL, "prompt": "ECHO:a", field: value},
        headers={"x-hub-params": "strict"},
    )
    assert answer.status_code == 400
    assert (answer.json()["error"]["code"], answer.json()["error"]["param"]) == ("unsupported_parameter", field)


def test_null_counts_as_absent(http):
    answer = http.post("/v1/completions", json={"model": MODEL, "prompt": "ECHO:a", "messages": None, "stream": None})
    assert (answer.status_code, answer.json()["object"]) == (200, "text_completion")
    messages = [{"role": "user", "content": "ECHO:a"}]
    answer = http.post("/v1/completions", json={"model": MODEL, "prompt": None, "messages": messages})
    assert (answer.status_code, answer.json()["object"]) == (200, "chat.completion")
