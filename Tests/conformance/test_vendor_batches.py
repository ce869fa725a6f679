"""Batches through the batches of vendors whose form is not OpenAI's: taken whole, found again, paid once."""

import json
import re
import signal
import sqlite3
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from batch_requests import CHAT, ask, begin, eventually, lines, results, said, wait
from batch_server import batch_of_killed_hub, handed_over, upstream
from conftest import ADMIN_KEY, DATABASE_KEY, needs_postgres, sdk
from hub_process import HubProcess
from scripted_batches import AzureBatches
from scripted_provider import completion
from scripted_vendor_batches import AnthropicBatches, GeminiBatches, rpc_error

CLAUDE = "claude-haiku-4-5"
GEMINI = "gemini-2.5-flash"


@pytest.fixture
def anthropic():
    with AnthropicBatches() as provider:
        yield provider


@pytest.fixture(params=["v1", "dated"])
def azure(request):
    with AzureBatches(request.param) as provider:
        yield provider


@pytest.fixture
def gemini():
    with GeminiBatches() as provider:
        yield provider


def metric(hub, name: str, **labels) -> float:
    wanted = ",".join(f'{key}="{value}"' for key, value in labels.items())
    found = re.search(re.escape(f"{name}{{{wanted}}} ") + r"(\S+)", httpx.get(f"{hub.url}/metrics").text)
    return float(found[1]) if found else 0


def spent(hub, provider, model: str) -> float:
    return metric(hub, "llm_connector_hub_cost_usd_total", provider=provider.kind, model=model)


def answered_one_by_one(provider) -> int:
    """Calls outside a batch."""
    return sum(
        method == "POST" and (path == "/v1/messages" or path.endswith(":generateContent"))
        for method, path in provider.calls)


# Anthropic.


@pytest.mark.parametrize("endpoint", [CHAT, "/v1/responses"])
def test_anthropic_is_given_the_whole_batch_at_half_the_price(start_hub, anthropic, endpoint):
    hub = start_hub(upstream(anthropic))
    with sdk(hub) as client:
        requests = [ask(n, endpoint=endpoint, model=f"anthropic/{CLAUDE}") for n in range(30)]
        batch = begin(client, lines(*requests), endpoint)
        name = handed_over(anthropic)
        made = anthropic.requests(name)
        assert [request["custom_id"] for request in made] == [f"{batch.id}-{n}" for n in range(1, 31)]
        assert made[3]["params"]["model"] == CLAUDE
        assert AnthropicBatches.question(made[3]["params"]) == "ECHO:answer 3"
        # Nothing was handed over before, and so nothing is looked for.
        assert anthropic.count("GET", "/v1/messages/batches?limit=100") == 0
        anthropic.end(name)
        batch = wait(client, batch, "completed")
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (30, 30, 0)
        found = results(client, batch.output_file_id)
        if endpoint == CHAT:
            assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(30))
        else:
            body = found["line-7"]["response"]["body"]
            assert body["output"][-1]["content"][0]["text"] == "answer 7"
        assert answered_one_by_one(anthropic) == 0
        # Nothing of it stays there.
        eventually(lambda: anthropic.deleted == [name])
        # Half of 1, 1.25, 0.10 and 5 dollars per million tokens: the cache's classes too.
        expected = 30 * (1000 * 0.5 + 200 * 0.625 + 300 * 0.05 + 100 * 2.5) / 1e6
        assert spent(hub, anthropic, CLAUDE) == pytest.approx(expected)


