"""AWS's own client, unmodified, against providers of its dialect and others; and OpenAI's against Bedrock."""

import json

import pytest
from botocore.exceptions import ClientError, EventStreamError
from conftest import ADMIN_KEY, bedrock_sdk, chat_calls, chat_says, gathered, sdk
from scripted_bedrock import answer, answer_stream, beginning, call, frame, text
from scripted_provider import chunk, events, whole
from scripted_provider import STREAM_HEAD as EVENT_HEAD

CLAUDE = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0"
OPENAI_FORM = "scripted/scripted-chat"
QUESTION = [{"role": "user", "content": [{"text": "How is the weather in Oslo?"}]}]
WEATHER = {
    "toolSpec": {
        "name": "weather",
        "description": "The weather of a city",
        "inputSchema": {
            "json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        },
    }
}


@pytest.fixture(params=[CLAUDE, OPENAI_FORM], ids=["bedrock", "openai-form"])
def model(request):
    return request.param


def says(provider, model, content, streamed=False):
    """Has the provider of the model say a text, in its own form."""
    if model == CLAUDE:
        return provider.play(answer_stream(text(content)) if streamed else whole(answer(text(content))))
    return chat_says(provider, content, streamed)


def calls(provider, model, *cities, streamed=False):
    """Has the provider of the model call the tool for each city."""
    if model == CLAUDE:
        blocks = [call("weather", f"tooluse_{index}", city=city) for index, city in enumerate(cities)]
        made = answer_stream(*blocks, stop="tool_use") if streamed else whole(answer(*blocks, stop="tool_use"))
        return provider.play(made)
    return chat_calls(provider, *cities, streamed=streamed)


def test_chat(provider, bedrock_client, model):
    exchange = says(provider, model, "Rainy.")
    reply = bedrock_client.converse(
        modelId=model,
        messages=QUESTION,
        system=[{"text": "Be brief."}],
        inferenceConfig={"maxTokens": 50, "temperature": 0.5, "stopSequences": ["x"]},
    )
    assert reply["output"]["message"] == {"role": "assistant", "content": [{"text": "Rainy."}]}
    assert reply["stopReason"] == "end_turn"
    assert reply["ResponseMetadata"]["RequestId"].startswith("req_")
    if model == CLAUDE:
        assert reply["usage"]["cacheReadInputTokens"] == 5
        assert exchange.path == "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"
        assert exchange.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
        assert exchange.json["system"] == [{"text": "Be brief."}]
    else:
        assert (reply["usage"]["inputTokens"], reply["usage"]["outputTokens"]) == (9, 2)
        assert exchange.json["messages"][0] == {"role": "system", "content": "Be brief."}
        assert (exchange.json["stop"], exchange.json["max_tokens"]) == (["x"], 50)


def test_stream(provider, bedrock_client, model):
    says(provider, model, "Rainy today.", streamed=True)
    blocks, stop, usage = gathered(bedrock_client.converse_stream(modelId=model, messages=QUESTION))
    assert blocks == [{"text": "Rainy today."}]
    assert stop == "end_turn"
    assert usage["inputTokens"] == 9


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_parallel_tools_and_their_results(provider, bedrock_client, model, streamed):
    calls(provider, model, "Oslo", "Rome", streamed=streamed)
    config = {"tools": [WEATHER], "toolChoice": {"any": {}}}
    if streamed:
        blocks, stop, _ = gathered(
            bedrock_client.converse_stream(modelId=model, messages=QUESTION, toolConfig=config)
        )
    else:
        reply = bedrock_client.converse(modelId=model, messages=QUESTION, toolConfig=config)
        blocks, stop = reply["output"]["message"]["content"], reply["stopReason"]
    assert stop == "tool_use"
    assert [block["toolUse"]["input"] for block in blocks] == [{"city": "Oslo"}, {"city": "Rome"}]

    exchange = says(provider, model, "Rainy in both.")
    results = [
        {
            "toolResult": {
                "toolUseId": block["toolUse"]["toolUseId"],
                "content": [{"json": {"rain": True}}],
                "status": "success",
            }
        }
        for block in blocks
    ]
    history = QUESTION + [{"role": "assistant", "content": blocks}, {"role": "user", "content": results}]
    reply = bedrock_client.converse(modelId=model, messages=history, toolConfig={"tools": [WEATHER]})
    assert reply["output"]["message"]["content"] == [{"text": "Rainy in both."}]
    if model == OPENAI_FORM:
        turn, *results = exchange.json["messages"][1:]
        assert [one["id"] for one in turn["tool_calls"]] == [one["tool_call_id"] for one in results]
        assert [json.loads(one["content"]) for one in results] == [{"rain": True}, {"rain": True}]


def test_image(provider, bedrock_client):
    exchange = says(provider, OPENAI_FORM, "A square.")
    image = {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}
    bedrock_client.converse(modelId=OPENAI_FORM, messages=[{"role": "user", "content": [image, {"text": "What?"}]}])
    part = exchange.json["messages"][0]["content"][0]
    assert part["image_url"]["url"] == "data:image/png;base64,iVBORw=="


ERRORS = [
    (429, "ThrottlingException", "ThrottlingException", {"retry_after": "7"}),
    (400, "ValidationException", "ValidationException", {}),
    (404, "ResourceNotFoundException", "ResourceNotFoundException", {}),
    (503, "ServiceUnavailableException", "ServiceUnavailableException", {}),
    (408, "ModelTimeoutException", "ModelTimeoutException", {}),
    (424, "ModelErrorException", "ModelErrorException", {}),
]


@pytest.mark.parametrize(("status", "name", "raised", "headers"), ERRORS, ids=[error[1] for error in ERRORS])
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_errors_keep_their_class(provider, bedrock_client, status, name, raised, headers, streamed):
    provider.play(whole({"message": "sorry"}, status, x_amzn_errortype=f"{name}:http://aws/", **headers))
    ask = bedrock_client.converse_stream if streamed else bedrock_client.converse
    with pytest.raises(getattr(bedrock_client.exceptions, raised)) as caught:
        ask(modelId=CLAUDE, messages=QUESTION)
    assert caught.value.response["Error"]["Message"] == "bedrock: sorry"


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (400, "ValidationException"),
        (404, "ResourceNotFoundException"),
        (429, "ThrottlingException"),
        (500, "ModelErrorException"),
    ],
)
def test_errors_of_other_providers_have_a_class(provider, bedrock_client, status, raised):
    provider.play(whole({"error": {"message": "sorry", "type": "x", "code": None}}, status))
    with pytest.raises(getattr(bedrock_client.exceptions, raised)):
        bedrock_client.converse(modelId=OPENAI_FORM, messages=QUESTION)


