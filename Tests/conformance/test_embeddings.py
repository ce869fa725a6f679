"""OpenAI's own client against the hub: embeddings."""

import base64
import struct

import openai
import pytest
from conftest import sdk
from scripted_provider import whole

MODEL = "sim-embed"
SCRIPTED = "scripted/scripted-chat"


def embeddings(*vectors, **fields) -> dict:
    """An answer in OpenAI's form."""
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 5, "total_tokens": 5}
    return {"object": "list", "data": data, "model": "scripted-2026", "usage": usage} | fields


def encoded(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


@pytest.mark.parametrize("options", [{}, {"encoding_format": "float"}, {"encoding_format": "base64"}])
def test_texts_are_embedded_in_order(client, options):
    answer = client.embeddings.create(model=MODEL, input=["one two", "three"], **options)
    assert answer.object == "list" and answer.model == MODEL
    assert [item.index for item in answer.data] == [0, 1]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == 3
    if options.get("encoding_format") == "base64":
        assert all(isinstance(item.embedding, str) and len(base64.b64decode(item.embedding)) == 1024 for item in answer.data)
    else:
        assert all(len(item.embedding) == 256 for item in answer.data)
        assert answer.data[0].embedding != answer.data[1].embedding


def test_encodings_say_the_same(client):
    plain = client.embeddings.create(model=MODEL, input="one two", encoding_format="float").data[0].embedding
    text = client.embeddings.create(model=MODEL, input="one two", encoding_format="base64").data[0].embedding
    assert list(struct.unpack("<256f", base64.b64decode(text))) == pytest.approx(plain, abs=1e-7)


def test_tokens_and_dimensions(client):
    answer = client.embeddings.create(model=MODEL, input=[[1, 2, 3], [4]], dimensions=8)
    assert [len(item.embedding) for item in answer.data] == [8, 8]
    assert answer.usage.prompt_tokens == 4


def test_request_and_answer_of_a_provider_pass_as_they_are(client, provider):
    exchange = provider.play(whole(embeddings(encoded([0.5, -1.0]), vendor=7)))
    answer = client.embeddings.create(model=SCRIPTED, input="x", dimensions=2, user="u", extra_body={"extra": 1})
    assert exchange.path == "/v1/embeddings"
    assert exchange.json == {
        "model": "scripted-chat",
        "input": "x",
        "dimensions": 2,
        "user": "u",
        "encoding_format": "base64",
        "extra": 1,
    }
    assert (answer.data[0].embedding, answer.vendor) == ([0.5, -1.0], 7)


def test_provider_that_knows_no_base64_is_encoded(http, provider):
    provider.play(whole(embeddings([0.5, -1.0])))
    body = {"model": SCRIPTED, "input": "x", "encoding_format": "base64"}
    answer = http.post("/v1/embeddings", json=body, headers={"x-hub-metadata": "true"})
    assert answer.json()["data"][0]["embedding"] == encoded([0.5, -1.0])
    assert answer.json()["hub"]["provider"] == "scripted"
    assert answer.headers["x-hub-provider"] == "scripted"


def test_cost_is_that_of_the_input(http):
    answer = http.post("/v1/embeddings", json={"model": MODEL, "input": "one two three"})
    assert float(answer.headers["x-hub-cost-usd"]) == pytest.approx(0.000003)


@pytest.mark.parametrize(
    "fields, param",
    [
        ({"input": []}, "input"),
        ({"input": ["a", ""]}, "input[1]"),
        ({"input": ["a"] * 2049}, "input"),
        ({"input": "a", "dimensions": 0}, "dimensions"),
        ({"input": "a", "encoding_format": "hex"}, "encoding_format"),
    ],
)
def test_refused_field_is_named(client, fields, param):
    with pytest.raises(openai.BadRequestError) as failure:
        client.embeddings.create(model=MODEL, **fields)
    assert failure.value.param == param


def test_missing_embeddings_are_a_bad_response(client, provider):
    provider.play(whole(embeddings([1.0])))
    with pytest.raises(openai.InternalServerError) as failure:
        client.embeddings.create(model=SCRIPTED, input=["a", "b"])
    assert failure.value.code == "provider_bad_response"


def test_provider_without_embeddings_says_so(client):
    with pytest.raises(openai.BadRequestError) as failure:
        client.embeddings.create(model="claude/claude-sonnet-4-5", input="a")
    assert failure.value.param == "model"


def test_fault_is_the_exception_its_users_expect(hub):
    with sdk(hub) as client, pytest.raises(openai.RateLimitError):
        client.embeddings.create(model=MODEL, input="a", extra_headers={"x-hub-sim": "fault=rate_limit"})