def test_what_anthropics_batch_refused_is_told_and_what_it_did_not_answer_is_asked_here(start_hub, anthropic):
    anthropic.faults = {
        "ECHO:answer 1": anthropic.errored("invalid_request_error"), "ECHO:answer 2": {"type": "expired"},
        "ECHO:answer 3": None, "ECHO:answer 4": anthropic.errored("overloaded_error"),
        "ECHO:answer 5": anthropic.errored("api_error"), "ECHO:answer 6": {"type": "something new"},
    }
    with sdk(start_hub(upstream(anthropic))) as client:
        requests = [ask(n, model=CLAUDE) for n in range(8)] + [ask(9, model=CLAUDE, n=999)]
        batch = begin(client, lines(*requests))
        name = handed_over(anthropic)
        assert len(anthropic.requests(name)) == 8
        anthropic.end(name)
        batch = wait(client, batch, "completed")
        assert results(client, batch.output_file_id).keys() == {f"line-{n}" for n in (0, 2, 3, 4, 5, 6, 7)}
        errors = results(client, batch.error_file_id)
        assert errors["line-1"]["response"]["body"]["error"]["code"] == "provider_rejected"
        assert errors["line-9"]["response"]["body"]["error"]["code"] == "validation_failed"
        assert answered_one_by_one(anthropic) == 5


def test_a_cancelled_batch_is_cancelled_at_anthropic_and_keeps_what_was_answered(start_hub, anthropic):
    with sdk(start_hub(upstream(anthropic))) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(5))))
        name = handed_over(anthropic)
        anthropic.batches[name]["answered"] = 2
        eventually(lambda: client.batches.cancel(batch.id).status == "cancelling")
        batch = wait(client, batch, "cancelled")
        assert results(client, batch.output_file_id).keys() == {"line-0", "line-1"}
        assert answered_one_by_one(anthropic) == 0


@pytest.mark.parametrize("is_told", [True, False])
def test_a_killed_hub_finds_anthropics_batch_again(tmp_path, anthropic, is_told):
    """Nothing there has a name: what is over is told by its ids, and what might be it is waited for."""
    batch = batch_of_killed_hub(tmp_path, anthropic, upstream(anthropic), CLAUDE, 10, is_told)
    made = handed_over(anthropic)
    # As many requests, under way or over, made at the same time, with more than a page of others before and after.
    running, over = anthropic.add_other(10), anthropic.add_other(10)
    anthropic.end(over)
    for number in range(150):
        anthropic.add_other(3)
    old = datetime.now(timezone.utc) - timedelta(hours=3)
    anthropic.end(anthropic.add_other(10, created=old))
    with HubProcess(tmp_path, upstream(anthropic)) as hub, sdk(hub) as client:
        if not is_told:
            hub.wait_for_log("batch.submission_undecided")
        anthropic.end(made)
        batch = wait(client, batch, "completed")
        found = results(client, batch.output_file_id)
        assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(10))
        assert anthropic.count("POST", "/v1/messages/batches") == 1
        assert answered_one_by_one(anthropic) == 0
        eventually(lambda: anthropic.deleted == [made])
        assert anthropic.batches[running]["status"] == "in_progress"


def test_what_may_have_been_taken_is_handed_over_again_when_it_is_known_that_it_was_not(start_hub, anthropic):
    other = anthropic.add_other(3)

    def busy(method, path):
        if path == "/v1/messages/batches" and anthropic.count("POST", path) == 1:
            return 529, {"type": "error", "error": {"type": "overloaded_error", "message": "later"}}

    anthropic.answers_otherwise = busy
    hub = start_hub(upstream(anthropic) | {"batch_hand_over_seconds": 4})
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(3))))
        hub.wait_for_log("batch.submission_undecided")
        assert anthropic.count("POST", "/v1/messages/batches") == 1
        anthropic.end(other)
        made = eventually(lambda: next((name for name in anthropic.batches if name != other), None))
        anthropic.end(made)
        assert wait(client, batch, "completed").request_counts.completed == 3
        assert anthropic.count("POST", "/v1/messages/batches") == 2
        assert answered_one_by_one(anthropic) == 0


