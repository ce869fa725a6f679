"""Batches and their files, driven by OpenAI's own client: to the end, over a kill, between replicas, within limits."""

import json
import signal
import socket
import sqlite3
import time

import httpx
import openai
import pytest
from batch_requests import CHAT, ask, begin, eventually, lines, results, said, wait
from batch_server import batch_of_killed_hub, handed_over, upstream
from conftest import ADMIN_KEY, DATABASE_KEY, needs_postgres, sdk
from hub_process import HubProcess, simulated
from scripted_batches import BatchProvider


# Files.


def test_a_file_is_kept_as_it_was_uploaded(start_hub):
    with sdk(start_hub()) as client:
        content = lines(*(ask(number, "x" * 1000) for number in range(1000)))
        file = client.files.create(file=("my input.jsonl", content), purpose="batch")
        assert (file.object, file.bytes, file.filename, file.purpose) == (
            "file", len(content), "my input.jsonl", "batch")
        assert (file.status, file.expires_at - file.created_at) == ("processed", 30 * 86_400)
        assert client.files.retrieve(file.id) == file
        assert client.files.content(file.id).read() == content
        assert client.files.delete(file.id).deleted
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(file.id)
        with pytest.raises(openai.NotFoundError):
            client.files.content(file.id)


def test_files_are_listed_in_pages(start_hub):
    with sdk(start_hub()) as client:
        made = [client.files.create(file=(f"{n}.jsonl", b"{}\n"), purpose="batch").id for n in range(5)]
        assert [file.id for file in client.files.list(limit=2)] == made[::-1]
        assert [file.id for file in client.files.list(limit=2, order="asc")] == made
        page = client.files.list(limit=2, after=made[3])
        assert [file.id for file in page.data] == [made[2], made[1]]
        assert page.has_more
        assert client.files.list(purpose="batch_output").data == []


def test_a_file_may_live_shorter(start_hub):
    with sdk(start_hub()) as client:
        file = client.files.create(
            file=("a.jsonl", b"{}"), purpose="batch", expires_after={"anchor": "created_at", "seconds": 3600})
        assert file.expires_at - file.created_at == 3600
        with pytest.raises(openai.BadRequestError, match="expires_after"):
            client.files.create(
                file=("a.jsonl", b"{}"), purpose="batch", expires_after={"anchor": "created_at", "seconds": 1})


def form(*parts: tuple[str, str], boundary: str = "X") -> bytes:
    text = "".join(f"--{boundary}\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n" for head, body in parts)
    return f"{text}--{boundary}--\r\n".encode()


PURPOSE = ('name="purpose"', "batch")
FILE = ('name="file"; filename="a"', "{}")


