"""The process: commands, start, reload and end."""

import json
import signal
import socket
import time

import httpx
import openai
import pytest
import yaml
from conftest import scripted, sdk
from hub_process import BASE_CONFIGURATION, run_hub, simulated
from scripted_provider import DONE, HANG, STREAM_HEAD, chunk, completion, events, stream, whole

QUESTION = [{"role": "user", "content": "ECHO:a b c"}]


def write(tmp_path, configuration: dict | str) -> str:
    file = tmp_path / "hub.yaml"
    file.write_text(configuration if isinstance(configuration, str) else yaml.safe_dump(configuration))
    return str(file)


def ask(hub, model="sim-chat"):
    with sdk(hub) as client:
        return client.chat.completions.create(model=model, messages=QUESTION).choices[0].message.content


# The end.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_hub_ends_at_once(start_hub, number):
    hub = start_hub()
    start = time.monotonic()
    hub.signal(number)
    assert hub.wait() == 0
    assert time.monotonic() - start < 5


def test_a_second_signal_does_no_harm(start_hub):
    hub = start_hub({"providers": [simulated(tokens_per_second=40, output_tokens=30)]})
    question = [{"role": "user", "content": "Say something"}]
    with sdk(hub) as client:
        answer = client.chat.completions.create(model="sim-chat", messages=question, stream=True)
        next(iter(answer))
        hub.signal(signal.SIGTERM)
        hub.wait_for_log("hub.draining")
        hub.signal(signal.SIGTERM)
        hub.signal(signal.SIGHUP)
        assert list(answer)[-1].choices[0].finish_reason == "stop"
    assert hub.wait() == 0


def test_open_connections_do_not_hold_the_end(start_hub):
    hub = start_hub()
    with httpx.Client(base_url=hub.url) as client:
        client.get("/health/live")
        hub.signal(signal.SIGTERM)
        assert hub.wait() == 0


def test_a_stream_is_finished_before_the_end(start_hub):
    hub = start_hub({"providers": [simulated(tokens_per_second=40, output_tokens=60)]})
    question = [{"role": "user", "content": "Say something"}]
    with sdk(hub) as client:
        answer = client.chat.completions.create(model="sim-chat", messages=question, stream=True)
        chunks = [next(iter(answer))]
        hub.signal(signal.SIGTERM)
        hub.wait_for_log("hub.draining")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", hub.port), timeout=5)
        chunks += answer
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert sum(1 for one in chunks if one.choices and one.choices[0].delta.content) == 60
    assert hub.wait() == 0


