"""Health and metrics."""

import re
from datetime import datetime, timezone

import httpx
import pytest
from conftest import scripted
from hub_process import simulated
from prometheus_client.parser import text_string_to_metric_families
from scripted_provider import completion, whole

REQUEST = {"model": "sim-chat", "messages": [{"role": "user", "content": "ECHO:a b"}]}


def samples(hub) -> dict[tuple, float]:
    """By name and labels."""
    text = httpx.get(f"{hub.url}/metrics").text
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_health(start_hub, provider):
    hub = start_hub({"providers": [simulated(), scripted(provider)]})
    answer = httpx.get(f"{hub.url}/health")
    health = answer.json()
    assert (answer.status_code, health["status"]) == (200, "healthy")
    assert set(health["providers"]) == {"simulated", "scripted"}
    assert health["uptimeSeconds"] >= 0
    assert health["cache"] == {"l1_healthy": True, "l2_healthy": False, "l2_configured": False}
    assert health["version"] == hub.version


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/ready"])
def test_timestamps_are_utc_with_milliseconds(http, path):
    text = http.get(path).json()["timestamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert abs((datetime.now(timezone.utc) - datetime.fromisoformat(text)).total_seconds()) < 60


def test_live_and_ready(http):
    assert http.get("/health/live").json()["alive"] is True
    assert http.get("/health/ready").json()["ready"] is True
    assert http.get("/ready").json()["ready"] is True


def test_metrics_are_what_prometheus_reads(hub):
    answer = httpx.get(f"{hub.url}/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.text))
    assert len({family.name for family in families}) == len(families)
    assert all(family.documentation and family.type != "unknown" for family in families)


def test_requests_are_counted(start_hub, provider):
    hub = start_hub({"providers": [simulated(), scripted(provider)]})
    provider.play(whole(completion()))
    with httpx.Client(base_url=hub.url) as client:
        for body in [
            REQUEST,
            REQUEST | {"stream": True},
            REQUEST | {"model": "nobody-knows"},
            REQUEST | {"model": "scripted/scripted-chat"},
            REQUEST | {"messages": []},
        ]:
            client.post("/v1/chat/completions", json=body)
        client.post("/v1/chat/completions", json=REQUEST, headers={"x-hub-sim": "fault=rate_limit"})
    found = samples(hub)
    prefix = "llm_connector_hub_"
    simulated_labels = (("model", "sim-chat"), ("provider", "simulated"))
    scripted_labels = (("model", "scripted-chat"), ("provider", "scripted"))
    assert found[(f"{prefix}requests_total", *simulated_labels, ("status", "success"))] == 2
    assert found[(f"{prefix}requests_total", *simulated_labels, ("status", "error"))] == 1
    assert found[(f"{prefix}requests_total", *scripted_labels, ("status", "success"))] == 1
    assert found[(f"{prefix}requests_total", ("model", "other"), ("provider", "none"), ("status", "error"))] == 2
    assert found[(f"{prefix}request_duration_seconds_count", *simulated_labels)] == 3
    assert found[(f"{prefix}time_to_first_token_seconds_count", *simulated_labels)] == 1
    assert found[(f"{prefix}tokens_used_total", *simulated_labels, ("type", "input"))] == 4
    assert found[(f"{prefix}tokens_used_total", *scripted_labels, ("type", "output"))] == 2
    assert found[(f"{prefix}cost_usd_total", *simulated_labels)] == pytest.approx(2 * 0.000006)
    assert found[(f"{prefix}unpriced_requests_total", *scripted_labels)] == 1
    assert found[(f"{prefix}errors_total", ("provider", "simulated"), ("type", "rate_limit"))] == 1
    assert found[(f"{prefix}provider_available", ("provider", "simulated"))] == 1
    assert found[(f"{prefix}provider_available", ("provider", "openai"))] == 0
    assert found[(f"{prefix}overhead_duration_seconds_count",)] == 6
    assert found[(f"{prefix}routing_duration_seconds_count",)] == 4
    assert found[(f"{prefix}provider_latency_seconds_count", ("provider", "simulated"))] == 3
    assert found[(f"{prefix}provider_latency_seconds_count", ("provider", "scripted"))] == 1


def test_buckets_grow_and_end_with_the_count(hub):
    httpx.post(f"{hub.url}/v1/chat/completions", json=REQUEST)
    for family in text_string_to_metric_families(httpx.get(f"{hub.url}/metrics").text):
        if family.type != "histogram":
            continue
        series: dict[tuple, list[tuple[float, float]]] = {}
        counts = {}
        for sample in family.samples:
            labels = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
            if sample.name.endswith("_bucket"):
                series.setdefault(labels, []).append((float(sample.labels["le"]), sample.value))
            elif sample.name.endswith("_count"):
                counts[labels] = sample.value
        for labels, buckets in series.items():
            assert buckets == sorted(buckets)
            assert buckets[-1] == (float("inf"), counts[labels])


def test_unknown_models_do_not_make_labels(start_hub):
    hub = start_hub()
    with httpx.Client(base_url=hub.url) as client:
        for number in range(20):
            client.post("/v1/chat/completions", json=REQUEST | {"model": f"simulated/made-up-{number}"})
    models = {dict(key[1:]).get("model") for key in samples(hub)}
    assert models == {None, "other"}


def test_the_metrics_port_serves_monitoring_only(start_hub, unused_port):
    hub = start_hub({"metrics_port": unused_port})
    url = f"http://127.0.0.1:{unused_port}"
    assert httpx.get(f"{url}/metrics").status_code == 200
    assert httpx.get(f"{url}/health/live").status_code == 200
    assert httpx.get(f"{url}/v1/models").status_code == 404
    assert httpx.post(f"{url}/v1/chat/completions", json=REQUEST).status_code == 404
    assert httpx.get(f"{hub.url}/metrics").status_code == 200


def test_metrics_can_be_off(start_hub, unused_port):
    hub = start_hub({"metrics_enabled": False, "metrics_port": unused_port})
    for url in (hub.url, f"http://127.0.0.1:{unused_port}"):
        assert httpx.get(f"{url}/metrics").status_code == 404
        assert httpx.get(f"{url}/health/live").status_code == 200