@pytest.mark.parametrize(
    "body, status, named",
    [
        (form(PURPOSE), 400, "file"),
        (form(FILE), 400, "purpose"),
        (form(FILE, ('name="purpose"', "fine-tune")), 400, "purpose"),
        (form(PURPOSE, ('name="file"; filename="a"', "")), 400, "file"),
        (form(PURPOSE, ('name="file"', "{}")), 400, "file"),
        (form(PURPOSE, FILE, FILE), 400, None),
        (form(PURPOSE, FILE)[:-8], 400, None),
        (form(PURPOSE, FILE, boundary="Y"), 400, None),
        (b"", 400, None),
    ],
)
def test_what_is_no_upload_is_refused_and_says_why(hub, http, body, status, named):
    answer = http.post("/v1/files", content=body, headers={"content-type": "multipart/form-data; boundary=X"})
    assert answer.status_code == status
    assert answer.json()["error"]["param"] == named
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_an_upload_that_is_no_form_or_too_large_is_refused_before_it_is_read(hub, http):
    answer = http.post("/v1/files", json={"purpose": "batch"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as connection:
        head = f"content-type: multipart/form-data; boundary=X\r\ncontent-length: {101 << 20}"
        connection.sendall(f"POST /v1/files HTTP/1.1\r\nhost: hub\r\n{head}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_tenant_has_room_for_so_much(start_hub):
    hub = start_hub({"files_max_count": 2, "files_max_bytes": 1 << 20})
    with sdk(hub) as client:
        client.files.create(file=("a.jsonl", b"x" * (600 << 10)), purpose="batch")
        with pytest.raises(openai.BadRequestError, match="delete some"):
            client.files.create(file=("b.jsonl", b"x" * (600 << 10)), purpose="batch")
        second = client.files.create(file=("b.jsonl", b"x"), purpose="batch")
        with pytest.raises(openai.BadRequestError, match="delete some"):
            client.files.create(file=("c.jsonl", b"x"), purpose="batch")
        client.files.delete(second.id)
        client.files.create(file=("c.jsonl", b"x"), purpose="batch")


# Batches.


@pytest.mark.parametrize("endpoint", [CHAT, "/v1/embeddings", "/v1/responses"])
def test_a_batch_is_answered_line_by_line(start_hub, endpoint):
    with sdk(start_hub()) as client:
        requests = [ask(number, endpoint=endpoint) for number in range(30)]
        batch = begin(client, lines(*requests), endpoint, metadata={"for": "a test"})
        assert (batch.object, batch.status, batch.endpoint) == ("batch", "validating", endpoint)
        assert (batch.completion_window, batch.metadata) == ("24h", {"for": "a test"})
        assert batch.expires_at - batch.created_at == 86_400
        batch = wait(client, batch, "completed")
        assert batch.in_progress_at <= batch.finalizing_at <= batch.completed_at
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (30, 30, 0)
        assert (batch.error_file_id, batch.errors) == (None, None)
        output = client.files.retrieve(batch.output_file_id)
        assert (output.purpose, output.filename) == ("batch_output", f"{batch.id}_output.jsonl")
        found = results(client, batch.output_file_id)
        assert found.keys() == {request["custom_id"] for request in requests}
        for number in range(30):
            one = found[f"line-{number}"]
            assert one["id"].startswith("batch_req_")
            assert (one["error"], one["response"]["status_code"]) == (None, 200)
            assert one["response"]["request_id"].startswith("req_")
            body = one["response"]["body"]
            if endpoint == CHAT:
                assert said(one) == f"answer {number}"
            elif endpoint == "/v1/embeddings":
                assert len(body["data"][0]["embedding"]) == 256
            else:
                assert client.responses.retrieve(body["id"]).output_text == f"answer {number}"


def test_lines_that_fail_are_in_the_error_file(start_hub):
    with sdk(start_hub()) as client:
        content = lines(ask(1), ask(2, model="no-such-model"), ask(3, stream=True), ask(4, n=999))
        batch = wait(client, begin(client, content), "completed")
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (4, 1, 3)
        assert results(client, batch.output_file_id).keys() == {"line-1"}
        errors = results(client, batch.error_file_id)
        facts = {
            name: (one["response"]["status_code"], one["response"]["body"]["error"]["code"])
            for name, one in errors.items()
        }
        assert facts == {
            "line-2": (404, "model_not_found"),
            "line-3": (400, "stream_not_supported"),
            "line-4": (400, "validation_failed"),
        }


@pytest.mark.parametrize(
    "content, code, line",
    [
        (b"not json\n", "invalid_json_line", 1),
        (lines(ask(1)) + b"\n\n[]\n", "invalid_json_line", 4),
        (lines(ask(1), ask(2), ask(1)), "duplicate_custom_id", 3),
        (lines(ask(1), ask(2) | {"method": "GET"}), "invalid_method", 2),
        (lines(ask(1), ask(2) | {"url": "/v1/embeddings"}), "invalid_url", 2),
        (lines(ask(1), ask(2) | {"body": "text"}), "missing_required_parameter", 2),
        (lines({"method": "POST"}), "missing_required_parameter", 1),
        (b"\n\n", "empty_file", None),
        (lines(*(ask(number) for number in range(50_001))), "too_many_lines", 50_001),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_input_that_cannot_be_used_fails_the_batch_and_names_the_line(hub, client, content, code, line):
    batch = wait(client, begin(client, content), "failed")
    assert batch.errors.object == "list"
    assert [(error.code, error.line) for error in batch.errors.data] == [(code, line)]
    assert batch.failed_at is not None
    assert (batch.output_file_id, batch.error_file_id) == (None, None)


@pytest.mark.parametrize(
    "change, status, parameter",
    [
        ({"endpoint": "/v1/messages"}, 400, "endpoint"),
        ({"completion_window": "48h"}, 400, "completion_window"),
        ({"input_file_id": "file-none"}, 404, "input_file_id"),
        ({"input_file_id": "../../etc"}, 404, "input_file_id"),
        ({"input_file_id": 1}, 400, "input_file_id"),
        ({"metadata": {"a": 1}}, 400, "metadata"),
        ({"metadata": {"a" * 65: "b"}}, 400, "metadata"),
        ({"metadata": {str(number): "b" for number in range(17)}}, 400, "metadata"),
        ({"output_expires_after": {"anchor": "created_at", "seconds": 5}}, 400, "output_expires_after"),
    ],
)
def test_a_batch_that_cannot_be_made_names_the_field(client, http, change, status, parameter):
    file = client.files.create(file=("a.jsonl", lines(ask(1))), purpose="batch")
    body = {"input_file_id": file.id, "endpoint": CHAT, "completion_window": "24h"} | change
    answer = http.post("/v1/batches", json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, parameter)


def slow(**settings) -> dict:
    """A provider that takes a while."""
    return simulated(ttft_ms=300, **settings)


def test_a_batch_that_is_cancelled_keeps_what_was_answered(start_hub):
    hub = start_hub({"providers": [slow()], "batch_concurrency": 2})
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(number) for number in range(200))))
        while client.batches.retrieve(batch.id).request_counts.completed < 3:
            time.sleep(0.05)
        with pytest.raises(openai.BadRequestError, match="cancel it first"):
            client.files.delete(batch.input_file_id)
        assert client.batches.cancel(batch.id).status == "cancelling"
        batch = wait(client, batch, "cancelled")
        assert batch.cancelling_at <= batch.cancelled_at
        found = results(client, batch.output_file_id)
        assert 3 <= len(found) == batch.request_counts.completed < 60
        assert client.batches.cancel(batch.id).status == "cancelled"
        client.files.delete(batch.input_file_id)


def test_a_batch_that_is_over_cannot_be_cancelled(client):
    batch = wait(client, begin(client, lines(ask(1))), "completed")
    with pytest.raises(openai.BadRequestError, match="completed"):
        client.batches.cancel(batch.id)


def test_batches_are_listed_in_pages(start_hub):
    with sdk(start_hub()) as client:
        file = client.files.create(file=("a.jsonl", lines(ask(1))), purpose="batch")
        made = [
            client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h").id for _ in range(5)
        ]
        assert [batch.id for batch in client.batches.list(limit=2)] == made[::-1]
        page = client.batches.list(limit=3)
        assert (page.has_more, page.last_id, page.first_id) == (True, made[2], made[4])
        with pytest.raises(openai.BadRequestError, match="limit"):
            client.batches.list(limit=101)


def locked(**settings) -> dict:
    keys = [
        {"id": "one", "key": "hub_one-key-of-the-tests", "project": "one"},
        {"id": "two", "key": "hub_two-key-of-the-tests", "project": "two", "allowed_models": ["sim-mini*"]},
    ]
    return {"auth_enabled": True, "hub_admin_key": ADMIN_KEY, "api_keys": keys} | settings


def test_a_tenant_sees_its_own_only(start_hub):
    hub = start_hub(locked())
    with sdk(hub, "hub_one-key-of-the-tests") as one, sdk(hub, "hub_two-key-of-the-tests") as two:
        batch = wait(one, begin(one, lines(ask(1))), "completed")
        for call in (
            lambda: two.files.retrieve(batch.input_file_id),
            lambda: two.files.content(batch.output_file_id),
            lambda: two.files.delete(batch.input_file_id),
            lambda: two.batches.retrieve(batch.id),
            lambda: two.batches.cancel(batch.id),
            lambda: two.batches.create(
                input_file_id=batch.input_file_id, endpoint=CHAT, completion_window="24h"),
        ):
            with pytest.raises(openai.NotFoundError):
                call()
        assert two.files.list().data == [] and two.batches.list().data == []
        # What a key may not ask for it may not ask for in a batch.
        batch = wait(two, begin(two, lines(ask(1), ask(2, model="sim-mini"))), "completed")
        assert results(two, batch.output_file_id).keys() == {"line-2"}
        errors = results(two, batch.error_file_id)
        assert errors["line-1"]["response"]["body"]["error"]["code"] == "model_not_allowed"
    with sdk(hub, "hub_wrong") as nobody, pytest.raises(openai.AuthenticationError):
        nobody.files.create(file=("a.jsonl", b"{}"), purpose="batch")


def test_lines_keep_to_a_limit_and_none_fails_for_it(start_hub):
    limit = {"scope": "global", "requests": 5, "window_secs": 2, "algorithm": "fixed_window"}
    hub = start_hub({"limits": [limit]})
    with sdk(hub) as client:
        start = time.monotonic()
        batch = wait(client, begin(client, lines(*(ask(number) for number in range(12)))), "completed", seconds=60)
        # Three windows, of which the first and the last may be moments.
        assert time.monotonic() - start > 2
        counts = batch.request_counts
        assert (counts.completed, counts.failed) == (12, 0)


def test_lines_without_room_for_their_answers_are_not_asked(start_hub):
    hub = start_hub({"files_max_bytes": 1 << 20, "batch_concurrency": 1, "providers": [simulated()]})
    with sdk(hub) as client:
        texts = [f"ECHO:{'y' * 10_000}" for _ in range(64)]
        batch = wait(client, begin(client, lines(*(ask(n, text) for n, text in enumerate(texts)))), "completed")
        counts = batch.request_counts
        assert counts.completed + counts.failed == 64
        # 640 kB are the input; each look is after sixteen lines.
        assert 16 <= counts.completed <= 56
        errors = results(client, batch.error_file_id)
        assert {one["error"]["code"] for one in errors.values()} == {"no_room_for_results"}
        assert len(results(client, batch.output_file_id)) == counts.completed
        with pytest.raises(openai.BadRequestError, match="delete some"):
            begin(client, lines(ask(1)))


def test_a_line_that_waits_for_another_try_holds_no_cancel_up(start_hub):
    def busy(*_):
        return 503, {"error": {"message": "later"}}

    with BatchProvider() as provider:
        provider.respond = busy
        provider.retry_after = 600
        hub = start_hub(upstream(provider, batch="local"))
        with sdk(hub) as client:
            batch = begin(client, lines(ask(1, model=MINI)))
            eventually(lambda: provider.count("POST", "/v1/chat/completions"))
            client.batches.cancel(batch.id)
            wait(client, batch, "cancelled", seconds=10)


def test_outside_its_hours_a_batch_waits(start_hub):
    now = time.gmtime()
    later = f"{(now.tm_hour + 6) % 24:02}:00-{(now.tm_hour + 8) % 24:02}:00"
    hub = start_hub({"batch_window": later})
    with sdk(hub) as client:
        batch = wait(client, begin(client, lines(ask(1))), "in_progress")
        time.sleep(2)
        assert client.batches.retrieve(batch.id).request_counts.completed == 0
        client.batches.cancel(batch.id)
        batch = wait(client, batch, "cancelled")
        assert (batch.output_file_id, batch.request_counts.completed) == (None, 0)


# Over the end of a process.


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_batch_goes_on_after_a_restart(tmp_path, provider, ending):
    """No line is lost or answered twice, and what was answered is not asked again."""
    configuration = {"providers": [simulated(ttft_ms=100)], "batch_concurrency": 4}
    with HubProcess(tmp_path, configuration) as hub:
        with sdk(hub) as client:
            batch = begin(client, lines(*(ask(number) for number in range(100))))
            while (done := client.batches.retrieve(batch.id).request_counts.completed) < 20:
                time.sleep(0.02)
        hub.signal(ending)
        hub.wait()
    with HubProcess(tmp_path, configuration) as hub, sdk(hub) as client:
        kept = client.batches.retrieve(batch.id).request_counts.completed
        assert done <= kept < 100
        batch = wait(client, batch, "completed")
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (100, 100, 0)
        found = results(client, batch.output_file_id)
        assert found.keys() == {f"line-{number}" for number in range(100)}
        assert all(said(found[f"line-{number}"]) == f"answer {number}" for number in range(100))
        asked = httpx.get(f"{hub.url}/metrics").text.split('requests_total{provider="simulated"', 1)[1]
        # By the time that `kept` was read the new process may have answered some.
        assert float(asked.split("} ", 1)[1].split("\n", 1)[0]) <= 100 - done


def test_nothing_of_it_can_be_read_in_the_file(tmp_path, provider):
    with HubProcess(tmp_path, {}) as hub, sdk(hub) as client:
        secret = "the wombats meet at midnight"
        batch = begin(client, lines(ask(1, f"ECHO:{secret}")), metadata={"note": secret})
        wait(client, batch, "completed")
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            if path.name.startswith("hub.db"):
                assert b"wombats" not in path.read_bytes()


@needs_postgres
def test_another_replica_takes_over_what_a_killed_one_had(folders, postgres):
    shared = {"database_url": postgres.url, "encryption_key": DATABASE_KEY, "providers": [simulated(ttft_ms=200)]}
    with HubProcess(folders[0], shared) as one:
        with sdk(one) as client:
            batch = begin(client, lines(*(ask(number) for number in range(60))))
            while client.batches.retrieve(batch.id).request_counts.completed < 10:
                time.sleep(0.02)
        with HubProcess(folders[1], shared) as two, sdk(two) as client:
            one.signal(signal.SIGKILL)
            one.wait()
            batch = wait(client, batch, "completed", seconds=60)
            assert batch.request_counts.completed == 60
            found = results(client, batch.output_file_id)
            assert found.keys() == {f"line-{number}" for number in range(60)}
            two.wait_for_log("batch.taken", batch=batch.id)
    assert postgres.query("SELECT COUNT(*) FROM hub_batch_results") == "0\n"
    assert "answer" not in postgres.query("SELECT encode(sealed, 'escape') FROM hub_file_pieces")


@needs_postgres
def test_replicas_share_batches_and_each_line_is_asked_once(folders, postgres):
    shared = {"database_url": postgres.url, "encryption_key": DATABASE_KEY}
    with HubProcess(folders[0], shared) as one, HubProcess(folders[1], shared) as two:
        with sdk(one) as client, sdk(two) as other:
            made = [begin(client, lines(*(ask(number) for number in range(20)))) for _ in range(6)]
            for batch in made:
                batch = wait(other, batch, "completed")
                assert batch.request_counts.completed == 20
                assert len(results(other, batch.output_file_id)) == 20
        asked = 0
        for hub in (one, two):
            text = httpx.get(f"{hub.url}/metrics").text
            for line in text.splitlines():
                if 'requests_total{provider="simulated"' in line:
                    asked += float(line.rsplit(" ", 1)[1])
        assert asked == 120


# Through a provider's own batches.

MINI = "gpt-4o-mini"


@pytest.fixture
def batching():
    with BatchProvider() as provider:
        yield provider


def test_a_provider_with_batches_is_given_the_whole_batch(start_hub, batching):
    hub = start_hub(upstream(batching))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(number, model=f"openai/{MINI}", temperature=0.5) for number in range(30))))
        name = handed_over(batching)
        assert batching.batches[name]["endpoint"] == CHAT
        requests = batching.requests(name)
        assert requests[3] == {
            "custom_id": "4", "method": "POST", "url": CHAT,
            "body": {
                "model": MINI, "messages": [{"role": "user", "content": "ECHO:answer 3"}], "temperature": 0.5},
        }
        assert len(requests) == 30
        # Nothing was handed over before, and so nothing is looked for.
        assert batching.count("GET", "/v1/batches?limit=100") == 0
        assert client.batches.retrieve(batch.id).status == "in_progress"
        batching.end(name)
        batch = wait(client, batch, "completed")
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (30, 30, 0)
        found = results(client, batch.output_file_id)
        assert all(said(found[f"line-{number}"]) == f"answer {number}" for number in range(30))
        assert batching.count("POST", "/v1/chat/completions") == 0
        # Nothing of it stays there.
        eventually(lambda: len(batching.deleted) == 2)
        assert batching.files == {}
        metrics = httpx.get(f"{hub.url}/metrics").text
        cost = f'cost_usd_total{{provider="openai",model="{MINI}"}} '
        # 0.075 and 0.30 dollars per million tokens: half of what calls cost one by one.
        expected = 30 * (1000 * 0.075 + 100 * 0.30) / 1e6
        assert float(metrics.split(cost, 1)[1].split("\n", 1)[0]) == pytest.approx(expected)
        with sqlite3.connect(hub.file.parent / "hub.db") as database:
            fields = "COUNT(*), COUNT(DISTINCT attempt_id), SUM(cost_nano), MIN(outcome), MIN(usage_source)"
            kept = database.execute(f"SELECT {fields} FROM hub_ledger WHERE price_id LIKE '%#batch'").fetchone()
        assert kept == (30, 30, round(expected * 1e9), "success", "provider")