@pytest.mark.parametrize("vendor", ["anthropic", "gemini"])
def test_what_is_not_in_the_vendors_list_yet_is_not_handed_over_again(tmp_path, request, vendor):
    """A killed hub knows nothing of its batch, and lists may lag behind."""
    provider = request.getfixturevalue(vendor)
    model, making = (CLAUDE, "/v1/messages/batches") if vendor == "anthropic" else (GEMINI, MAKING)
    batch = batch_of_killed_hub(tmp_path, provider, upstream(provider), model, 3)
    made = handed_over(provider)
    provider.end(made)
    lagging = {"data": [], "has_more": False} if vendor == "anthropic" else {"operations": []}
    lists = []

    def lags(method, path):
        if method == "GET" and "batches?" in path:
            lists.append(path)
            return (200, lagging) if len(lists) <= 2 else None

    provider.answers_otherwise = lags
    with HubProcess(tmp_path, upstream(provider)) as hub, sdk(hub) as client:
        hub.wait_for_log("batch.submission_undecided")
        assert wait(client, batch, "completed").request_counts.completed == 3
    assert (provider.count("POST", making), answered_one_by_one(provider)) == (1, 0)


@needs_postgres
def test_a_hub_that_was_slow_to_hand_over_tells_the_one_that_has_the_batch_by_now(folders, anthropic, postgres):
    shared = upstream(anthropic) | {"database_url": postgres.url, "encryption_key": DATABASE_KEY}
    anthropic.tells.clear()
    # Its list says nothing of the batch until it is made.
    anthropic.answers_otherwise = lambda method, path: (
        (200, {"data": [], "has_more": False}) if "batches?" in path else None)
    with HubProcess(folders[0], shared) as one:
        with sdk(one) as client:
            batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(3))))
        assert anthropic.made.wait(15)
        one.signal(signal.SIGSTOP)
        with HubProcess(folders[1], shared) as two, sdk(two) as client:
            two.wait_for_log("batch.submission_undecided", 40)
            anthropic.tells.set()
            one.signal(signal.SIGCONT)
            one.wait_for_log("batch.submitted")
            anthropic.end(handed_over(anthropic))
            assert wait(client, batch, "completed", seconds=60).request_counts.completed == 3
            assert anthropic.count("POST", "/v1/messages/batches") == 1
            assert answered_one_by_one(anthropic) == 0


def test_what_was_refused_for_now_is_handed_over_again_at_once(start_hub, anthropic):
    anthropic.add_other(3)

    def limited(method, path):
        if path == "/v1/messages/batches" and anthropic.count("POST", path) == 1:
            return 429, {"type": "error", "error": {"type": "rate_limit_error", "message": "later"}}

    anthropic.answers_otherwise = limited
    with sdk(start_hub(upstream(anthropic))) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(3))))
        anthropic.end(eventually(lambda: next((name for name in list(anthropic.batches)[1:]), None)))
        assert wait(client, batch, "completed").request_counts.completed == 3
        assert anthropic.count("POST", "/v1/messages/batches") == 2
        assert anthropic.count("GET", "/v1/messages/batches?limit=100") == 0


@pytest.mark.parametrize("place", ["making", "state", "results"])
def test_an_answer_of_anthropics_that_is_cut_off_costs_nothing_twice(start_hub, anthropic, place):
    def cuts(method, path):
        is_place = {
            "making": (method, path) == ("POST", "/v1/messages/batches"),
            "state": method == "GET" and re.fullmatch(r"/v1/messages/batches/\w+", path),
            "results": path.endswith("/results"),
        }[place]
        return is_place and anthropic.count(method, path) == 1

    anthropic.cuts = cuts
    hub = start_hub(upstream(anthropic))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(20))))
        anthropic.end(handed_over(anthropic))
        batch = wait(client, batch, "completed")
        assert batch.request_counts.completed == 20
        assert anthropic.count("POST", "/v1/messages/batches") == 1
        assert answered_one_by_one(anthropic) == 0
        labels = {"provider": "anthropic", "model": CLAUDE, "status": "success"}
        assert metric(hub, "llm_connector_hub_requests_total", **labels) == 20


@pytest.mark.parametrize("place", ["state", "results"])
def test_what_is_not_found_at_anthropic_for_a_moment_is_asked_for_again(start_hub, anthropic, place):
    def missing(method, path):
        is_place = path.endswith("/results") if place == "results" else re.fullmatch(r"/v1/messages/batches/\w+", path)
        if method == "GET" and is_place and anthropic.count(method, path) == 1:
            return 404, {"type": "error", "error": {"type": "not_found_error", "message": "not yet"}}

    anthropic.answers_otherwise = missing
    with sdk(start_hub(upstream(anthropic))) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(5))))
        name = handed_over(anthropic)
        anthropic.end(name)
        assert wait(client, batch, "completed").request_counts.completed == 5
        assert answered_one_by_one(anthropic) == 0
        eventually(lambda: anthropic.deleted == [name])


