"""What the tests share: hubs, a scripted provider and clients."""

import base64
import json
import socket
from pathlib import Path

import anthropic
import boto3
import botocore.config
import httpx
import openai
import pytest
from google import genai
from hub_process import BINARY, HubProcess, simulated
from postgres_process import MISSING, PostgresProcess
from scripted_provider import DONE, MODELS, ScriptedProvider, chunk, completion, stream, usage_chunk, whole

NEEDS_NO_HUB = {"test_deploy.py"}
ADMIN_KEY = "hub_admin-key-for-the-tests"
MINI_KEY = "hub_key-for-one-model-only"
# Hubs that share a database need the same.
DATABASE_KEY = base64.b64encode(bytes(range(32))).decode()
needs_postgres = pytest.mark.skipif(bool(MISSING), reason=MISSING or "it is here")
# As the catalogue knows them.
MODELS_OF_RESPONSES = ["o1-pro"]


def pytest_collection_modifyitems(items):
    if BINARY:
        return
    for item in items:
        if item.path.name not in NEEDS_NO_HUB:
            item.add_marker(pytest.mark.skip(reason="HUB_BINARY names no hub to ask"))


@pytest.fixture(scope="session")
def _provider():
    with ScriptedProvider() as provider:
        yield provider


@pytest.fixture
def provider(_provider):
    """The scripted provider, without scripts of other tests."""
    yield _provider
    _provider.forget()


def scripted(provider: ScriptedProvider, name: str = "scripted") -> dict:
    """The scripted provider as a provider of the hub."""
    models = [{"id": model} for model in MODELS]
    return {"provider_id": name, "config": {"base_url": provider.url, "api_key": "upstream-key", "models": models}}


def native(provider: ScriptedProvider) -> dict:
    """The scripted provider as one that speaks OpenAI's Responses too."""
    models = [{"id": model} for model in MODELS + MODELS_OF_RESPONSES]
    config = {"base_url": provider.url, "responses_path": "/responses", "vendor": "openai", "models": models}
    return {"provider_id": "native", "config": config}


def claude(provider: ScriptedProvider) -> dict:
    """The scripted provider as one of Anthropic's dialect."""
    config = {
        "base_url": provider.url.removesuffix("/v1"),
        "api_key": "upstream-key",
        "models": [{"id": "claude-sonnet-4-5"}],
    }
    return {"provider_id": "claude", "kind": "anthropic", "config": config}


def gemini(provider: ScriptedProvider) -> dict:
    """The scripted provider as one of Gemini's dialect."""
    config = {
        "base_url": provider.url.removesuffix("/v1"),
        "api_key": "upstream-key",
        "models": [{"id": "gemini-3.5-flash"}],
    }
    return {"provider_id": "gemini", "kind": "google", "config": config}


def bedrock(provider: ScriptedProvider) -> dict:
    """The scripted provider as Bedrock."""
    config = {
        "base_url": provider.url.removesuffix("/v1"),
        "access_key_id": "AKID",
        "secret_access_key": "secret",
        "models": [{"id": "us.anthropic.claude-sonnet-4-5-20250929-v1:0"}],
    }
    return {"provider_id": "bedrock", "config": config}


def chat_says(provider: ScriptedProvider, content: str, streamed: bool = False):
    """Has a provider of OpenAI's form say a text, a stream in two pieces."""
    if not streamed:
        return provider.play(whole(completion(content)))
    parts = [chunk({"role": "assistant", "content": content[:3]}), chunk({"content": content[3:]})]
    return provider.play(stream(*parts, chunk(finish="stop"), usage_chunk(), DONE))


def chat_calls(provider: ScriptedProvider, *cities: str, streamed: bool = False):
    """Has a provider of OpenAI's form call the tool `weather` for each city. In a stream the calls' pieces interleave."""
    made = [
        {
            "id": f"call_{index}",
            "type": "function",
            "function": {"name": "weather", "arguments": json.dumps({"city": city})},
        }
        for index, city in enumerate(cities)
    ]
    if not streamed:
        body = completion(None)
        body["choices"][0]["message"]["tool_calls"] = made
        body["choices"][0]["finish_reason"] = "tool_calls"
        return provider.play(whole(body))
    parts = []
    for index, one in enumerate(made):
        head = {"name": "weather", "arguments": one["function"]["arguments"][:4]}
        parts.append(chunk({"tool_calls": [one | {"index": index, "function": head}]}))
    for index, one in enumerate(made):
        rest = {"arguments": one["function"]["arguments"][4:]}
        parts.append(chunk({"tool_calls": [{"index": index, "function": rest}]}))
    return provider.play(stream(*parts, chunk(finish="tool_calls"), usage_chunk(), DONE))


