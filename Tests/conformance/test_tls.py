"""The hub behind its own certificate, and the key of a hub that has none."""

import signal
import socket
import ssl
import subprocess

import httpx
import openai
import pytest
from conftest import scripted, sdk
from hub_process import simulated


def make_certificate(folder, name="hub"):
    """A certificate of its own, and its key; returns both files."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    return certificate, key


def name_shown(hub) -> str:
    """Of the certificate that a new connection is shown."""
    context = ssl._create_unverified_context()
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as raw:
        with context.wrap_socket(raw) as connection:
            shown = ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True))
    text = subprocess.run(
        ["openssl", "x509", "-noout", "-subject"], input=shown, capture_output=True, text=True, check=True).stdout
    return text.strip().rsplit("= ", 1)[-1].removeprefix("CN=")


def test_a_hub_with_a_certificate_speaks_tls_and_nothing_else(start_hub, tmp_path):
    certificate, key = make_certificate(tmp_path)
    hub = start_hub({"tls_cert": str(certificate), "tls_key": str(key)})
    assert hub.url.startswith("https://")
    trusting = ssl.create_default_context(cafile=str(certificate))
    with httpx.Client(base_url=hub.url, verify=trusting) as client:
        assert client.get("/health/live").status_code == 200
        with sdk(hub, http_client=httpx.Client(verify=trusting)) as official:
            answer = official.chat.completions.create(
                model="sim-chat", messages=[{"role": "user", "content": "ECHO:hi"}])
    assert answer.choices[0].message.content == "hi"
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://127.0.0.1:{hub.port}/health/live", timeout=10)


def test_a_new_certificate_is_shown_after_a_reload(start_hub, tmp_path):
    first, second = make_certificate(tmp_path, "first"), make_certificate(tmp_path, "second")
    certificate, key = tmp_path / "used.pem", tmp_path / "used.key"
    certificate.write_bytes(first[0].read_bytes())
    key.write_bytes(first[1].read_bytes())
    hub = start_hub({"tls_cert": str(certificate), "tls_key": str(key)})
    assert name_shown(hub) == "first"
    certificate.write_bytes(second[0].read_bytes())
    key.write_bytes(second[1].read_bytes())
    hub.signal(signal.SIGHUP)
    hub.wait_for_log("configuration.reloaded")
    assert name_shown(hub) == "second"


def test_a_certificate_that_cannot_be_read_changes_nothing(start_hub, provider, tmp_path):
    certificate, key = make_certificate(tmp_path)
    files = {"tls_cert": str(certificate), "tls_key": str(key)}
    hub = start_hub(files)
    hub.write_configuration(files | {"providers": [simulated(), scripted(provider, "fresh")]})
    kept = certificate.read_bytes()
    certificate.write_text("no certificate")
    hub.signal(signal.SIGHUP)
    assert str(certificate) in hub.wait_for_log("configuration.rejected")["reason"]
    with httpx.Client(base_url=hub.url, verify=ssl.create_default_context(cadata=kept.decode())) as client:
        assert client.get("/v1/models/fresh/scripted-chat").status_code == 404


def test_a_hub_without_a_key_tells_one_at_its_start(start_hub):
    hub = start_hub({"auth_enabled": True})
    line = hub.wait_for_error_line("export HUB_KEY=")
    key = line.split("=", 1)[1]
    assert key.startswith("hub_") and len(key) == 47
    with sdk(hub, key) as client:
        assert client.models.list().data
    with pytest.raises(openai.AuthenticationError), sdk(hub, "hub_" + "0" * 43) as client:
        client.models.list()
    hub.signal(signal.SIGHUP)
    hub.wait_for_log("configuration.reloaded")
    with sdk(hub, key) as client:
        assert client.models.list().data
    other = start_hub({"auth_enabled": True})
    assert other.wait_for_error_line("export HUB_KEY=") != line