def test_what_the_providers_batch_refused_is_told_and_what_it_had_no_room_for_is_asked_here(start_hub, batching):
    refusal = {"error": {"message": "no such thing", "type": "invalid_request_error", "code": "bad"}}
    busy = {"error": {"message": "later", "type": "rate_limit_error", "code": "rate_limit_exceeded"}}
    batching.faults = {"ECHO:answer 1": (400, refusal), "ECHO:answer 2": (429, busy), "ECHO:answer 3": None}
    with sdk(start_hub(upstream(batching))) as client:
        batch = begin(client, lines(*(ask(number, model=MINI) for number in range(5)), ask(9, model=MINI, n=999)))
        batching.end(handed_over(batching))
        batch = wait(client, batch, "completed")
        assert results(client, batch.output_file_id).keys() == {"line-0", "line-2", "line-3", "line-4"}
        errors = results(client, batch.error_file_id)
        assert errors["line-1"]["response"]["body"]["error"]["code"] == "provider_rejected"
        assert errors["line-9"]["response"]["body"]["error"]["code"] == "validation_failed"
        assert batching.count("POST", "/v1/chat/completions") == 2


@pytest.mark.parametrize("is_told", [True, False])
def test_a_killed_hub_finds_the_providers_batch_again(tmp_path, batching, is_told):
    batch = batch_of_killed_hub(tmp_path, batching, upstream(batching), MINI, 10, is_told)
    with HubProcess(tmp_path, upstream(batching)) as hub, sdk(hub) as client:
        batching.end(handed_over(batching))
        batch = wait(client, batch, "completed")
        assert batch.request_counts.completed == 10
        assert len(batching.batches) == 1
        assert batching.count("POST", "/v1/chat/completions") == 0


