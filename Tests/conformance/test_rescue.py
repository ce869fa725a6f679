"""A stream that breaks off and is gone on with by another provider is one stream to every vendor's own client."""

import json

import httpx
import pytest
import scripted_anthropic
from conftest import bedrock, claude, gemini, native, scripted
from hub_process import HubProcess
from test_sdk_matrix import CLIENTS, SAID, anthropic_form, bedrock_form, chat_form, gemini_form, responses_form

REST = " And cold, too."
# Kinds of the provider that breaks off: its model, its form, before what it breaks off and what it has said by then.
BROKEN = {
    "chat": ("scripted", "scripted-chat", chat_form, b'"finish_reason": "stop"', SAID),
    "responses": ("native", "o1-pro", responses_form, b"response.output_text.done", SAID),
    "anthropic": ("claude", "claude-sonnet-4-5", anthropic_form, b"content_block_stop", SAID),
    "gemini": ("gemini", "gemini-3.5-flash", gemini_form, SAID[4:].encode(), SAID[:4]),
    "bedrock": (
        "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", bedrock_form, b"contentBlockStop", SAID,
    ),
}


@pytest.fixture(scope="module")
def rescue_hub(_provider, tmp_path_factory):
    second = claude(_provider) | {"provider_id": "second"}
    fallback = {"provider": "second", "model": "claude-sonnet-4-5"}
    configuration = {
        "rescue_streams": True,
        "breaker_failures": 1000,
        "providers": [
            scripted(_provider), native(_provider), claude(_provider), gemini(_provider), bedrock(_provider), second,
        ],
        "routes": [
            {"pattern": f"broken-{kind}", "targets": [{"provider": name, "model": model}], "fallbacks": [dict(fallback)]}
            for kind, (name, model, *_) in BROKEN.items()
        ],
    }
    with HubProcess(tmp_path_factory.mktemp("rescue"), configuration) as hub:
        yield hub


@pytest.fixture(scope="module")
def clients(rescue_hub):
    made = {name: client(rescue_hub) for name, client in CLIENTS.items()}
    yield made
    for one in made.values():
        one.client.close()


def broken(kind: str) -> tuple[bytes, str]:
    """A stream up to where it breaks off, and its text."""
    _, _, form, marker, said = BROKEN[kind]
    whole = form().says(True)
    return whole[: whole.index(marker)], said


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("name", CLIENTS)
def test_clients_get_one_stream(provider, clients, name, kind):
    beginning, said = broken(kind)
    provider.play(beginning)
    went_on = provider.play(scripted_anthropic.message_stream(scripted_anthropic.text(REST)))
    answer = clients[name].ask(f"broken-{kind}", streamed=True, with_tool=False)
    assert answer.text == said + REST
    assert answer.ending == clients[name].endings[0]
    assert answer.usage.output > anthropic_form().usage.output
    assert went_on.json["messages"][-1] == {"role": "assistant", "content": said}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("name", CLIENTS)
def test_clients_raise_where_nobody_goes_on(provider, clients, name, kind):
    provider.play(broken(kind)[0])
    provider.play(anthropic_form().refuses)
    with pytest.raises(Exception):  # each client has its own
        clients[name].ask(f"broken-{kind}", streamed=True, with_tool=False)


def test_the_form_that_is_documented(provider, rescue_hub):
    provider.play(broken("chat")[0])
    provider.play(scripted_anthropic.message_stream(scripted_anthropic.text(REST)))
    request = {"model": "broken-chat", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    reply = httpx.post(f"{rescue_hub.url}/v1/completions", json=request, timeout=20)
    events = [event.removeprefix("data: ") for event in reply.text.split("\n\n") if event]
    assert events[-1] == "[DONE]"
    metadata = json.loads(events[-2])["metadata"]
    assert metadata["resumed_from"] == {
        "provider": "scripted", "model": "scripted-chat", "after_characters": len(SAID),
    }
    assert (metadata["provider"], metadata["attempts"]) == ("second", 2)
