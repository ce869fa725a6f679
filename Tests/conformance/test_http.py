"""HTTP itself: methods, paths, media types, limits, connections and CORS."""

import gzip
import json
import os
import resource
import socket
import time
from pathlib import Path

import httpx
import pytest
from conftest import sdk

CHAT = "/v1/chat/completions"
UNIFIED = "/v1/completions"
REQUEST = {"model": "sim-chat", "messages": [{"role": "user", "content": "ECHO:x"}]}
MAXIMUM_BODY_BYTES = 10_485_760

POST_PATHS = [CHAT, UNIFIED, "/v1/providers/simulated/chat"]
GET_PATHS = [
    "/v1/models",
    "/v1/models/sim-chat",
    "/health",
    "/health/live",
    "/health/ready",
    "/ready",
    "/metrics",
    "/openapi.yaml",
    "/docs/openapi.yaml",
]


def is_openai_form(path: str) -> bool:
    return path == CHAT or path.startswith("/v1/models")


def check_error(answer, status: int, code: str, openai_form: bool):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    if openai_form:
        assert set(error) == {"message", "type", "param", "code"}
    else:
        assert error["requestId"] == answer.headers["x-request-id"]
        assert error["retryable"] == (answer.headers["x-should-retry"] == "true")


def exchange(hub, request: bytes, half_close: bool = False) -> bytes:
    """Everything the hub sends until it closes the connection."""
    with socket.create_connection(("127.0.0.1", hub.port), timeout=20) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


# Methods and paths.


@pytest.mark.parametrize("path", POST_PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_wrong_method_of_a_post_path(http, method, path):
    answer = http.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, OPTIONS"
    if method != "HEAD":
        check_error(answer, 405, "method_not_allowed", is_openai_form(path))


@pytest.mark.parametrize("path", GET_PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_wrong_method_of_a_get_path(http, method, path):
    answer = http.request(method, path)
    check_error(answer, 405, "method_not_allowed", is_openai_form(path))
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["get", "BREW", "TRACE", "PROPFIND"])
def test_unknown_methods(hub, method):
    received = exchange(hub, f"{method} /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 405 ")
    assert b"allow: GET, HEAD, OPTIONS" in received


@pytest.mark.parametrize("path", GET_PATHS)
def test_head_has_the_headers_of_get_and_no_body(http, path):
    got, head = http.get(path), http.head(path)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/v1/chat", "/v1/completions/", "/v1/completions/x", "/V1/models", "/v1//models", "/health/"]
    + ["/v1/models/", "/v1/providers//chat", "/v1/providers/a/b/chat", "/metrics/x", "/openapi.json", "/%76%31/models"],
)
def test_unknown_path(http, path):
    answer = http.get(path)
    check_error(answer, 404, "not_found", is_openai_form(path))
    assert http.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/health/live?verbose=1", "/v1/models?limit=1"])
def test_a_query_is_ignored(http, path):
    assert http.get(path).status_code == 200


# Bodies.


@pytest.mark.parametrize("path", POST_PATHS)
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_media_types(http, path, media_type):
    answer = http.post(path, content=b"{}", headers={"content-type": media_type})
    check_error(answer, 415, "unsupported_media_type", is_openai_form(path))


def test_gzip_bodies(http):
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = http.post(CHAT, content=gzip.compress(json.dumps(REQUEST).encode()), headers=headers)
    assert answer.status_code == 200
    check_error(http.post(CHAT, content=b"{}", headers=headers), 400, "invalid_request", True)


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd"])
def test_other_codings(http, coding):
    headers = {"content-type": "application/json", "content-encoding": coding}
    answer = http.post(CHAT, content=b"{}", headers=headers)
    check_error(answer, 415, "unsupported_media_type", True)
    assert answer.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json", None]
)
def test_json_by_any_name(http, media_type):
    headers = {"content-type": media_type} if media_type else {}
    assert http.post(CHAT, content=json.dumps(REQUEST), headers=headers).status_code == 200


@pytest.mark.parametrize("path", POST_PATHS)
def test_a_body_that_is_too_large(http, path):
    answer = http.post(path, content=b" " * (MAXIMUM_BODY_BYTES + 1), headers={"content-type": "application/json"})
    check_error(answer, 413, "payload_too_large", is_openai_form(path))
    assert http.post(path, json=REQUEST).status_code == 200