KEYS = {"auth_enabled": True, "hub_admin_key": ADMIN_KEY}
CREATOR = {"id": "one", "key": "hub_one-key-of-the-tests", "user": "anna", "team": "blue"}
SPENT = "key_id, team_id, provider, model, outcome, input_tokens, output_tokens, usage_source, cost_nano"


def ledger(hub) -> list[tuple]:
    with sqlite3.connect(hub.file.parent / "hub.db") as database:
        return database.execute(f"SELECT {SPENT} FROM hub_ledger WHERE price_id LIKE '%#batch'").fetchall()


@pytest.mark.parametrize("change", ["the key is gone", "the route has a fallback"])
def test_what_was_paid_is_counted_though_the_hub_would_not_ask_for_it_so_any_more(start_hub, anthropic, change):
    def route(**more):
        return {"routes": [{"pattern": "quick", "targets": [{"provider": "anthropic", "model": CLAUDE}], **more}]}

    keys = KEYS | {"api_keys": [CREATOR]}
    hub = start_hub(upstream(anthropic) | keys | route())
    with sdk(hub, CREATOR["key"]) as client:
        batch = begin(client, lines(*(ask(n, model="quick") for n in range(3))))
        name = handed_over(anthropic)
        after = {
            "the key is gone": KEYS | {"api_keys": []} | route(),
            "the route has a fallback": keys | route(fallbacks=[{"provider": "simulated", "model": "sim-chat"}]),
        }[change]
        hub.write_configuration(upstream(anthropic) | after)
        hub.signal(signal.SIGHUP)
        hub.wait_for_log("configuration.reloaded")
        anthropic.end(name)
        hub.wait_for_log("batch.ended")
    cost = round(1000 * 500 + 200 * 625 + 300 * 50 + 100 * 2500)
    assert ledger(hub) == [("one", "blue", "anthropic", CLAUDE, "success", 1000, 100, "provider", cost)] * 3
    assert spent(hub, anthropic, CLAUDE) == pytest.approx(3 * cost / 1e9)
    assert answered_one_by_one(anthropic) == 0


def test_an_answer_that_cannot_be_read_is_not_taken_for_free(start_hub, anthropic):
    anthropic.faults = {"ECHO:answer 1": {"type": "succeeded", "message": {"content": "no"}}}
    hub = start_hub(upstream(anthropic))
    with sdk(hub) as client:
        batch = begin(client, lines(ask(1, model=CLAUDE)))
        anthropic.end(handed_over(anthropic))
        wait(client, batch, "completed")
    [(*_, outcome, asked, said_back, source, cost)] = ledger(hub)
    assert (outcome, said_back, source) == ("error", 0, "estimated")
    assert asked > 0 and cost == asked * 500


def test_hostile_results_are_nobodys_answer(start_hub, anthropic):
    hub = start_hub(upstream(anthropic))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(4))))
        name = handed_over(anthropic)
        anthropic.end(name)
        good = anthropic.batches[name]["results"].splitlines()
        wrong = json.loads(good[0])["result"] | {"message": {"content": "no"}}
        foreign = [
            {"custom_id": id, "result": wrong}
            for id in ("1", f"{batch.id}-", f"{batch.id}-99", f"{batch.id}--1", f"{batch.id}-1x", "batch_x-1", None, 1)
        ]
        hostile = [b"not json", b"[]", b"[" * 5000, b'{"custom_id":', b"{}", "\u2028".encode(), b"\xff\xfe"]
        # Of two answers to one request the first one holds, and is paid.
        answers = good[:3] + good[:3] + [json.dumps({"custom_id": f"{batch.id}-1", "result": {"type": "succeeded"}}).encode()]
        content = hostile + [json.dumps(one).encode() for one in foreign] + answers
        anthropic.batches[name]["results"] = b"\n".join(content)
        batch = wait(client, batch, "completed")
        found = results(client, batch.output_file_id)
        assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(4))
        # The first line had no answer that could be read: it is asked here.
        assert answered_one_by_one(anthropic) == 1
        labels = {"provider": "anthropic", "model": CLAUDE, "status": "success"}
        assert metric(hub, "llm_connector_hub_requests_total", **labels) == 4


