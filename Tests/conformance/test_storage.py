"""What the hub keeps: over restarts, between replicas, and while its database is away."""

import base64
import signal
import sqlite3
import stat
import time

import httpx
import openai
import pytest
import yaml
from conftest import DATABASE_KEY, needs_postgres, scripted, sdk
from hub_process import BASE_CONFIGURATION, HubProcess, run_hub, simulated
from postgres_process import PostgresProcess
from scripted_provider import completion, whole

CHAT = "scripted/scripted-chat"
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
SECRET = "the wombats meet at midnight"


def configuration(provider, postgres: PostgresProcess | None = None, key: str = DATABASE_KEY) -> dict:
    shared = {"database_url": postgres.url, "encryption_key": key} if postgres else {}
    return {"providers": [simulated(), scripted(provider)]} | shared


def begin(hub, provider) -> str:
    """The first turn of a conversation; its id."""
    provider.play(whole(completion("One")))
    with sdk(hub) as client:
        return client.responses.create(model=CHAT, input=SECRET).id


def go_on(hub, provider, previous: str):
    """The second turn: the provider is told the first."""
    exchange = provider.play(whole(completion("Two")))
    with sdk(hub) as client:
        assert client.responses.create(model=CHAT, input="And then?", previous_response_id=previous).output_text == "Two"
    assert [message["content"] for message in exchange.json["messages"]] == [SECRET, "One", "And then?"]


def eventually(done, seconds: float = 15):
    """Waits for what the hub finds out by itself within a second or two."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


# A file, without a word of configuration.


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_conversation_goes_on_after_a_restart(tmp_path, provider, ending):
    with HubProcess(tmp_path, configuration(provider)) as hub:
        first = begin(hub, provider)
        hub.signal(ending)
        hub.wait()
    with HubProcess(tmp_path, configuration(provider)) as hub:
        go_on(hub, provider, first)


def test_no_file_holds_what_was_said(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider)) as hub:
        begin(hub, provider)
        line = hub.wait_for_log("encryption_key.made")
        assert line["file"] == "hub.db.key"
        kept = [path for path in tmp_path.rglob("*") if path.is_file() and "hub.db" in str(path)]
        assert {"hub.db", "hub.db.key", "hub.db-wal"} <= {path.name for path in kept}
        assert any(path.suffix == ".segment" for path in kept)
        for path in kept:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert b"wombats" not in path.read_bytes()


def test_the_key_is_made_once_and_a_configured_one_takes_over(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider)) as hub:
        first = begin(hub, provider)
    made = (tmp_path / "hub.db.key").read_bytes()
    with HubProcess(tmp_path, configuration(provider) | {"encryption_key": DATABASE_KEY}) as hub:
        go_on(hub, provider, first)
    assert (tmp_path / "hub.db.key").read_bytes() == made


def test_what_another_key_sealed_does_not_exist_and_the_log_says_so(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider) | {"encryption_key": DATABASE_KEY}) as hub:
        first = begin(hub, provider)
    with HubProcess(tmp_path, configuration(provider) | {"encryption_key": OTHER_KEY}) as hub:
        assert hub.wait_for_log("responses.unreadable")["count"] == "1"
        with sdk(hub) as client, pytest.raises(openai.NotFoundError):
            client.responses.retrieve(first)


def test_a_file_is_told_to_be_local(start_hub):
    hub = start_hub()
    eventually(lambda: httpx.get(f"{hub.url}/health").json()["integrations"]["store"].get("latencyMs"))
    assert httpx.get(f"{hub.url}/health").json()["integrations"]["store"]["status"] == "local"


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"database_url": "sqlite:none/hub.db"}, "sqlite:none/hub.db cannot be used"),
        ({"database_url": "sqlite:"}, "database_url"),
        ({"database_url": "sqlite:hub.db?mode=ro"}, "names no file"),
        ({"database_url": "postgres://hub:hunter2@127.0.0.1:1/db"}, "needs encryption_key"),
        ({"database_url": "postgres://hub:hunter2@127.0.0.1:1/db", "encryption_key": DATABASE_KEY}, "cannot be used"),
        ({"encryption_key": "A" * 42 + "B="}, "must be 32 bytes in base64"),
    ],
)
def test_a_hub_without_its_database_does_not_start(tmp_path, settings, said):
    file = tmp_path / "hub.yaml"
    file.write_text(yaml.safe_dump(BASE_CONFIGURATION | settings))
    answer = run_hub("serve", "--config", str(file))
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "hunter2" not in answer.stderr


def test_the_database_of_a_newer_hub_is_left_alone(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider)):
        pass
    with sqlite3.connect(tmp_path / "hub.db") as database:
        database.execute("INSERT INTO hub_migrations VALUES (1000, 0)")
    with pytest.raises(AssertionError, match="version 1000"):
        HubProcess(tmp_path, configuration(provider))


# PostgreSQL.


@needs_postgres
def test_replicas_share_conversations_and_keep_them(folders, provider, postgres):
    with HubProcess(folders[0], configuration(provider, postgres)) as one:
        with HubProcess(folders[1], configuration(provider, postgres)) as two:
            first = begin(one, provider)
            go_on(two, provider, first)
    with HubProcess(folders[2], configuration(provider, postgres)) as three:
        go_on(three, provider, first)
    assert postgres.query("SELECT COUNT(*) FROM hub_responses") == "3\n"
    assert "wombats" not in postgres.query("SELECT encode(sealed, 'escape') FROM hub_responses")
    assert not (folders[0] / "hub.db").exists()


@needs_postgres
def test_a_lost_database_costs_no_answer_and_comes_back(tmp_path, provider, postgres):
    with HubProcess(tmp_path, configuration(provider, postgres)) as hub, httpx.Client(base_url=hub.url) as http:
        first = begin(hub, provider)
        assert http.get("/health").json()["integrations"]["store"]["status"] == "connected"
        postgres.stop()
        with sdk(hub) as client:
            for call in (
                lambda: client.responses.retrieve(first),
                lambda: client.responses.delete(first),
                lambda: client.responses.create(model=CHAT, input="?", previous_response_id=first),
            ):
                with pytest.raises(openai.InternalServerError) as failure:
                    call()
                assert (failure.value.status_code, failure.value.code) == (503, "store_unavailable")
                assert failure.value.response.headers["x-should-retry"] == "true"
            assert client.responses.create(model="sim-chat", input="ECHO:still here").output_text == "still here"
        hub.wait_for_log("response.not_stored")
        eventually(lambda: http.get("/health/ready").status_code == 503)
        assert http.get("/health/ready").json() == {"ready": False, "reason": "store down"}
        health = http.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
        assert health.json()["integrations"]["store"]["status"] == "disconnected"
        assert http.get("/health/live").status_code == 200
        line = hub.wait_for_log("store.health", status="disconnected")
        assert "not-a-secret" not in str(line)
        postgres.start()
        eventually(lambda: http.get("/health/ready").status_code == 200)
        hub.wait_for_log("store.health", status="connected")
        go_on(hub, provider, first)
