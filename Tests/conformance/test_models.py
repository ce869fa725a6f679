"""The list of models."""

import json
import signal

import httpx
import openai
import pytest
from conftest import ADMIN_KEY, MINI_KEY, scripted, sdk
from hub_process import run_hub, simulated
from scripted_provider import completion, whole


def test_list_names_each_model_with_its_provider(client):
    models = {(model.id, model.owned_by) for model in client.models.list()}
    assert models == {
        ("sim-chat", "simulated"),
        ("sim-embed", "simulated"),
        ("scripted-chat", "scripted"),
        ("vendor/scripted-chat", "scripted"),
        ("claude-sonnet-4-5", "claude"),
        ("gemini-3.5-flash", "gemini"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock"),
        ("o1-pro", "native"),
    }


@pytest.mark.parametrize(
    "name, model, provider",
    [
        ("sim-chat", "sim-chat", "simulated"),
        ("simulated/sim-chat", "sim-chat", "simulated"),
        ("vendor/scripted-chat", "vendor/scripted-chat", "scripted"),
        ("scripted/vendor/scripted-chat", "vendor/scripted-chat", "scripted"),
    ],
)
def test_one_model_by_id_or_provider(client, name, model, provider):
    found = client.models.retrieve(name)
    assert (found.id, found.object, found.owned_by) == (model, "model", provider)


def test_a_slash_may_be_escaped(http):
    assert http.get("/v1/models/simulated%2Fsim-chat").json()["id"] == "sim-chat"


def test_unknown_model(client):
    with pytest.raises(openai.NotFoundError) as failure:
        client.models.retrieve("nobody/knows")
    assert (failure.value.code, failure.value.param) == ("model_not_found", "id")


def test_facts_come_on_request(http):
    (model,) = [
        model
        for model in http.get("/v1/models", headers={"x-hub-metadata": "true"}).json()["data"]
        if model["id"] == "sim-chat"
    ]
    assert model["hub"]["pricing"] == {"input": 1.0, "output": 2.0}
    assert model["hub"]["context_window"] == 128_000


def test_a_key_sees_only_its_models(locked_hub):
    assert [model.id for model in sdk(locked_hub, ADMIN_KEY).models.list()] == ["sim-chat", "sim-embed"]
    assert list(sdk(locked_hub, MINI_KEY).models.list()) == []
    with pytest.raises(openai.NotFoundError):
        sdk(locked_hub, MINI_KEY).models.retrieve("sim-chat")


def ask(hub, path="/v1/models", **headers):
    return httpx.get(hub.url + path, headers=headers)


def catalogued(provider, **settings):
    """The scripted provider as OpenAI: its own list cannot be read, so the catalogue's stands in."""
    config = {"base_url": provider.url, "api_key": "key", "models_path": "/none"} | settings
    return {"provider_id": "openai", "config": config}


def test_the_catalogue_lists_what_a_provider_cannot(start_hub, provider):
    hub = start_hub({"providers": [catalogued(provider)]})
    models = {model["id"]: model for model in ask(hub, **{"x-hub-metadata": "true"}).json()["data"]}
    assert len(models) > 100
    facts = models["gpt-5.6"]["hub"]
    assert facts["providers"] == ["openai"]
    assert facts["context_window"] == 1_050_000
    assert facts["max_output_tokens"] == 128_000
    assert {"chat", "tools", "vision", "reasoning"} <= set(facts["capabilities"])
    assert facts["pricing"]["input"] == 5 and facts["pricing"]["cache_read"] == 0.5
    assert facts["pricing"]["tiers"] == [
        {"above_input_tokens": 272_000, "input": 10, "cache_read": 1, "cache_write": 12.5, "output": 45}
    ]


def test_one_model_shows_its_rates(start_hub, provider):
    hub = start_hub({"providers": [catalogued(provider)]})
    for path in ["/v1/models/gpt-4o", "/v1/models/openai/gpt-4o", "/v1/models/openai%2Fgpt-4o"]:
        model = ask(hub, path, **{"x-hub-metadata": "true"}).json()
        assert (model["id"], model["owned_by"]) == ("gpt-4o", "openai")
        assert model["hub"]["pricing"]["output"] == 10
    assert ask(hub, "/v1/models/openai/made-up").status_code == 404
    assert "hub" not in ask(hub, "/v1/models/gpt-4o").json()


def test_an_unknown_price_is_null(hub):
    model = ask(hub, "/v1/models/scripted-chat", **{"x-hub-metadata": "true"}).json()
    assert model["hub"]["pricing"] is None


def test_a_model_of_two_providers_is_listed_once(start_hub, provider):
    hub = start_hub({"providers": [scripted(provider), scripted(provider, "second")]})
    models = [m for m in ask(hub, **{"x-hub-metadata": "true"}).json()["data"] if m["id"] == "scripted-chat"]
    assert [model["hub"]["providers"] for model in models] == [["scripted", "second"]]


def test_a_route_with_a_plain_name_is_a_model(start_hub, provider):
    hub = start_hub(
        {
            "providers": [scripted(provider), simulated()],
            "routes": [{"pattern": "fast", "targets": [{"provider": "simulated", "model": "sim-chat"}]}],
        }
    )
    model = ask(hub, "/v1/models/fast", **{"x-hub-metadata": "true"}).json()
    assert (model["id"], model["owned_by"], model["hub"]["context_window"]) == ("fast", "simulated", 128_000)
    with sdk(hub) as client:
        answer = client.chat.completions.create(model="fast", messages=[{"role": "user", "content": "ECHO:hi"}])
    assert answer.choices[0].message.content == "hi"


def test_anthropic_clients_get_their_form(hub):
    body = ask(hub, **{"anthropic-version": "2023-06-01"}).json()
    assert (body["has_more"], body["first_id"], body["last_id"]) == (
        False, body["data"][0]["id"], body["data"][-1]["id"],
    )
    assert body["data"][0] == {
        "type": "model", "id": "sim-chat", "display_name": "sim-chat", "created_at": "2025-01-01T00:00:00.000Z",
    }
    assert ask(hub, "/v1/models/sim-chat", **{"anthropic-version": "2023-06-01"}).json() == body["data"][0]


def cost(hub, provider, model="gpt-4o"):
    provider.play(whole(completion("hi")))
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    answer = httpx.post(f"{hub.url}/v1/chat/completions", json=body)
    assert answer.status_code == 200
    return answer.headers["x-hub-cost-usd"], answer.headers["x-hub-route-reason"]


def test_prices_change_with_a_reload(start_hub, provider, tmp_path):
    usage = completion("hi")["usage"]
    tokens = usage["prompt_tokens"], usage["completion_tokens"]
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({"prices": []}))
    configuration = {"providers": [catalogued(provider)], "prices_file": str(prices)}
    hub = start_hub(configuration)
    paid, reason = cost(hub, provider)
    assert reason == "catalog"
    assert float(paid) == pytest.approx((tokens[0] * 2.5 + tokens[1] * 10) / 1e6)
    row = {"provider": "openai", "model": "gpt-4o", "effective_from": "2020-01-01", "input": 1, "output": 1000}
    prices.write_text(json.dumps({"prices": [row]}))
    hub.signal(signal.SIGHUP)
    hub.wait_for_log("configuration.reloaded")
    paid, _ = cost(hub, provider)
    assert float(paid) == pytest.approx((tokens[0] + tokens[1] * 1000) / 1e6)
    prices.write_text(json.dumps({"prices": [row | {"input": "much"}]}))
    hub.signal(signal.SIGHUP)
    assert "prices[0].input" in hub.wait_for_log("configuration.rejected")["reason"]
    assert cost(hub, provider)[0] == paid


def test_a_model_without_a_price_is_unpriced(start_hub, provider):
    hub = start_hub({"providers": [catalogued(provider)], "default_provider": "openai"})
    assert cost(hub, provider, "made-up") == ("unpriced", "default")


def test_a_models_file_is_checked_before_the_start(tmp_path):
    models = tmp_path / "models.json"
    models.write_text('{"format":1,"models":{"openai/own":{"context_window":-1}}}')
    for command in ["check-config", "serve"]:
        outcome = run_hub(command, environment={"MODELS_FILE": str(models)})
        assert outcome.returncode == 1
        assert 'models["openai/own"].context_window' in outcome.stdout + outcome.stderr