def test_an_answer_that_is_no_message_is_the_lines_failure(start_hub, anthropic):
    anthropic.faults = {"ECHO:answer 1": {"type": "succeeded", "message": {"content": "no"}}}
    with sdk(start_hub(upstream(anthropic))) as client:
        batch = begin(client, lines(ask(0, model=CLAUDE), ask(1, model=CLAUDE)))
        anthropic.end(handed_over(anthropic))
        batch = wait(client, batch, "completed")
        assert results(client, batch.output_file_id).keys() == {"line-0"}
        errors = results(client, batch.error_file_id)
        assert errors["line-1"]["response"]["body"]["error"]["code"] == "provider_bad_response"


def test_an_answer_about_a_batch_that_is_too_large_or_strange_is_asked_for_again(start_hub, anthropic):
    strange = iter([(200, b"x" * (5 << 20)), (200, b"null"), (200, {"processing_status": "new"}), (503, b"later")])

    def answer(method, path):
        if method == "GET" and re.fullmatch(r"/v1/messages/batches/\w+", path):
            return next(strange, None)

    anthropic.answers_otherwise = answer
    with sdk(start_hub(upstream(anthropic))) as client:
        batch = begin(client, lines(ask(0, model=CLAUDE)))
        anthropic.end(handed_over(anthropic))
        assert wait(client, batch, "completed", seconds=60).request_counts.completed == 1
        assert answered_one_by_one(anthropic) == 0


@pytest.mark.parametrize("reason", ["refused", "local", "embeddings", "limits", "another provider"])
def test_otherwise_the_hub_asks_anthropic_line_by_line(start_hub, anthropic, reason):
    if reason == "refused":
        anthropic.answers_otherwise = lambda method, path: (404, {}) if "batches" in path else None
    configuration = upstream(anthropic, **({"batch": "local"} if reason == "local" else {}))
    if reason == "limits":
        configuration["limits"] = [{"scope": "global", "requests": 1000}]
    endpoint = "/v1/embeddings" if reason == "embeddings" else CHAT
    second = "sim-chat" if reason == "another provider" else CLAUDE
    with sdk(start_hub(configuration)) as client:
        requests = [ask(1, endpoint=endpoint, model=CLAUDE), ask(2, endpoint=endpoint, model=second)]
        batch = wait(client, begin(client, lines(*requests), endpoint), "completed")
        assert anthropic.batches == {}
        if reason == "embeddings":
            assert batch.request_counts.failed == 2
        else:
            assert batch.request_counts.completed == 2
            assert answered_one_by_one(anthropic) == (1 if reason == "another provider" else 2)


# Gemini.

MAKING = f"/v1beta/models/{GEMINI}:batchGenerateContent"


@pytest.mark.parametrize("endpoint", [CHAT, "/v1/responses"])
def test_gemini_is_given_the_whole_batch_at_half_the_price(start_hub, gemini, endpoint):
    hub = start_hub(upstream(gemini))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, endpoint=endpoint, model=f"google/{GEMINI}") for n in range(30))), endpoint)
        name = handed_over(gemini)
        made = gemini.batches[name]
        assert (made["name"], made["model"]) == (batch.id, GEMINI)
        assert [request["metadata"] for request in made["requests"]] == [{"key": str(n)} for n in range(1, 31)]
        assert GeminiBatches.question(made["requests"][3]["request"]) == "ECHO:answer 3"
        assert gemini.count("GET", "/v1beta/batches?pageSize=100") == 0
        gemini.end(name)
        batch = wait(client, batch, "completed")
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (30, 30, 0)
        found = results(client, batch.output_file_id)
        if endpoint == CHAT:
            assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(30))
        else:
            body = found["line-7"]["response"]["body"]
            assert body["output"][-1]["content"][0]["text"] == "answer 7"
        assert answered_one_by_one(gemini) == 0
        eventually(lambda: gemini.deleted == [name])
        # Half of 0.30 and 2.50 dollars per million tokens; what is read from the cache is no cheaper in a batch.
        expected = 30 * (1000 * 0.15 + 300 * 0.03 + 100 * 1.25) / 1e6
        assert spent(hub, gemini, GEMINI) == pytest.approx(expected)


