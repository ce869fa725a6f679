"""The ledger: a row for each call to a provider, whatever becomes of the hub, the call or the database."""

import signal
import sqlite3
import time

import httpx
import openai
import pytest
from conftest import DATABASE_KEY, chat_says, needs_postgres, scripted, sdk
from hub_process import HubProcess, simulated
from postgres_process import PostgresProcess
from scripted_provider import HANG, STREAM_HEAD, chunk, completion, events, whole
from test_monitoring import samples

CHAT = "scripted/scripted-chat"
QUESTION = [{"role": "user", "content": "Hello"}]
COLUMNS = "seq, provider, model, served_model, outcome, input_tokens, output_tokens, usage_source, user_id"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=needs_postgres)])
def database(request):
    """None for a file, or a server."""
    yield None if request.param == "sqlite" else request.getfixturevalue("postgres")


def configuration(provider, database: PostgresProcess | None = None, folder=None, **settings) -> dict:
    shared = {"database_url": database.url, "encryption_key": DATABASE_KEY} if database else {}
    if database and folder:
        shared["ledger_directory"] = str(folder / "journals")
    return {"providers": [simulated(), scripted(provider)]} | shared | settings


def rows(folder, database: PostgresProcess | None, columns: str = COLUMNS) -> list[list[str]]:
    """As text, in the order in which calls began: each reactor has a journal of its own."""
    if database:
        text = database.query(f"SELECT {columns} FROM hub_ledger ORDER BY started_at, id")
        return [line.split("|") for line in text.splitlines()]
    with sqlite3.connect(folder / "hub.db") as connection:
        found = connection.execute(f"SELECT {columns} FROM hub_ledger ORDER BY started_at, id").fetchall()
    return [["" if value is None else str(value) for value in row] for row in found]


def eventually(read, wanted, seconds: float = 15):
    end = time.monotonic() + seconds
    while (seen := read()) != wanted:
        assert time.monotonic() < end, f"{seen}, not {wanted}"
        time.sleep(0.05)


def ask(hub, provider):
    provider.play(whole(completion("Hi")))
    with sdk(hub) as client:
        client.chat.completions.create(model=CHAT, messages=QUESTION, extra_headers={"x-user-id": "anna"})


ANSWERED = ["1", "scripted", "scripted-chat", "scripted-chat-2026", "success", "9", "2", "provider", "anna"]


def test_a_call_is_a_row_within_a_second(tmp_path, provider, database):
    with HubProcess(tmp_path, configuration(provider, database)) as hub:
        ask(hub, provider)
        with sdk(hub) as client:
            client.chat.completions.create(model="sim-chat", messages=QUESTION)
        eventually(lambda: rows(tmp_path, database), [ANSWERED], 5)
        # The counter is read after the database, and may be a moment behind.
        eventually(lambda: samples(hub)[("llm_connector_hub_ledger_rows_total", ("result", "written"))], 1)
        assert samples(hub)[("llm_connector_hub_ledger_rows_total", ("result", "dropped"))] == 0
        assert samples(hub)[("llm_connector_hub_ledger_rows_pending",)] == 0


def test_a_streamed_call_says_which_model_was_served_and_when_it_began_to_speak(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider)) as hub, sdk(hub) as client:
        chat_says(provider, "Hello", streamed=True)
        list(client.chat.completions.create(model=CHAT, messages=QUESTION, stream=True))
    columns = "served_model, stream, started_at <= first_token_at, first_token_at <= ended_at, output_tokens"
    assert rows(tmp_path, None, columns) == [["scripted-chat-2026", "1", "1", "1", "2"]]


def test_the_end_of_the_hub_takes_every_row_along(tmp_path, provider, database):
    with HubProcess(tmp_path, configuration(provider, database, tmp_path)) as hub:
        for _ in range(20):
            ask(hub, provider)
        hub.signal(signal.SIGTERM)
        assert hub.wait() == 0
        assert rows(tmp_path, database) == [ANSWERED] * 20
        folder = tmp_path / ("journals" if database else "hub.db-ledger")
        assert list(folder.iterdir()) == []


def test_a_killed_hub_loses_no_row_and_its_open_call_is_lost(tmp_path, provider, database):
    with HubProcess(tmp_path, configuration(provider, database, tmp_path)) as hub:
        for _ in range(5):
            ask(hub, provider)
        exchange = provider.play(STREAM_HEAD + events(chunk({"content": "Hel"})), HANG)
        with sdk(hub) as client:
            answer = client.chat.completions.create(model=CHAT, messages=QUESTION, stream=True)
            next(iter(answer))
            assert exchange.asked.is_set()
            hub.signal(signal.SIGKILL)
            with pytest.raises((openai.APIError, httpx.HTTPError)):
                list(answer)
        hub.wait()
    with HubProcess(tmp_path, configuration(provider, database, tmp_path)) as hub:
        hub.wait_for_log("ledger.recovered", lost="1")
        read = rows(tmp_path, database)
        assert read[:5] == [ANSWERED] * 5
        assert [row[4] for row in read[5:]] == ["lost"]
        assert read[5][7] == "estimated"
        unknown = rows(tmp_path, database, "outcome, ended_at IS NULL, cost_nano IS NULL, cost_code")[5]
        assert unknown == ["lost"] + (["t", "t"] if database else ["1", "1"]) + ["unpriced"]
    assert len(rows(tmp_path, database)) == 6


@needs_postgres
def test_a_database_that_is_away_costs_no_row_and_no_answer(tmp_path, provider, postgres):
    with HubProcess(tmp_path, configuration(provider, postgres)) as hub:
        ask(hub, provider)
        eventually(lambda: rows(tmp_path, postgres), [ANSWERED])
        postgres.stop()
        start = time.monotonic()
        for _ in range(30):
            ask(hub, provider)
        assert time.monotonic() - start < 15
        hub.wait_for_log("ledger.behind")
        pending = samples(hub)[("llm_connector_hub_ledger_rows_pending",)]
        assert pending == 30
        postgres.start()
        hub.wait_for_log("ledger.caught_up", 30)
        assert rows(tmp_path, postgres) == [ANSWERED] * 31


@needs_postgres
def test_rows_of_a_hub_that_ends_while_its_database_is_away_are_the_next_ones_to_write(tmp_path, provider, postgres):
    with HubProcess(tmp_path, configuration(provider, postgres, tmp_path)) as hub:
        ask(hub, provider)
        eventually(lambda: rows(tmp_path, postgres), [ANSWERED])
        postgres.stop()
        ask(hub, provider)
        hub.signal(signal.SIGTERM)
        assert hub.wait() == 0
    postgres.start()
    with HubProcess(tmp_path, configuration(provider, postgres, tmp_path)) as hub:
        hub.wait_for_log("ledger.recovered", rows="1", lost="0")
        assert rows(tmp_path, postgres) == [ANSWERED] * 2


def test_a_hub_without_a_ledger_keeps_no_row_and_no_journal(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider, ledger_enabled=False)) as hub:
        ask(hub, provider)
        assert "ledger" not in httpx.get(f"{hub.url}/metrics").text
    assert rows(tmp_path, None) == []
    assert not (tmp_path / "hub.db-ledger").exists()


def test_simulated_calls_have_rows_where_that_is_asked_for(tmp_path, provider):
    with HubProcess(tmp_path, configuration(provider, ledger_simulated=True)) as hub, sdk(hub) as client:
        client.chat.completions.create(model="sim-chat", messages=QUESTION)
    assert [row[1] for row in rows(tmp_path, None)] == ["simulated"]
