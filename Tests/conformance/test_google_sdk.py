"""Google's own client, unmodified, against providers of its dialect and others; and OpenAI's against Google."""

import json

import pytest
from conftest import ADMIN_KEY, chat_calls, chat_says, google_sdk, sdk
from google.genai import errors, types
from scripted_gemini import answer, answer_stream, call, error, pieces, text, thought
from scripted_provider import STREAM_HEAD, whole

GEMINI = "gemini/gemini-3.5-flash"
OPENAI_FORM = "scripted/scripted-chat"
QUESTION = "How is the weather in Oslo?"
WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="weather",
            description="The weather of a city",
            parameters=types.Schema(
                type="OBJECT", properties={"city": types.Schema(type="STRING")}, required=["city"]
            ),
        )
    ]
)


@pytest.fixture(params=[GEMINI, OPENAI_FORM], ids=["google", "openai-form"])
def model(request):
    return request.param


def says(provider, model, content, streamed=False):
    """Has the provider of the model say a text, in its own form."""
    if model == GEMINI:
        halves = (text(content[:3]), text(content[3:]))
        return provider.play(answer_stream(*halves) if streamed else whole(answer(*halves)))
    return chat_says(provider, content, streamed)


def calls(provider, model, *cities, streamed=False):
    """Has the provider of the model call the tool for each city."""
    if model == GEMINI:
        parts = [call("weather", "c2ln" if city == cities[0] else None, city=city) for city in cities]
        return provider.play(answer_stream(*parts) if streamed else whole(answer(*parts)))
    return chat_calls(provider, *cities, streamed=streamed)


def test_chat(provider, google_client, model):
    exchange = says(provider, model, "Rainy.")
    config = types.GenerateContentConfig(system_instruction="Be brief.", max_output_tokens=50, stop_sequences=["x"])
    reply = google_client.models.generate_content(model=model, contents=QUESTION, config=config)
    assert reply.text == "Rainy."
    assert reply.candidates[0].finish_reason == types.FinishReason.STOP
    if model == GEMINI:
        assert (reply.response_id, reply.model_version) == ("response-scripted", "gemini-scripted-2026")
        assert reply.usage_metadata.cached_content_token_count == 5
        assert exchange.headers["x-goog-api-key"] == "upstream-key"
        assert exchange.json["systemInstruction"]["parts"][0]["text"] == "Be brief."
    else:
        assert reply.usage_metadata.prompt_token_count == 9
        assert reply.usage_metadata.candidates_token_count == 2
        assert exchange.json["messages"][0] == {"role": "system", "content": "Be brief."}
        assert (exchange.json["stop"], exchange.json["max_tokens"]) == (["x"], 50)


def test_stream(provider, google_client, model):
    says(provider, model, "Rainy today.", streamed=True)
    replies = list(google_client.models.generate_content_stream(model=model, contents=QUESTION))
    assert "".join(reply.text or "" for reply in replies) == "Rainy today."
    assert len([reply for reply in replies if reply.text]) == 2
    assert replies[-1].candidates[0].finish_reason == types.FinishReason.STOP
    assert replies[-1].usage_metadata.prompt_token_count == (14 if model == GEMINI else 9)


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_parallel_tools(provider, google_client, model, streamed):
    calls(provider, model, "Oslo", "Rome", streamed=streamed)
    config = types.GenerateContentConfig(tools=[WEATHER])
    if streamed:
        replies = list(google_client.models.generate_content_stream(model=model, contents=QUESTION, config=config))
    else:
        replies = [google_client.models.generate_content(model=model, contents=QUESTION, config=config)]
    made = [one for reply in replies for one in reply.function_calls or []]
    assert [(one.name, one.args) for one in made] == [("weather", {"city": "Oslo"}), ("weather", {"city": "Rome"})]


def test_tool_loop(provider, google_client, model):
    """The client calls the function itself and hands calls, signatures and results back."""
    calls(provider, model, "Oslo", "Rome")
    exchange = says(provider, model, "Rainy in both.")

    def weather(city: str) -> str:
        """The weather of a city."""
        return f"rain in {city}"

    config = types.GenerateContentConfig(tools=[weather])
    reply = google_client.models.generate_content(model=model, contents=QUESTION, config=config)
    assert reply.text == "Rainy in both."
    if model == GEMINI:
        turn, results = exchange.json["contents"][1:]
        assert turn["parts"][0]["thoughtSignature"] == "c2ln"
        assert [one["functionResponse"]["response"] for one in results["parts"]] == [
            {"result": "rain in Oslo"},
            {"result": "rain in Rome"},
        ]
    else:
        turn, *results = exchange.json["messages"][1:]
        assert [one["id"] for one in turn["tool_calls"]] == [one["tool_call_id"] for one in results]
        assert [one["content"] for one in results] == ["rain in Oslo", "rain in Rome"]


