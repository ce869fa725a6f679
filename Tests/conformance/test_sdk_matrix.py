"""Every vendor's own client, unmodified, with every kind of provider behind the hub, whole and streamed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import anthropic
import openai
import pytest
import scripted_anthropic
import scripted_bedrock
import scripted_gemini
import scripted_provider
import scripted_responses
from conftest import anthropic_sdk, bedrock, bedrock_sdk, claude, gathered, gemini, google_sdk, scripted, sdk
from google.genai import errors, types
from hub_process import HubProcess

QUESTION = "How is the weather in Oslo?"
SAID = "Rainy today."
ARGUMENTS = {"city": "Oslo", "days": 2}
IDENTIFIER = "call_weather1"
REFUSAL = "slow down"
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}


@dataclass(frozen=True)
class Usage:
    """Tokens: of the whole prompt, those of it read from a cache, of the whole output."""

    prompt: int
    cached: int
    output: int


# Providers: what they answer, each in its own form.


@dataclass(frozen=True)
class Form:
    """Answers of one form. Those that can be streamed take whether they are."""

    says: Callable[[bool], bytes]
    calls: Callable[[bool], bytes]
    refuses: bytes
    usage: Usage


def either(complete: dict, stream: bytes) -> Callable[[bool], bytes]:
    return lambda streamed: stream if streamed else scripted_provider.whole(complete)


OPENAI_REFUSAL = scripted_provider.whole(
    {"error": {"message": REFUSAL, "type": "requests", "param": None, "code": "rate_limit_exceeded"}}, 429
)


def chat_form() -> Form:
    form = scripted_provider
    usage = {"prompt_tokens": 14, "completion_tokens": 7, "total_tokens": 21}
    usage |= {"prompt_tokens_details": {"cached_tokens": 5}}

    def complete(finish: str, **message) -> dict:
        choice = {"index": 0, "message": {"role": "assistant"} | message, "finish_reason": finish}
        return form.completion(choices=[choice], usage=usage)

    def stream(finish: str, *deltas: dict) -> bytes:
        chunks = [form.chunk(delta) for delta in [{"role": "assistant", "content": ""}, *deltas]]
        return form.stream(*chunks, form.chunk(finish=finish), form.chunk(choices=[], usage=usage), form.DONE)

    arguments = json.dumps(ARGUMENTS)
    call = {"id": IDENTIFIER, "type": "function", "function": {"name": "weather", "arguments": arguments}}
    opening = call | {"index": 0, "function": {"name": "weather", "arguments": ""}}
    pieces = [{"index": 0, "function": {"arguments": piece}} for piece in (arguments[:7], arguments[7:])]
    return Form(
        says=either(complete("stop", content=SAID), stream("stop", {"content": SAID[:4]}, {"content": SAID[4:]})),
        calls=either(
            complete("tool_calls", content=None, tool_calls=[call]),
            stream("tool_calls", *({"tool_calls": [piece]} for piece in (opening, *pieces))),
        ),
        refuses=OPENAI_REFUSAL,
        usage=Usage(14, 5, 7),
    )


def responses_form() -> Form:
    form = scripted_responses
    said, call = form.text(SAID), form.call("weather", IDENTIFIER, **ARGUMENTS)
    return Form(
        says=either(form.answer(said), form.answer_stream(said)),
        calls=either(form.answer(call), form.answer_stream(call)),
        refuses=OPENAI_REFUSAL,
        usage=Usage(9, 4, 2),
    )


def anthropic_form() -> Form:
    form = scripted_anthropic
    said, call = form.text(SAID), form.tool_use(IDENTIFIER, "weather", **ARGUMENTS)
    return Form(
        says=either(form.message(said), form.message_stream(said)),
        calls=either(
            form.message(call, stop_reason="tool_use"), form.message_stream(call, stop_reason="tool_use")
        ),
        refuses=scripted_provider.whole(form.error("rate_limit_error", REFUSAL), 429),
        usage=Usage(18, 5, 7),
    )


def gemini_form() -> Form:
    form = scripted_gemini
    halves = form.text(SAID[:4]), form.text(SAID[4:])
    call = form.call("weather", "c2ln", IDENTIFIER, **ARGUMENTS)
    return Form(
        says=either(form.answer(form.text(SAID)), form.answer_stream(*halves)),
        calls=either(form.answer(call), form.answer_stream(call)),
        refuses=scripted_provider.whole(form.error(429, "RESOURCE_EXHAUSTED", REFUSAL), 429),
        usage=Usage(14, 5, 7),
    )


def bedrock_form() -> Form:
    form = scripted_bedrock
    said, call = form.text(SAID), form.call("weather", IDENTIFIER, **ARGUMENTS)
    return Form(
        says=either(form.answer(said), form.answer_stream(said)),
        calls=either(form.answer(call, stop="tool_use"), form.answer_stream(call, stop="tool_use")),
        refuses=scripted_provider.whole({"message": REFUSAL}, 429, x_amzn_errortype="ThrottlingException:http://aws/"),
        usage=Usage(14, 5, 7),
    )


CHAT, RESPONSES = chat_form(), responses_form()


@dataclass(frozen=True)
class Kind:
    """A kind of provider in the hub's configuration, and how it is asked."""

    model: str
    form: Form
    # Whole and streamed.
    paths: tuple[str, str]
    # For clients of Responses, where the provider has that form itself.
    responses_path: str | None = None

    def asked_by(self, client: "Client", streamed: bool) -> tuple[Form, str]:
        """The form that it answers this client in, and the path that it is asked at."""
        if self.responses_path and client.speaks_responses:
            return RESPONSES, self.responses_path
        return self.form, self.paths[streamed]