def test_what_geminis_batch_refused_is_told_and_what_it_did_not_answer_is_asked_here(start_hub, gemini):
    gemini.faults = {
        "ECHO:answer 1": rpc_error(3), "ECHO:answer 2": rpc_error(8), "ECHO:answer 3": None,
        "ECHO:answer 4": rpc_error(14), "ECHO:answer 5": rpc_error(400), "ECHO:answer 6": {"something": "new"},
    }
    with sdk(start_hub(upstream(gemini))) as client:
        requests = [ask(n, model=GEMINI) for n in range(8)] + [ask(9, model=GEMINI, n=999)]
        batch = begin(client, lines(*requests))
        name = handed_over(gemini)
        assert len(gemini.requests(name)) == 8
        gemini.end(name)
        batch = wait(client, batch, "completed")
        assert results(client, batch.output_file_id).keys() == {f"line-{n}" for n in (0, 2, 3, 4, 6, 7)}
        errors = results(client, batch.error_file_id)
        assert errors["line-1"]["response"]["body"]["error"]["code"] == "provider_rejected"
        assert errors["line-5"]["response"]["body"]["error"]["code"] == "provider_rejected"
        assert answered_one_by_one(gemini) == 4


def test_results_of_geminis_that_say_of_no_line_that_they_are_its_own_are_not_guessed_at(start_hub, gemini):
    """Their order is not that of the requests."""
    gemini.repeats_keys = False
    with sdk(start_hub(upstream(gemini))) as client:
        batch = begin(client, lines(*(ask(n, model=GEMINI) for n in range(4))))
        gemini.end(handed_over(gemini))
        batch = wait(client, batch, "completed")
        found = results(client, batch.output_file_id)
        assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(4))
        assert answered_one_by_one(gemini) == 4


@pytest.mark.parametrize("state", ["FAILED", "EXPIRED", "CANCELLED"])
def test_what_a_batch_of_geminis_that_failed_did_not_answer_is_asked_here(start_hub, gemini, state):
    with sdk(start_hub(upstream(gemini))) as client:
        batch = begin(client, lines(*(ask(n, model=GEMINI) for n in range(4))))
        gemini.end(handed_over(gemini), state, answered=1)
        assert wait(client, batch, "completed").request_counts.completed == 4
        assert answered_one_by_one(gemini) == 3


def test_a_cancelled_batch_is_cancelled_at_google_and_keeps_what_was_answered(start_hub, gemini):
    with sdk(start_hub(upstream(gemini))) as client:
        batch = begin(client, lines(*(ask(n, model=GEMINI) for n in range(5))))
        name = handed_over(gemini)
        gemini.batches[name]["answered"] = 2
        eventually(lambda: client.batches.cancel(batch.id).status == "cancelling")
        batch = wait(client, batch, "cancelled")
        assert results(client, batch.output_file_id).keys() == {"line-0", "line-1"}
        assert answered_one_by_one(gemini) == 0


@pytest.mark.parametrize("is_told", [True, False])
def test_a_killed_hub_finds_geminis_batch_again(tmp_path, gemini, is_told):
    batch = batch_of_killed_hub(tmp_path, gemini, upstream(gemini), GEMINI, 10, is_told)
    made = handed_over(gemini)
    others = [gemini.add_other(10) for _ in range(150)]
    gemini.end(others[0])
    # Behind more than a page of others.
    gemini.batches[made] = gemini.batches.pop(made)
    gemini.end(made)
    with HubProcess(tmp_path, upstream(gemini)) as hub, sdk(hub) as client:
        batch = wait(client, batch, "completed")
        assert batch.request_counts.completed == 10
        assert gemini.count("POST", MAKING) == 1
        assert answered_one_by_one(gemini) == 0
        eventually(lambda: gemini.deleted == [made])