def test_a_body_of_unknown_length_that_is_too_large(http):
    parts = (b" " * 65536 for _ in range(MAXIMUM_BODY_BYTES // 65536 + 1))
    answer = http.post(CHAT, content=parts, headers={"content-type": "application/json"})
    check_error(answer, 413, "payload_too_large", True)


def test_the_largest_body_is_taken(http):
    body = json.dumps(REQUEST).encode()
    body += b" " * (MAXIMUM_BODY_BYTES - len(body))
    assert http.post(CHAT, content=body, headers={"content-type": "application/json"}).status_code == 200


def test_a_body_in_chunks(http):
    body = json.dumps(REQUEST).encode()
    parts = (body[start : start + 5] for start in range(0, len(body), 5))
    answer = http.post(CHAT, content=parts, headers={"content-type": "application/json"})
    assert answer.json()["choices"][0]["message"]["content"] == "x"


@pytest.mark.parametrize("path", GET_PATHS)
def test_get_with_a_body_is_refused(http, path):
    answer = http.request("GET", path, content=b"{}", headers={"content-type": "application/json"})
    check_error(answer, 413, "payload_too_large", is_openai_form(path))


def test_a_client_that_waits_for_100_continue(hub):
    body = json.dumps(REQUEST).encode()
    head = (
        f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n"
        f"expect: 100-continue\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", hub.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


# What is not HTTP, or more than the hub takes.

MALFORMED = {
    "no host": (b"GET /health/live HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
    "space before the colon": (b"GET /health/live HTTP/1.1\r\nhost : a\r\n\r\n", 400),
    "folded": (b"GET /health/live HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n", 400),
    "null byte": (b"GET /health/live HTTP/1.1\r\nhost: a\r\nx: a\x00b\r\n\r\n", 400),
    "space in the target": (b"GET /health live HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    "length and chunked": (
        b"POST /v1/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
        400,
    ),
    "two lengths": (b"POST /v1/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}", 400),
    "signed length": (b"POST /v1/completions HTTP/1.1\r\nhost: a\r\ncontent-length: +2\r\n\r\n{}", 400),
    "bad chunk": (b"POST /v1/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", 400),
    "other coding": (b"POST /v1/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n", 501),
    "version": (b"GET /health/live HTTP/3.0\r\nhost: a\r\n\r\n", 505),
    "expectation": (b"POST /v1/completions HTTP/1.1\r\nhost: a\r\nexpect: luck\r\ncontent-length: 2\r\n\r\n{}", 417),
    "long target": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nhost: a\r\n\r\n", 414),
    "large head": (b"GET /health/live HTTP/1.1\r\nhost: a\r\nx: " + b"a" * 40_000 + b"\r\n\r\n", 431),
    "many fields": (b"GET /health/live HTTP/1.1\r\nhost: a\r\n" + b"x: a\r\n" * 200 + b"\r\n", 431),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n", 400),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_answered_and_closed(hub, name):
    request, status = MALFORMED[name]
    received = exchange(hub, request)
    head, body = received.split(b"\r\n\r\n", 1)
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"connection: close" in head.lower()
    error = json.loads(body)["error"]
    assert error["code"] and error["message"] and error["requestId"]


# Connections.


def test_a_connection_serves_many_requests(hub):
    with httpx.Client(base_url=hub.url, limits=httpx.Limits(max_connections=1)) as client:
        streams = set()
        for path, status in [("/health/live", 200), ("/nowhere", 404), (CHAT, 405), ("/v1/models/x", 404)] * 3:
            answer = client.get(path)
            assert answer.status_code == status
            streams.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(streams) == 1


def test_a_connection_goes_on_after_a_body_that_nobody_wants(hub):
    requests = [
        ({"url": "/nowhere", "json": REQUEST}, 404),
        ({"url": "/health", "json": REQUEST}, 405),
        ({"url": CHAT, "data": {"model": "sim-chat"}}, 415),
        ({"url": "/v1/batches", "content": b"{" + b" " * 65_535, "headers": {"content-type": "text/x"}}, 415),
        ({"url": CHAT, "json": REQUEST}, 200),
    ]
    with httpx.Client(base_url=hub.url, limits=httpx.Limits(max_connections=1)) as client:
        streams = set()
        for request, status in requests * 2:
            answer = client.post(**request)
            assert answer.status_code == status
            streams.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(streams) == 1


def test_a_connection_goes_on_after_a_stream(hub):
    with httpx.Client(base_url=hub.url, limits=httpx.Limits(max_connections=1)) as client:
        first = client.post(CHAT, json=REQUEST | {"stream": True})
        second = client.post(CHAT, json=REQUEST)
        addresses = {
            answer.extensions["network_stream"].get_extra_info("client_addr") for answer in (first, second)
        }
        assert first.text.endswith("data: [DONE]\n\n")
        assert (second.status_code, len(addresses)) == (200, 1)


def test_pipelined_requests_are_answered_in_order(hub):
    def request(text: str, last: bool = False) -> bytes:
        body = json.dumps(REQUEST | {"messages": [{"role": "user", "content": f"ECHO:{text}"}]}).encode()
        connection = "connection: close\r\n" if last else ""
        head = f"POST {CHAT} HTTP/1.1\r\nhost: x\r\n{connection}content-type: application/json\r\n"
        return head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body

    received = exchange(hub, request("one") + request("two") + request("three", last=True))
    positions = [received.index(f'"content":"{text}"'.encode()) for text in ("one", "two", "three")]
    assert positions == sorted(positions)
    assert received.count(b"HTTP/1.1 200 ") == 3


def test_a_hub_out_of_descriptors_goes_on_and_does_not_spin(start_hub):
    hub = start_hub({"reactors": 1})
    process = hub.process.pid
    with httpx.Client(base_url=hub.url) as client:
        assert client.get("/health/live").status_code == 200
        descriptors = [int(name) for name in os.listdir(f"/proc/{process}/fd")]
        # Room for a few more connections: descriptors are given from below.
        resource.prlimit(process, resource.RLIMIT_NOFILE, (max(descriptors) + 3, max(descriptors) + 3))
        waiting = [socket.create_connection(("127.0.0.1", hub.port), timeout=20) for _ in range(60)]
        try:
            ticks = processor_ticks(process)
            time.sleep(1)
            assert processor_ticks(process) - ticks < os.sysconf("SC_CLK_TCK") / 2
            assert client.get("/health/live").status_code == 200
            # As those before them leave, the others are let in.
            for connection in waiting:
                connection.sendall(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
                connection.close()
        finally:
            for connection in waiting:
                connection.close()
        assert httpx.get(f"{hub.url}/health/live").status_code == 200


def processor_ticks(process: int) -> int:
    """What a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_http_1_0_closes_after_the_answer(hub):
    received = exchange(hub, b"GET /health/live HTTP/1.0\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b'"alive":true' in received


def test_http_1_0_gets_a_stream_without_chunks(hub):
    body = json.dumps(REQUEST | {"stream": True}).encode()
    head = f"POST {CHAT} HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    received = exchange(hub, head.encode() + body)
    assert b"transfer-encoding" not in received.lower()
    assert received.endswith(b"data: [DONE]\n\n")


def test_a_client_that_sends_no_more_still_gets_its_answer(hub):
    body = json.dumps(REQUEST).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    received = exchange(hub, head.encode() + body, half_close=True)
    assert b'"content":"x"' in received


# Browsers.

ORIGIN = "https://app.example.com"


@pytest.mark.parametrize("path", [CHAT, "/v1/models", "/health"])
def test_options_without_an_origin(http, path):
    answer = http.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "OPTIONS" in answer.headers["allow"]
    assert "access-control-allow-origin" not in answer.headers


def test_options_of_the_hub_as_a_whole(hub):
    received = exchange(hub, b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 204 ")
    assert b"\r\nallow: POST, GET, DELETE, HEAD, OPTIONS\r\n" in received


@pytest.mark.parametrize("path", [CHAT, "*"])
def test_a_request_for_options_has_its_line_in_the_log(hub, path):
    text = f"OPTIONS {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-request-id: options-{len(path)}\r\n\r\n"
    exchange(hub, text.encode())
    line = hub.wait_for_log("request", request_id=f"options-{len(path)}")
    assert (line["method"], line["path"], line["status"]) == ("OPTIONS", path, 204)


def test_preflight(http):
    headers = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, x-stainless-os",
    }
    answer = http.options(CHAT, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == headers["access-control-request-headers"]
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", CHAT, REQUEST),
        ("POST", CHAT, REQUEST | {"stream": True}),
        ("POST", CHAT, {}),
        ("POST", UNIFIED, REQUEST),
        ("GET", "/v1/models", None),
        ("GET", "/v1/models/nobody", None),
        ("GET", CHAT, None),
        ("GET", "/nowhere", None),
    ],
)
def test_answers_may_be_read_by_a_permitted_page(http, method, path, body):
    answer = http.request(method, path, json=body, headers={"origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example.com", f"{ORIGIN}.evil.com", "null", ORIGIN.upper()])
def test_no_other_page_may_read(http, origin):
    assert "access-control-allow-origin" not in http.get("/v1/models", headers={"origin": origin}).headers
    headers = {"origin": origin, "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in http.options(CHAT, headers=headers).headers


def test_without_configuration_no_page_may_read(locked_hub):
    answer = httpx.get(f"{locked_hub.url}/health", headers={"origin": ORIGIN})
    assert "access-control-allow-origin" not in answer.headers


def test_every_page_may_read_if_configured(start_hub):
    hub = start_hub({"cors_origin": ["*"]})
    answer = httpx.get(f"{hub.url}/health", headers={"origin": "https://any.example.com"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_preflight_needs_no_key(locked_hub):
    assert httpx.options(f"{locked_hub.url}{CHAT}").status_code == 204


# Keys.


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/ready", "/metrics", "/openapi.yaml"])
def test_open_paths_need_no_key(locked_hub, path):
    assert httpx.get(locked_hub.url + path).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/sim-chat"])
def test_models_need_a_key(locked_hub, path):
    check_error(httpx.get(locked_hub.url + path), 401, "missing_credential", True)


@pytest.mark.parametrize("path", POST_PATHS)
def test_completions_need_a_key(locked_hub, path):
    answer = httpx.post(locked_hub.url + path, json=REQUEST, headers={"x-api-key": "wrong"})
    code = "invalid_api_key" if path == CHAT else "invalid_credential"
    check_error(answer, 401, code, path == CHAT)


def test_the_client_is_not_told_which_keys_exist(locked_hub):
    with sdk(locked_hub, "hub_admin-key-for-the-test") as client, pytest.raises(Exception) as failure:
        client.models.list()
    assert "admin" not in str(failure.value)