def same(path: str) -> tuple[str, str]:
    return path, path


GEMINI_PATH = "/v1beta/models/gemini-3.5-flash"
BEDROCK_PATH = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0"
AZURE_PATH = "/openai/deployments/team-gpt/chat/completions?api-version=2024-10-21"
KINDS = {
    "openai": Kind("openai/gpt-4o", CHAT, same("/v1/chat/completions"), "/v1/responses"),
    "compatible": Kind("scripted/scripted-chat", CHAT, same("/v1/chat/completions")),
    "azure": Kind("azure/gpt-4o", CHAT, same(AZURE_PATH)),
    "azure-v1": Kind("azure-v1/gpt-4o", CHAT, same("/openai/v1/chat/completions"), "/openai/v1/responses"),
    "anthropic": Kind("claude/claude-sonnet-4-5", anthropic_form(), same("/v1/messages")),
    "google": Kind(
        "gemini/gemini-3.5-flash",
        gemini_form(),
        (f"{GEMINI_PATH}:generateContent", f"{GEMINI_PATH}:streamGenerateContent?alt=sse"),
    ),
    "bedrock": Kind(
        "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        bedrock_form(),
        (f"{BEDROCK_PATH}/converse", f"{BEDROCK_PATH}/converse-stream"),
    ),
}


def openai_kinds(provider) -> list[dict]:
    """The scripted provider as OpenAI, and as Azure with a dated version and with its v1 surface."""
    reached = {"base_url": provider.url, "api_key": "upstream-key"}
    resource = {"base_url": provider.url.removesuffix("/v1"), "api_key": "upstream-key"}
    return [
        {"provider_id": "openai", "config": reached},
        {"provider_id": "azure", "config": resource | {"deployments": {"gpt-4o": "team-gpt"}}},
        {"provider_id": "azure-v1", "kind": "azure", "config": resource | {"api_version": "v1"}},
    ]


@pytest.fixture(scope="module")
def matrix_hub(_provider, tmp_path_factory):
    others = [scripted(_provider), claude(_provider), gemini(_provider), bedrock(_provider)]
    with HubProcess(tmp_path_factory.mktemp("matrix"), {"providers": openai_kinds(_provider) + others}) as hub:
        yield hub


# Clients: how they ask, and what they hand to their users.


@dataclass
class Answer:
    """What a client made of an answer, in no vendor's terms; `ending` is in the client's own."""

    ending: str
    usage: Usage
    text: str = ""
    # Identifier, name and arguments of each call.
    calls: list[tuple[str, str, dict]] = field(default_factory=list)
    # The pieces of text that a stream came in.
    pieces: int = 1


class Client:
    """One vendor's client. `endings`: how an answer ends that said something, and one that called a tool."""

    endings: tuple[str, str]
    speaks_responses = False

    def ask(self, model: str, streamed: bool, with_tool: bool) -> Answer:
        raise NotImplementedError

    def refused(self, model: str, streamed: bool) -> str:
        """Asks, and checks that the client raises what a limit of its own vendor's raises; gives the words of it."""
        raise NotImplementedError