@pytest.fixture(scope="session")
def hub(_provider, tmp_path_factory):
    """A hub with the simulated and the scripted provider that asks nobody for a key."""
    configuration = {
        "providers": [
            simulated(), scripted(_provider), native(_provider), claude(_provider), gemini(_provider),
            bedrock(_provider),
        ],
        "cors_origin": ["https://app.example.com"],
        "stream_idle_timeout_ms": 1000,
    }
    with HubProcess(tmp_path_factory.mktemp("hub"), configuration) as hub:
        yield hub


@pytest.fixture(scope="session")
def locked_hub(tmp_path_factory):
    """A hub that asks for a key: one may do all, the other use one model only."""
    configuration = {
        "auth_enabled": True,
        "hub_admin_key": ADMIN_KEY,
        "api_keys": [{"id": "mini", "key": MINI_KEY, "allowed_models": ["sim-mini*"]}],
        "providers": [simulated()],
    }
    with HubProcess(tmp_path_factory.mktemp("locked"), configuration) as hub:
        yield hub


@pytest.fixture
def postgres():
    with PostgresProcess() as server:
        yield server


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Of hubs that share a database."""
    made = [tmp_path / name for name in ("one", "two", "three")]
    for folder in made:
        folder.mkdir()
    return made


@pytest.fixture
def start_hub(tmp_path: Path):
    """Starts hubs that belong to one test."""
    started: list[HubProcess] = []

    def start(configuration: dict | None = None, environment: dict | None = None) -> HubProcess:
        directory = tmp_path / str(len(started))
        directory.mkdir()
        hub = HubProcess(directory, {"providers": [simulated()]} | (configuration or {}), environment)
        started.append(hub)
        return hub

    yield start
    for hub in started:
        hub.stop()


def sdk(hub: HubProcess, key: str = "any", **options) -> openai.OpenAI:
    """OpenAI's own client; never repeats a request."""
    return openai.OpenAI(base_url=f"{hub.url}/v1", api_key=key, **{"max_retries": 0, "timeout": 20} | options)


@pytest.fixture
def client(hub):
    with sdk(hub) as client:
        yield client


def anthropic_sdk(hub: HubProcess, key: str = "any", **options) -> anthropic.Anthropic:
    """Anthropic's own client; never repeats a request."""
    return anthropic.Anthropic(base_url=hub.url, api_key=key, **{"max_retries": 0, "timeout": 20} | options)


@pytest.fixture
def claude_client(hub):
    with anthropic_sdk(hub) as client:
        yield client


def google_sdk(hub: HubProcess, key: str = "any") -> genai.Client:
    """Google's own client."""
    return genai.Client(api_key=key, vertexai=False, http_options={"base_url": hub.url, "timeout": 20_000})


@pytest.fixture
def google_client(hub):
    with google_sdk(hub) as client:
        yield client


def bedrock_sdk(hub: HubProcess, key: str | None = None):
    """AWS's own client; never repeats a request. It signs, and sends keys over TLS only: here they replace its signature."""
    session = boto3.Session(aws_access_key_id="AKID", aws_secret_access_key="secret", region_name="us-east-1")
    config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=20)
    client = session.client("bedrock-runtime", endpoint_url=hub.url, config=config)

    def authorize(request, **_):
        request.headers["Authorization"] = f"Bearer {key}"

    if key:
        client.meta.events.register("before-send.bedrock-runtime", authorize)
    return client


def gathered(reply) -> tuple[list[dict], str, dict]:
    """The blocks of a stream put together one after the other, as AWS's examples do it; the stop and the usage."""
    blocks, current, stop, usage = [], {}, None, None
    for event in reply["stream"]:
        if start := event.get("contentBlockStart"):
            current = {"toolUse": start["start"]["toolUse"] | {"input": ""}}
        elif delta := event.get("contentBlockDelta", {}).get("delta"):
            if "text" in delta:
                current["text"] = current.get("text", "") + delta["text"]
            elif "toolUse" in delta:
                current["toolUse"]["input"] += delta["toolUse"]["input"]
        elif "contentBlockStop" in event:
            if "toolUse" in current:
                current["toolUse"]["input"] = json.loads(current["toolUse"]["input"])
            blocks.append(current)
            current = {}
        elif "messageStop" in event:
            stop = event["messageStop"]["stopReason"]
        elif "metadata" in event:
            usage = event["metadata"]["usage"]
    return blocks, stop, usage


@pytest.fixture
def bedrock_client(hub):
    return bedrock_sdk(hub)


@pytest.fixture
def http(hub):
    """Plain HTTP."""
    with httpx.Client(base_url=hub.url, timeout=20) as client:
        yield client


@pytest.fixture
def unused_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