def test_a_whole_answer_is_finished_before_the_end(start_hub, provider):
    hub = start_hub({"providers": [scripted(provider)]})
    exchange = provider.play(0.5, whole(completion("late")))
    body = json.dumps({"model": "scripted/scripted-chat", "messages": QUESTION}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", hub.port), timeout=20) as connection:
        connection.sendall(head + body)
        assert exchange.asked.wait(10)
        hub.signal(signal.SIGTERM)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 200 ") and b'"late"' in received
    assert b"connection: close" in received
    assert hub.wait() == 0


def test_streams_that_take_too_long_are_cut(start_hub, provider):
    hub = start_hub({"providers": [scripted(provider)], "drain_timeout_ms": 300})
    exchange = provider.play(STREAM_HEAD + events(chunk({"content": "Hi"})), HANG)
    with sdk(hub) as client:
        answer = client.chat.completions.create(model="scripted/scripted-chat", messages=QUESTION, stream=True)
        next(iter(answer))
        start = time.monotonic()
        hub.signal(signal.SIGTERM)
        with pytest.raises((openai.APIError, httpx.RemoteProtocolError)):
            list(answer)
    assert hub.wait() == 0
    assert time.monotonic() - start < 5
    assert exchange.wait_for_close(5)


# Reload.


def test_a_good_configuration_takes_effect(start_hub, provider):
    hub = start_hub()
    with pytest.raises(openai.NotFoundError):
        ask(hub, "fresh/scripted-chat")
    hub.write_configuration({"providers": [simulated(), scripted(provider, "fresh")]})
    hub.signal(signal.SIGHUP)
    hub.wait_for_log("configuration.reloaded")
    provider.play(whole(completion("fresh")))
    assert ask(hub, "fresh/scripted-chat") == "fresh"
    assert ask(hub) == "a b c"


def test_keys_can_be_taken_away(start_hub):
    key = "hub_key-that-will-go-away"
    hub = start_hub({"auth_enabled": True, "hub_admin_key": "hub_admin-key-that-stays", "api_keys": [{"id": "a", "key": key}]})
    with sdk(hub, key) as client:
        assert list(client.models.list())
        hub.write_configuration(
            {"auth_enabled": True, "hub_admin_key": "hub_admin-key-that-stays", "providers": [simulated()]}
        )
        hub.signal(signal.SIGHUP)
        hub.wait_for_log("configuration.reloaded")
        with pytest.raises(openai.AuthenticationError):
            client.models.list()


def test_a_stream_outlives_a_reload(start_hub, provider):
    hub = start_hub({"providers": [scripted(provider)]})
    provider.play(
        STREAM_HEAD + events(chunk({"content": "be"})),
        0.5,
        events(chunk({"content": "fore"}), chunk(finish="stop"), DONE) + b"0\r\n\r\n",
    )
    with sdk(hub) as client:
        answer = client.chat.completions.create(model="scripted/scripted-chat", messages=QUESTION, stream=True)
        text = next(iter(answer)).choices[0].delta.content
        hub.write_configuration({"providers": [simulated()]})
        hub.signal(signal.SIGHUP)
        hub.wait_for_log("configuration.reloaded")
        text += "".join(one.choices[0].delta.content or "" for one in answer)
    assert text == "before"
    with pytest.raises(openai.NotFoundError):
        ask(hub, "scripted/scripted-chat")


@pytest.mark.parametrize(
    "configuration, reason",
    [
        ("providers: [", "hub.yaml"),
        ("prot: 80\n", "prot"),
        ({"providers": [{"provider_id": "UPPER CASE"}]}, "provider_id"),
        ({"default_provider": "nobody"}, "nobody"),
        ({"max_retries": "many"}, "max_retries"),
    ],
)
def test_a_bad_configuration_changes_nothing(start_hub, configuration, reason):
    hub = start_hub()
    hub.write_configuration(configuration)
    hub.signal(signal.SIGHUP)
    assert reason in hub.wait_for_log("configuration.rejected", level="error")["reason"]
    assert ask(hub) == "a b c"


def test_what_needs_a_restart_is_said(start_hub):
    hub = start_hub()
    hub.write_configuration({"providers": [simulated()], "port": 1, "log_level": "info", "request_timeout_ms": 5000})
    hub.signal(signal.SIGHUP)
    line = hub.wait_for_log("configuration.reloaded")
    assert line["needs_restart"] == "port"
    assert line["changed"] == "request_timeout_ms"
    assert ask(hub) == "a b c"


# Start and commands.


def test_version():
    answer = run_hub("version")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("connector-hub ")


@pytest.mark.parametrize("argument", ["help", "--help", "-h"])
def test_help(argument):
    answer = run_hub(argument)
    assert answer.returncode == 0
    for command in ("serve", "check-config", "health", "version"):
        assert command in answer.stdout


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["serv"], "did you mean serve?"),
        (["--prot", "1"], "did you mean --port?"),
        (["--port"], "needs a value"),
        (["serve", "again"], "again"),
    ],
)
def test_a_wrong_command_line(arguments, message):
    answer = run_hub(*arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert message in answer.stderr


def test_check_config_of_a_good_file(tmp_path):
    secret = "sk-never-to-be-printed"
    file = write(tmp_path, BASE_CONFIGURATION | {"openai_api_key": secret, "providers": [simulated()]})
    answer = run_hub("check-config", "--config", file)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "The configuration is valid." in answer.stdout
    assert "simulated: ready" in answer.stdout
    assert secret not in answer.stdout


def test_check_config_lists_every_mistake(tmp_path):
    file = write(tmp_path, "prot: 80\nport: no\nproviders:\n  - provider_id: A B\n")
    answer = run_hub("check-config", "--config", file)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "hub.yaml:1:" in answer.stderr and "port" in answer.stderr
    assert "hub.yaml:2:" in answer.stderr
    assert "hub.yaml:4:" in answer.stderr


def test_check_config_of_a_missing_file(tmp_path):
    answer = run_hub("check-config", "--config", str(tmp_path / "none.yaml"))
    assert answer.returncode == 1
    assert "none.yaml" in answer.stderr


@pytest.mark.parametrize("command", ["serve", "health"])
def test_other_commands_refuse_a_bad_configuration_too(tmp_path, command):
    answer = run_hub(command, "--config", write(tmp_path, "port: no\n"))
    assert answer.returncode == 1
    assert "hub.yaml:1:" in answer.stderr


def test_health_command(start_hub, tmp_path):
    hub = start_hub()
    file = write(tmp_path, BASE_CONFIGURATION | {"port": hub.port})
    assert run_hub("health", "--config", file).returncode == 0
    hub.stop()
    answer = run_hub("health", "--config", file)
    assert answer.returncode == 1


@pytest.mark.parametrize(
    "configuration, advice",
    [
        ({"host": "0.0.0.0", "auth_enabled": False}, ["auth_enabled", "127.0.0.1", "HUB_INSECURE=true"]),
        ({"host": "0.0.0.0", "auth_enabled": True}, ["HUB_ADMIN_KEY", "127.0.0.1", "HUB_INSECURE=true"]),
        ({"host": "::", "auth_enabled": False}, ["auth_enabled", "127.0.0.1", "HUB_INSECURE=true"]),
    ],
)
def test_an_open_hub_does_not_start(tmp_path, configuration, advice):
    answer = run_hub("serve", "--config", write(tmp_path, BASE_CONFIGURATION | configuration))
    assert answer.returncode == 1
    for words in advice:
        assert words in answer.stderr


def test_an_open_hub_starts_if_that_is_meant(start_hub):
    hub = start_hub({"host": "0.0.0.0"}, {"HUB_INSECURE": "true"})
    assert httpx.get(f"http://127.0.0.1:{hub.port}/health/live").status_code == 200


def test_a_port_that_is_taken(start_hub, tmp_path):
    hub = start_hub()
    answer = run_hub("serve", "--config", write(tmp_path, BASE_CONFIGURATION | {"port": hub.port}))
    assert answer.returncode == 1
    assert "in use" in answer.stderr.lower()


def test_options_and_variables_win_over_the_file(start_hub, tmp_path):
    hub = start_hub({"port": 1, "log_format": "text"}, {"PORT": "0", "LOG_FORMAT": "json"})
    assert ask(hub) == "a b c"
    hub.wait_for_log("request", status=200)


# The log.


def test_the_log_has_one_line_per_request_and_no_prompts(start_hub):
    hub = start_hub()
    with sdk(hub) as client:
        client.chat.completions.create(
            model="sim-chat",
            messages=[{"role": "user", "content": "ECHO:my secret words"}],
            extra_headers={"x-request-id": "order-4711", "authorization": "Bearer my-secret-key"},
        )
    line = hub.wait_for_log("request", request_id="order-4711")
    assert (line["method"], line["path"], line["status"]) == ("POST", "/v1/chat/completions", 200)
    assert (line["provider"], line["model"], line["attempts"]) == ("simulated", "sim-chat", 1)
    assert (line["prompt_tokens"], line["completion_tokens"]) == (3, 3)
    assert "secret" not in json.dumps(line)


def test_a_failed_request_is_logged_with_its_code(start_hub):
    hub = start_hub()
    httpx.get(f"{hub.url}/nowhere", headers={"x-request-id": "lost"})
    line = hub.wait_for_log("request", request_id="lost")
    assert (line["status"], line["error"]) == (404, "not_found")