class OpenAIChat(Client):
    endings = "stop", "tool_calls"

    def __init__(self, hub: HubProcess):
        self.client = sdk(hub)

    def ask(self, model, streamed, with_tool):
        tool = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
        request = {"model": model, "messages": [{"role": "user", "content": QUESTION}]}
        request |= {"tools": [tool]} if with_tool else {}
        pieces = 1
        if streamed:
            with self.client.chat.completions.stream(**request, stream_options={"include_usage": True}) as parts:
                pieces = len([part for part in parts if part.type == "content.delta"])
                reply = parts.get_final_completion()
        else:
            reply = self.client.chat.completions.create(**request)
        (choice,) = reply.choices
        made = [(call.id, call.function) for call in choice.message.tool_calls or []]
        return Answer(
            text=choice.message.content or "",
            calls=[(identifier, function.name, json.loads(function.arguments)) for identifier, function in made],
            ending=choice.finish_reason,
            usage=Usage(
                reply.usage.prompt_tokens,
                reply.usage.prompt_tokens_details.cached_tokens,
                reply.usage.completion_tokens,
            ),
            pieces=pieces,
        )

    def refused(self, model, streamed):
        with pytest.raises(openai.RateLimitError) as failure:
            self.ask(model, streamed, with_tool=False)
        assert failure.value.status_code == 429
        return failure.value.message


class OpenAIResponses(OpenAIChat):
    endings = "completed", "completed"
    speaks_responses = True

    def ask(self, model, streamed, with_tool):
        request = {"model": model, "input": QUESTION}
        request |= {"tools": [{"type": "function", "name": "weather", "parameters": SCHEMA}]} if with_tool else {}
        pieces = 1
        if streamed:
            with self.client.responses.stream(**request) as parts:
                pieces = len([part for part in parts if part.type == "response.output_text.delta"])
                reply = parts.get_final_response()
        else:
            reply = self.client.responses.create(**request)
        made = [item for item in reply.output if item.type == "function_call"]
        return Answer(
            text=reply.output_text,
            calls=[(item.call_id, item.name, json.loads(item.arguments)) for item in made],
            ending=reply.status,
            usage=Usage(
                reply.usage.input_tokens, reply.usage.input_tokens_details.cached_tokens, reply.usage.output_tokens
            ),
            pieces=pieces,
        )


