"""The list of models."""

import openai
import pytest
from conftest import ADMIN_KEY, MINI_KEY, sdk


def test_list_names_each_model_with_its_provider(client):
    models = {(model.id, model.owned_by) for model in client.models.list()}
    assert models == {
        ("sim-chat", "simulated"),
        ("scripted-chat", "scripted"),
        ("vendor/scripted-chat", "scripted"),
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
    assert [model.id for model in sdk(locked_hub, ADMIN_KEY).models.list()] == ["sim-chat"]
    assert list(sdk(locked_hub, MINI_KEY).models.list()) == []
    with pytest.raises(openai.NotFoundError):
        sdk(locked_hub, MINI_KEY).models.retrieve("sim-chat")