def test_schema(provider, google_client):
    """A schema in Google's types reaches a provider of OpenAI's form as JSON Schema."""
    exchange = says(provider, OPENAI_FORM, '{"city":"Oslo"}')
    schema = types.Schema(type="OBJECT", properties={"city": types.Schema(type="STRING", nullable=True)})
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=schema)
    reply = google_client.models.generate_content(model=OPENAI_FORM, contents=QUESTION, config=config)
    assert json.loads(reply.text) == {"city": "Oslo"}
    sent = exchange.json["response_format"]["json_schema"]["schema"]
    assert sent["type"] == "object"
    assert sent["properties"]["city"]["type"] == ["string", "null"]


def test_thoughts_for_openai_clients(provider, client):
    """OpenAI's client hands back what Gemini needs to go on."""
    parts = (thought("Hm."), call("weather", "c2ln", city="Oslo"))
    provider.play(whole(answer(*parts)))
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
    messages = [{"role": "user", "content": QUESTION}]
    reply = client.chat.completions.create(model=GEMINI, messages=messages, tools=tools)
    message = reply.choices[0].message
    assert reply.choices[0].finish_reason == "tool_calls"
    assert message.reasoning == "Hm."
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (14, 7)
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "rain"}
    exchange = provider.play(whole(answer(text("Rainy."))))
    messages += [message.model_dump(exclude_none=True), result]
    client.chat.completions.create(model=GEMINI, messages=messages, tools=tools)
    turn = exchange.json["contents"][1]
    assert turn["parts"][-1]["thoughtSignature"] == "c2ln"
    assert exchange.json["contents"][2]["parts"][0]["functionResponse"]["name"] == "weather"


@pytest.mark.parametrize(
    "status, word, kind, seen",
    [
        (400, "INVALID_ARGUMENT", errors.ClientError, 400),
        (404, "NOT_FOUND", errors.ClientError, 404),
        (429, "RESOURCE_EXHAUSTED", errors.ClientError, 429),
        (503, "UNAVAILABLE", errors.ServerError, 502),
    ],
)
def test_errors_of_the_provider(provider, google_client, status, word, kind, seen):
    provider.play(whole(error(status, word, "the provider says no"), status))
    with pytest.raises(kind) as raised:
        google_client.models.generate_content(model=GEMINI, contents=QUESTION)
    assert raised.value.code == seen
    assert "the provider says no" in raised.value.message


def test_error_inside_a_stream(provider, google_client):
    broken = pieces(answer(text("Rai"), finish=None), error(503, "UNAVAILABLE", "overloaded"))
    provider.play(STREAM_HEAD + broken)
    replies = []
    with pytest.raises(errors.APIError):
        for reply in google_client.models.generate_content_stream(model=GEMINI, contents=QUESTION):
            replies.append(reply.text)
    assert replies == ["Rai"]


def test_a_wrong_key_is_unauthenticated(locked_hub):
    with google_sdk(locked_hub, key="wrong") as client, pytest.raises(errors.ClientError) as raised:
        client.models.generate_content(model="sim-chat", contents=QUESTION)
    assert (raised.value.code, raised.value.status) == (401, "UNAUTHENTICATED")


def test_the_key_of_google_s_client_is_taken(locked_hub):
    with google_sdk(locked_hub, key=ADMIN_KEY) as client:
        assert client.models.generate_content(model="sim-chat", contents="ECHO:a b").text == "a b"


def test_models(google_client):
    names = [model.name for model in google_client.models.list()]
    assert "models/sim-chat" in names
    assert google_client.models.get(model="sim-chat").name == "models/sim-chat"
    with pytest.raises(errors.ClientError):
        google_client.models.get(model="nothing-like-it")


def test_count(provider, google_client):
    provider.play(whole({"totalTokens": 14}))
    assert google_client.models.count_tokens(model=GEMINI, contents=QUESTION).total_tokens == 14
    assert google_client.models.count_tokens(model="sim-chat", contents=QUESTION).total_tokens > 0


def test_a_stream_without_sse_is_one_array(provider, http):
    says(provider, GEMINI, "Rainy.", streamed=True)
    reply = http.post(
        f"/v1beta/models/{GEMINI}:streamGenerateContent", json={"contents": [{"parts": [{"text": QUESTION}]}]}
    )
    assert reply.headers["content-type"].startswith("application/json")
    parts = [one["candidates"][0]["content"]["parts"][0]["text"] for one in reply.json()]
    assert parts == ["Rai", "ny."]


def test_openai_s_client_streams_from_google(provider, hub):
    says(provider, GEMINI, "Rainy today.", streamed=True)
    with sdk(hub) as client:
        replies = client.chat.completions.create(
            model=GEMINI, messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        assert "".join(reply.choices[0].delta.content or "" for reply in replies) == "Rainy today."