@pytest.mark.parametrize("place", ["making", "results"])
def test_an_answer_of_geminis_that_is_cut_off_costs_nothing_twice(start_hub, gemini, place):
    def cuts(method, path):
        if place == "making":
            return (method, path) == ("POST", MAKING)
        # The first that holds results.
        is_over = method == "GET" and any("results" in batch for batch in gemini.batches.values())
        if is_over and "?" not in path:
            seen.append(path)
        return is_over and len(seen) in (1, 3)

    seen = []
    gemini.cuts = cuts
    hub = start_hub(upstream(gemini))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=GEMINI) for n in range(20))))
        gemini.end(handed_over(gemini))
        batch = wait(client, batch, "completed")
        assert batch.request_counts.completed == 20
        assert gemini.count("POST", MAKING) == 1
        assert answered_one_by_one(gemini) == 0
        labels = {"provider": "google", "model": GEMINI, "status": "success"}
        assert metric(hub, "llm_connector_hub_requests_total", **labels) == 20


def test_hostile_results_of_geminis_are_nobodys_answer(start_hub, gemini):
    hub = start_hub(upstream(gemini))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=GEMINI) for n in range(3))))
        name = handed_over(gemini)
        gemini.end(name)
        wrong = {"response": {"candidates": "no"}}
        deep: list = []
        for _ in range(900):
            deep = [deep]
        gemini.batches[name]["results"] = [
            None, 1, "inlinedResponses", [], {}, deep, wrong, wrong | {"metadata": {"key": "99"}},
            wrong | {"metadata": {"key": 1}}, wrong | {"metadata": {"key": "-1"}}, wrong | {"metadata": "1"},
            *gemini.batches[name]["results"], wrong | {"metadata": {"key": "1"}},
        ]
        batch = wait(client, batch, "completed")
        found = results(client, batch.output_file_id)
        assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(3))
        assert answered_one_by_one(gemini) == 0
        labels = {"provider": "google", "model": GEMINI, "status": "success"}
        assert metric(hub, "llm_connector_hub_requests_total", **labels) == 3


def test_more_results_than_any_answer_about_a_batch_may_have_are_read_as_they_come(start_hub, gemini):
    with sdk(start_hub(upstream(gemini))) as client:
        batch = begin(client, lines(*(ask(n, "ECHO:" + "z" * 100_000, model=GEMINI) for n in range(60))))
        gemini.end(handed_over(gemini))
        batch = wait(client, batch, "completed", seconds=120)
        assert batch.request_counts.completed == 60
        assert answered_one_by_one(gemini) == 0


@pytest.mark.parametrize("reason", ["refused", "local", "two models", "too large", "limits"])
def test_otherwise_the_hub_asks_gemini_line_by_line(start_hub, gemini, reason):
    if reason == "refused":
        gemini.answers_otherwise = lambda method, path: (404, {}) if "batch" in path else None
    configuration = upstream(gemini, **({"batch": "local"} if reason == "local" else {}))
    if reason == "limits":
        configuration["limits"] = [{"scope": "global", "requests": 1000}]
    second = "gemini-2.5-pro" if reason == "two models" else GEMINI
    text = "ECHO:" + "x" * (7_000_000 if reason == "too large" else 1)
    with sdk(start_hub(configuration)) as client:
        batch = begin(client, lines(*(ask(n, text, model=second if n == 2 else GEMINI) for n in range(3))))
        batch = wait(client, batch, "completed", seconds=120)
        assert gemini.batches == {}
        assert (batch.request_counts.completed, answered_one_by_one(gemini)) == (3, 3)


# Azure.

MINI = "gpt-4o-mini"


def azure_upstream(provider, **config) -> dict:
    return upstream(provider, **({"batch": "provider", "deployments": {MINI: "mini-batch"}} | config))


