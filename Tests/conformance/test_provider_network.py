"""The way to providers: through a proxy, and to servers whose certificates an authority of one's own made."""

import http.server
import json
import ssl
import threading

import pytest
from conftest import sdk
from hub_process import HubProcess, run_hub, simulated
from scripted_provider import completion, whole
from test_tls import make_certificate

QUESTION = [{"role": "user", "content": "Hello"}]


def configuration(url: str, **settings) -> dict:
    config = {"base_url": url, "api_key": "upstream-key", "models": [{"id": "far"}]}
    return {"providers": [simulated(), {"provider_id": "far", "kind": "compatible", "config": config}]} | settings


@pytest.fixture
def secure_provider(tmp_path):
    """The URL of a provider with a certificate that no system trusts, and the certificate's file."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps(completion("Hi, in secret")).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    certificate, key = make_certificate(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/v1", certificate
    server.shutdown()
    server.server_close()


def test_calls_go_through_the_configured_proxy(start_hub, provider):
    proxy = provider.url.removesuffix("/v1").replace("://", "://user:secret@")
    hub = start_hub(configuration("http://nowhere.invalid/v1", provider_proxy=proxy))
    exchange = provider.play(whole(completion("Hi from afar")))
    with sdk(hub) as client:
        answer = client.chat.completions.create(model="far/far", messages=QUESTION)
    assert answer.choices[0].message.content == "Hi from afar"
    assert exchange.path == "http://nowhere.invalid/v1/chat/completions"
    assert exchange.headers["proxy-authorization"].startswith("Basic ")


def test_a_proxy_of_the_environment_is_not_asked(start_hub, provider):
    dead = "http://127.0.0.1:1"
    environment = {name: dead for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")}
    hub = start_hub(configuration(provider.url), environment)
    provider.play(whole(completion("Hi")))
    with sdk(hub) as client:
        assert client.chat.completions.create(model="far/far", messages=QUESTION).choices[0].message.content == "Hi"


def test_an_authority_of_ones_own_is_trusted_where_it_is_named(start_hub, secure_provider):
    url, certificate = secure_provider
    with sdk(start_hub(configuration(url, provider_ca=str(certificate)))) as client:
        answer = client.chat.completions.create(model="far/far", messages=QUESTION)
    assert answer.choices[0].message.content == "Hi, in secret"
    with sdk(start_hub(configuration(url))) as client, pytest.raises(Exception) as failure:
        client.chat.completions.create(model="far/far", messages=QUESTION)
    assert (failure.value.status_code, failure.value.code) == (502, "provider_unreachable")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_authorities_is_told_at_the_start(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(AssertionError, match="provider_ca"):
        HubProcess(tmp_path, configuration("https://127.0.0.1:1/v1", provider_ca=str(file)))


def test_the_proxys_password_is_not_shown(tmp_path):
    file = tmp_path / "hub.yaml"
    file.write_text(json.dumps({"provider_proxy": "http://user:secret@proxy:3128"}))
    answer = run_hub("check-config", "--config", str(file))
    assert answer.returncode == 0 and "proxy:3128" in answer.stdout
    assert "secret" not in answer.stdout + answer.stderr