def test_a_batch_that_is_cancelled_before_its_id_is_known_is_cancelled_there(tmp_path, batching):
    batching.tells.clear()
    with HubProcess(tmp_path, upstream(batching)) as hub:
        with sdk(hub) as client:
            batch = begin(client, lines(*(ask(number, model=MINI) for number in range(3))))
            assert batching.made.wait(15)
            assert client.batches.cancel(batch.id).status == "cancelling"
        hub.signal(signal.SIGKILL)
        hub.wait()
    batching.tells.set()
    # Behind others that the provider has.
    made = handed_over(batching)
    for number in range(150):
        batching.batches[f"other_{number}"] = batching.batches[made] | {"id": f"other_{number}", "metadata": None}
    with HubProcess(tmp_path, upstream(batching)) as hub, sdk(hub) as client:
        wait(client, batch, "cancelled")
        assert batching.batches[made]["status"] == "cancelled"


def test_an_answer_that_is_cut_off_does_not_make_the_batch_twice(start_hub, batching):
    batching.cuts = lambda method, path: (method, path) == ("POST", "/v1/batches")
    with sdk(start_hub(upstream(batching))) as client:
        batch = begin(client, lines(*(ask(number, model=MINI) for number in range(3))))
        name = handed_over(batching)
        eventually(lambda: batching.count("GET", "/v1/batches?limit=100") >= 1)
        batching.end(name)
        assert wait(client, batch, "completed").request_counts.completed == 3
        assert len(batching.batches) == 1
        assert batching.count("POST", "/v1/chat/completions") == 0