def test_azure_is_given_the_whole_batch_where_its_deployments_are_for_batches(start_hub, azure):
    hub = start_hub(azure_upstream(azure))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=f"azure/{MINI}") for n in range(10))))
        name = handed_over(azure)
        assert azure.requests(name)[3]["body"]["model"] == "mini-batch"
        azure.end(name)
        batch = wait(client, batch, "completed")
        assert batch.request_counts.completed == 10
        found = results(client, batch.output_file_id)
        assert all(said(found[f"line-{n}"]) == f"answer {n}" for n in range(10))
        eventually(lambda: len(azure.deleted) == 2)
        # Half of 0.165 and 0.66 dollars per million tokens.
        expected = 10 * (1000 * 0.0825 + 100 * 0.33) / 1e6
        assert spent(hub, azure, MINI) == pytest.approx(expected)


def test_a_killed_hub_finds_azures_batch_again(tmp_path, azure):
    batch = batch_of_killed_hub(tmp_path, azure, azure_upstream(azure), f"azure/{MINI}", 3)
    made = handed_over(azure)
    for number in range(150):
        azure.batches[f"other_{number}"] = azure.batches[made] | {"id": f"other_{number}", "metadata": None}
    with HubProcess(tmp_path, azure_upstream(azure)) as hub, sdk(hub) as client:
        azure.end(made)
        assert wait(client, batch, "completed").request_counts.completed == 3
        assert len(azure.batches) == 151


@pytest.mark.parametrize("reason", ["not said", "two deployments", "inference"])
def test_otherwise_the_hub_asks_azure_line_by_line(start_hub, azure, reason):
    config = {
        "not said": {"batch": "local"}, "two deployments": {"deployments": {}},
        "inference": {"base_url": azure.url.split("/openai")[0] + "/models"},
    }[reason]
    if reason == "inference":
        azure.respond = lambda method, path, *_: (200, completion("yes"))
    configuration = azure_upstream(azure, **config)
    if reason == "not said":
        del configuration["providers"][0]["config"]["batch"]
    second = "gpt-4o" if reason == "two deployments" else MINI
    with sdk(start_hub(configuration)) as client:
        requests = [ask(1, model=f"azure/{MINI}"), ask(2, model=f"azure/{second}")]
        assert wait(client, begin(client, lines(*requests)), "completed").request_counts.completed == 2
        assert azure.batches == {}


# Counting.


def test_batches_and_their_lines_are_counted(start_hub, anthropic):
    anthropic.faults = {"ECHO:answer 1": anthropic.errored("invalid_request_error"), "ECHO:answer 2": None}
    hub = start_hub(upstream(anthropic))
    with sdk(hub) as client:
        batch = begin(client, lines(*(ask(n, model=CLAUDE) for n in range(4)), ask(9, model=CLAUDE, n=999)))
        name = handed_over(anthropic)
        text = httpx.get(f"{hub.url}/metrics").text
        assert "\nllm_connector_hub_batches_running 1\n" in text
        anthropic.end(name)
        wait(client, batch, "completed")
        wait(client, begin(client, b"no request\n"), "failed")
        second = begin(client, lines(ask(1, model=CLAUDE)))
        handed_over(anthropic)
        eventually(lambda: client.batches.cancel(second.id).status == "cancelling")
        wait(client, second, "cancelled")

        def counted(status):
            return metric(hub, "llm_connector_hub_batches_total", status=status)

        assert {status: counted(status) for status in ("validating", "completed", "failed", "cancelled")} == {
            "validating": 3, "completed": 1, "failed": 1, "cancelled": 1}

        def counted_lines(outcome, by):
            return metric(hub, "llm_connector_hub_batch_lines_total", outcome=outcome, by=by)

        assert (counted_lines("completed", "provider"), counted_lines("failed", "provider")) == (2, 1)
        assert (counted_lines("completed", "hub"), counted_lines("failed", "hub")) == (1, 1)
        eventually(lambda: "\nllm_connector_hub_batches_running 0\n" in httpx.get(f"{hub.url}/metrics").text)
