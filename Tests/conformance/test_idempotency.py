"""Requests that are sent again under an Idempotency-Key, by OpenAI's own client."""

import signal
import time

import httpx
import openai
import pytest
from conftest import DATABASE_KEY, needs_postgres, scripted, sdk
from hub_process import HubProcess, simulated
from scripted_provider import HANG, completion, whole

CHAT = "scripted/scripted-chat"
QUESTION = [{"role": "user", "content": "Hello"}]


def ask(client: openai.OpenAI, key: str | None = "order-4711", content: str = "Hello", **options):
    return client.chat.completions.with_raw_response.create(
        model=CHAT,
        messages=[{"role": "user", "content": content}],
        extra_headers={"Idempotency-Key": key} if key else None,
        **options,
    )


def test_the_same_request_again_makes_no_call(client, provider):
    provider.play(whole(completion("Hi once")))
    first, again = ask(client, "again"), ask(client, "again")
    assert first.parse() == again.parse()
    assert again.parse().choices[0].message.content == "Hi once"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.headers["x-hub-attempts"], again.headers["x-hub-cost-usd"]) == ("0", "0")


def test_another_body_is_a_conflict(client, provider):
    provider.play(whole(completion()))
    ask(client, "conflict")
    with pytest.raises(openai.ConflictError) as failure:
        ask(client, "conflict", "Something else")
    assert (failure.value.code, failure.value.param) == ("idempotency_conflict", "idempotency-key")


def test_the_clients_own_option_repeats_what_failed(hub, provider):
    failed = provider.play(whole({"error": {"message": "no", "type": "server_error"}}, 500))
    answered = provider.play(whole(completion("Hi again")))
    with sdk(hub, max_retries=1) as client:
        # What the client has for it: it makes the keys, one for all its attempts.
        client._idempotency_header = "Idempotency-Key"
        answer = client.chat.completions.with_raw_response.create(model=CHAT, messages=QUESTION)
    assert failed.asked.is_set() and answered.asked.is_set()
    assert answer.parse().choices[0].message.content == "Hi again"
    assert "idempotency-replayed" not in answer.headers


def test_streams_ignore_it(client):
    for _ in range(2):
        chunks = client.chat.completions.create(
            model="sim-chat", messages=QUESTION, stream=True, extra_headers={"Idempotency-Key": "stream"}
        )
        assert list(chunks)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=needs_postgres)])
def test_the_request_of_a_hub_that_was_killed_runs_again(tmp_path, provider, database, request):
    configuration = {"providers": [simulated(), scripted(provider)]}
    if database == "postgres":
        configuration |= {"database_url": request.getfixturevalue("postgres").url, "encryption_key": DATABASE_KEY}
    with HubProcess(tmp_path, configuration) as hub, sdk(hub) as client:
        exchange = provider.play(HANG)
        with pytest.raises((openai.APIConnectionError, httpx.HTTPError)):
            ask(client, timeout=1)
        assert exchange.asked.is_set()
        with pytest.raises(openai.ConflictError):
            ask(client)
        hub.signal(signal.SIGKILL)
        hub.wait()
    provider.play(whole(completion("Hi after all")))
    # Whoever shares a database waits until the claim of the hub that died is over.
    with HubProcess(tmp_path, configuration) as hub, sdk(hub) as client:
        end = time.monotonic() + 45
        while True:
            try:
                answer = ask(client)
                break
            except openai.ConflictError:
                assert time.monotonic() < end, "the claim does not end"
                time.sleep(0.2)
        assert answer.parse().choices[0].message.content == "Hi after all"
        assert ask(client).headers["idempotency-replayed"] == "true"