def test_a_cancelled_batch_is_cancelled_there_and_keeps_what_was_answered(start_hub, batching):
    with sdk(start_hub(upstream(batching))) as client:
        batch = begin(client, lines(*(ask(number, model=MINI) for number in range(5))))
        name = handed_over(batching)
        batching.end(name, "in_progress", answered=2)
        batching.respond = cancelling(batching, name)
        eventually(lambda: client.batches.cancel(batch.id).status == "cancelling")
        batch = wait(client, batch, "cancelled")
        assert results(client, batch.output_file_id).keys() == {"line-0", "line-1"}


def cancelling(provider: BatchProvider, name: str):
    """Ends the batch with what it has when it is cancelled."""
    respond = provider.respond

    def answer(method, path, headers, body):
        if path.endswith("/cancel"):
            provider.batches[name]["status"] = "cancelled"
            return 200, provider.batches[name]
        return respond(method, path, headers, body)

    return answer


@pytest.mark.parametrize("reason", ["refused", "local", "two models", "limits", "another provider"])
def test_otherwise_the_hub_asks_line_by_line(start_hub, batching, reason):
    batching.refuses_files = reason == "refused"
    configuration = upstream(batching, **({"batch": "local"} if reason == "local" else {}))
    if reason == "limits":
        configuration["limits"] = [{"scope": "global", "requests": 1000}]
    second = {"another provider": "sim-chat", "two models": "gpt-4o"}.get(reason, MINI)
    with sdk(start_hub(configuration)) as client:
        batch = begin(client, lines(ask(1, model=MINI), ask(2, model=second)))
        if reason == "two models":
            # Of one provider: one batch.
            batching.end(handed_over(batching))
        batch = wait(client, batch, "completed")
        assert batch.request_counts.completed == 2
        asked = batching.count("POST", "/v1/chat/completions")
        assert asked == {"two models": 0, "another provider": 1}.get(reason, 2)