def test_a_wrong_field_is_named(bedrock_client):
    with pytest.raises(bedrock_client.exceptions.ValidationException) as caught:
        bedrock_client.converse(modelId=OPENAI_FORM, messages=[{"role": "user", "content": [{"image": {
            "format": "png", "source": {"s3Location": {"uri": "s3://bucket/a.png"}}}}]}])
    assert "image" in caught.value.response["Error"]["Message"]


def test_a_broken_stream_raises(provider, bedrock_client, model):
    if model == CLAUDE:
        error = frame("throttlingException", {"message": "slow down"}, kind="exception")
        provider.play(beginning(text("Rain")) + error)
    else:
        error = {"error": {"message": "slow down", "type": "x", "code": None}}
        provider.play(EVENT_HEAD + events(chunk({"role": "assistant", "content": "Rain"}), error))
    reply = bedrock_client.converse_stream(modelId=model, messages=QUESTION)
    seen = []
    with pytest.raises(EventStreamError, match="slow down") as caught:
        for event in reply["stream"]:
            seen.append(event)
    assert any("Rai" in str(event) for event in seen)
    assert not any("messageStop" in event for event in seen)
    if model == CLAUDE:
        assert caught.value.response["Error"]["Code"] == "throttlingException"


def test_keys(locked_hub):
    """A key of the hub is a bearer token; a signature is refused with a word about it."""
    question = {"modelId": "simulated/sim-chat", "messages": QUESTION}
    with pytest.raises(ClientError, match="AWS_BEARER_TOKEN_BEDROCK") as caught:
        bedrock_sdk(locked_hub).converse(**question)
    assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"
    with pytest.raises(ClientError) as caught:
        bedrock_sdk(locked_hub, "wrong").converse(**question)
    assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"
    reply = bedrock_sdk(locked_hub, ADMIN_KEY).converse(**question)
    assert reply["output"]["message"]["content"][0]["text"]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_openai_client(provider, client, streamed):
    """OpenAI's client and a tool loop with Claude behind Bedrock."""
    calls(provider, CLAUDE, "Oslo", "Rome", streamed=streamed)
    tool = {
        "type": "function",
        "function": {"name": "weather", "parameters": WEATHER["toolSpec"]["inputSchema"]["json"]},
    }
    messages = [{"role": "user", "content": "How is the weather?"}]
    if streamed:
        with client.chat.completions.stream(
            model=CLAUDE, messages=messages, tools=[tool], stream_options={"include_usage": True}
        ) as made:
            reply = made.get_final_completion()
    else:
        reply = client.chat.completions.create(model=CLAUDE, messages=messages, tools=[tool])
    assert reply.choices[0].finish_reason == "tool_calls"
    assert reply.usage.prompt_tokens == 14
    assert reply.usage.prompt_tokens_details.cached_tokens == 5
    turn = reply.choices[0].message
    made = [(one.function.name, json.loads(one.function.arguments)) for one in turn.tool_calls]
    assert made == [("weather", {"city": "Oslo"}), ("weather", {"city": "Rome"})]

    exchange = says(provider, CLAUDE, "Rainy in both.")
    made = [
        {"id": one.id, "type": "function", "function": {"name": one.function.name, "arguments": one.function.arguments}}
        for one in turn.tool_calls
    ]
    messages.append({"role": "assistant", "tool_calls": made})
    messages += [{"role": "tool", "tool_call_id": one.id, "content": "rain"} for one in turn.tool_calls]
    reply = client.chat.completions.create(model=CLAUDE, messages=messages, tools=[tool])
    assert reply.choices[0].message.content == "Rainy in both."
    results = exchange.json["messages"][2]["content"]
    assert [one["toolResult"]["toolUseId"] for one in results] == [one.id for one in turn.tool_calls]


def test_count(provider, bedrock_client):
    exchange = provider.play(whole({"inputTokens": 14}))
    converse = {"messages": QUESTION, "system": [{"text": "Be brief."}]}
    assert bedrock_client.count_tokens(modelId=CLAUDE, input={"converse": converse})["inputTokens"] == 14
    assert exchange.json == {"input": {"converse": converse}}
    assert bedrock_client.count_tokens(modelId="sim-chat", input={"converse": converse})["inputTokens"] > 0
    messages = [{"role": "user", "content": "How is the weather?"}]
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 5, "messages": messages}
    invoked = {"invokeModel": {"body": json.dumps(body)}}
    assert bedrock_client.count_tokens(modelId="sim-chat", input=invoked)["inputTokens"] > 0


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b'{"prompt": "in a language that the hub does not read"}'])
def test_what_is_not_counted_is_refused(bedrock_client, body):
    with pytest.raises(bedrock_client.exceptions.ValidationException) as failure:
        bedrock_client.count_tokens(modelId="sim-chat", input={"invokeModel": {"body": body}})
    assert failure.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