class Anthropic(Client):
    endings = "end_turn", "tool_use"

    def __init__(self, hub: HubProcess):
        self.client = anthropic_sdk(hub)

    def ask(self, model, streamed, with_tool):
        request = {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": QUESTION}]}
        request |= {"tools": [{"name": "weather", "input_schema": SCHEMA}]} if with_tool else {}
        pieces = 1
        if streamed:
            with self.client.messages.stream(**request) as parts:
                pieces = len(list(parts.text_stream))
                reply = parts.get_final_message()
        else:
            reply = self.client.messages.create(**request)
        usage = reply.usage
        cached, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
        return Answer(
            text="".join(block.text for block in reply.content if block.type == "text"),
            calls=[(block.id, block.name, block.input) for block in reply.content if block.type == "tool_use"],
            ending=reply.stop_reason,
            usage=Usage(usage.input_tokens + cached + written, cached, usage.output_tokens),
            pieces=pieces,
        )

    def refused(self, model, streamed):
        with pytest.raises(anthropic.RateLimitError) as failure:
            self.ask(model, streamed, with_tool=False)
        assert failure.value.status_code == 429
        assert failure.value.body["error"]["type"] == "rate_limit_error"
        return failure.value.message


class Google(Client):
    # Gemini's calls end as its texts do.
    endings = types.FinishReason.STOP, types.FinishReason.STOP

    def __init__(self, hub: HubProcess):
        self.client = google_sdk(hub)

    def ask(self, model, streamed, with_tool):
        function = types.FunctionDeclaration(name="weather", parameters_json_schema=SCHEMA)
        tools = [types.Tool(function_declarations=[function])] if with_tool else None
        request = {"model": model, "contents": QUESTION, "config": types.GenerateContentConfig(tools=tools)}
        models = self.client.models
        replies = (
            list(models.generate_content_stream(**request)) if streamed else [models.generate_content(**request)]
        )
        made = [call for reply in replies for call in reply.function_calls or []]
        texts = [reply.text for reply in replies if not reply.function_calls and reply.text]
        usage = replies[-1].usage_metadata
        return Answer(
            text="".join(texts),
            calls=[(call.id, call.name, call.args) for call in made],
            ending=replies[-1].candidates[0].finish_reason,
            usage=Usage(
                usage.prompt_token_count,
                usage.cached_content_token_count or 0,
                usage.candidates_token_count + (usage.thoughts_token_count or 0),
            ),
            pieces=len(texts),
        )

    def refused(self, model, streamed):
        with pytest.raises(errors.ClientError) as failure:
            self.ask(model, streamed, with_tool=False)
        assert (failure.value.code, failure.value.status) == (429, "RESOURCE_EXHAUSTED")
        return failure.value.message


class Bedrock(Client):
    endings = "end_turn", "tool_use"

    def __init__(self, hub: HubProcess):
        self.client = bedrock_sdk(hub)

    def ask(self, model, streamed, with_tool):
        tool = {"toolSpec": {"name": "weather", "inputSchema": {"json": SCHEMA}}}
        request = {"modelId": model, "messages": [{"role": "user", "content": [{"text": QUESTION}]}]}
        request |= {"toolConfig": {"tools": [tool]}} if with_tool else {}
        pieces = 1
        if streamed:
            events = list(self.client.converse_stream(**request)["stream"])
            pieces = len([event for event in events if "text" in event.get("contentBlockDelta", {}).get("delta", {})])
            blocks, ending, usage = gathered({"stream": events})
        else:
            reply = self.client.converse(**request)
            blocks, ending, usage = reply["output"]["message"]["content"], reply["stopReason"], reply["usage"]
        made = [block["toolUse"] for block in blocks if "toolUse" in block]
        cached, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
        return Answer(
            text="".join(block.get("text", "") for block in blocks),
            calls=[(call["toolUseId"], call["name"], call["input"]) for call in made],
            ending=ending,
            usage=Usage(usage["inputTokens"] + cached + written, cached, usage["outputTokens"]),
            pieces=pieces,
        )

    def refused(self, model, streamed):
        with pytest.raises(self.client.exceptions.ThrottlingException) as failure:
            self.ask(model, streamed, with_tool=False)
        assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
        return failure.value.response["Error"]["Message"]


CLIENTS = {
    "openai-chat": OpenAIChat,
    "openai-responses": OpenAIResponses,
    "anthropic": Anthropic,
    "google": Google,
    "boto3": Bedrock,
}


@pytest.fixture(scope="module")
def clients(matrix_hub):
    """Made once: AWS's takes its time to read what services there are."""
    made = {name: client(matrix_hub) for name, client in CLIENTS.items()}
    yield made
    for one in made.values():
        one.client.close()


@pytest.fixture(params=CLIENTS)
def asking(request, clients):
    return clients[request.param]


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture(params=[False, True], ids=["whole", "stream"])
def streamed(request):
    return request.param


def test_text(provider, asking, kind, streamed):
    form, path = kind.asked_by(asking, streamed)
    exchange = provider.play(form.says(streamed))
    answer = asking.ask(kind.model, streamed, with_tool=False)
    assert (answer.text, answer.calls, answer.usage) == (SAID, [], form.usage)
    assert answer.ending == asking.endings[0]
    assert answer.pieces >= (2 if streamed else 1)
    assert exchange.path == path
    assert QUESTION.encode() in exchange.body


def test_tool_call(provider, asking, kind, streamed):
    form, path = kind.asked_by(asking, streamed)
    exchange = provider.play(form.calls(streamed))
    answer = asking.ask(kind.model, streamed, with_tool=True)
    assert (answer.text, answer.calls) == ("", [(IDENTIFIER, "weather", ARGUMENTS)])
    assert (answer.ending, answer.usage) == (asking.endings[1], form.usage)
    assert exchange.path == path
    assert b'"weather"' in exchange.body


def test_rate_limit_raises_the_clients_own_exception(provider, asking, kind, streamed):
    form, path = kind.asked_by(asking, streamed)
    exchange = provider.play(form.refuses)
    assert REFUSAL in asking.refused(kind.model, streamed)
    assert exchange.path == path
