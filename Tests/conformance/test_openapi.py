"""openapi.yaml describes what is served, and nothing else."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "openapi.yaml").read_text()
DESCRIPTION = yaml.safe_load(DOCUMENT)
OPERATIONS = [
    (method, path, operation) for path, item in DESCRIPTION["paths"].items() for method, operation in item.items()
]


def routes() -> set[tuple[str, str]]:
    """The methods and paths that the hub's sources name."""
    source = (ROOT / "Sources/Service/Endpoints/Routes.swift").read_text()
    # Functions there make those that are alike.
    source = re.sub(r"func post\(.*?\n        }\n|func completion\(.*?\n    }\n", "", source, flags=re.DOTALL)
    source = re.sub(r'\b(post|completion)\("([^"]+)",', r'Route("\2", .post', source)
    found = set()
    for route in re.split(r"\bRoute\(", source)[1:]:
        path, methods = re.match(r'\s*"([^"]+)"', route), re.findall(r"\.(get|post|delete)\b", route)
        assert path and methods, "a route that this test cannot read"
        found |= {(method, path[1].replace("...", "")) for method in methods}
    return found


def test_the_document_is_valid():
    OpenAPIV31SpecValidator(DESCRIPTION).validate()


def test_it_names_the_routes_of_the_sources():
    assert {(method, path) for method, path, _ in OPERATIONS} == routes()


@pytest.mark.parametrize("method, path, _", OPERATIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_each_route_is_served(http, method, path, _):
    path = path.replace("{providerId}", "simulated").replace("{id}", "sim-chat").replace("{model}", "sim-chat")
    answer = http.request(method.upper(), path)
    assert answer.status_code != 405
    # What an id does not name is not found either, but by its route.
    assert "there is nothing at" not in answer.text


def test_operations_have_names_and_summaries():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] and operation["tags"] for _, _, operation in OPERATIONS)


def test_every_component_is_used():
    for kind in ("schemas", "responses", "parameters", "headers"):
        for name in DESCRIPTION["components"][kind]:
            assert f"'#/components/{kind}/{name}'" in DOCUMENT, f"{kind}/{name} is not used"


def test_every_error_code_of_the_sources_is_listed():
    source = (ROOT / "Sources/Dialects/Canonical/ErrorCode.swift").read_text()
    cases = re.findall(r'^    case (\w+)(?: = "(\w+)")?$', source, re.MULTILINE)
    codes = {value or name for name, value in cases} - {"aborted"}
    assert set(DESCRIPTION["components"]["schemas"]["ErrorCode"]["enum"]) == codes


@pytest.mark.parametrize("path", ["/openapi.yaml", "/docs/openapi.yaml"])
def test_the_hub_serves_the_document(http, path):
    answer = http.get(path)
    assert answer.text == DOCUMENT
    assert answer.headers["content-type"] == "application/yaml"


def test_its_version_is_the_hubs(http):
    assert http.get("/health").json()["version"] == DESCRIPTION["info"]["version"]


# Examples and answers fit their schemas.

QUESTION = {"model": "sim-chat", "messages": [{"role": "user", "content": "ECHO:a b"}], "stream": True}
PROMPT = {"model": "sim-chat", "prompt": "ECHO:a b", "stream": True}
TOOL = {"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required"}
USAGE = {"stream_options": {"include_usage": True}}


def check(value, schema: dict):
    jsonschema.Draft202012Validator(schema | {"components": DESCRIPTION["components"]}).validate(value)


def examples() -> list:
    """Each example of a body, with the schema it is an example of."""
    out = []
    for _, _, operation in OPERATIONS:
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        bodies += [response for response in operation["responses"].values() if "$ref" not in response]
        for body in bodies + list(DESCRIPTION["components"]["responses"].values()):
            for media_type, media in body["content"].items():
                for name, example in media.get("examples", {}).items():
                    if media_type == "application/json":
                        out.append(pytest.param(example["value"], media["schema"], id=f"{operation['operationId']}-{name}"))
    return out


@pytest.mark.parametrize("value, schema", examples())
def test_examples_fit_their_schemas(value, schema):
    check(value, schema)


@pytest.mark.parametrize(
    "path, body, schema",
    [
        ("/v1/chat/completions", QUESTION, "ChatCompletionChunk"),
        ("/v1/chat/completions", QUESTION | USAGE, "ChatCompletionChunk"),
        ("/v1/chat/completions", QUESTION | TOOL, "ChatCompletionChunk"),
        ("/v1/completions", QUESTION, "CompletionChunk"),
        ("/v1/completions", QUESTION | TOOL, "CompletionChunk"),
        ("/v1/providers/simulated/chat", QUESTION, "CompletionChunk"),
        ("/v1/completions", PROMPT, "TextCompletionChunk"),
        ("/v1/completions", PROMPT | USAGE, "TextCompletionChunk"),
    ],
)
@pytest.mark.parametrize("metadata", ["true", "false"])
def test_chunks_fit_their_schema(http, path, body, schema, metadata):
    text = http.post(path, json=body, headers={"x-hub-metadata": metadata}).text
    *chunks, end, rest = [event.removeprefix("data: ") for event in text.split("\n\n")]
    assert (end, rest) == ("[DONE]", "")
    for one in chunks:
        check(json.loads(one), {"$ref": f"#/components/schemas/{schema}"})


@pytest.mark.parametrize(
    "path, body, schema",
    [
        ("/v1/chat/completions", QUESTION, "OpenAIError"),
        ("/v1/completions", QUESTION, "HubError"),
        ("/v1/completions", PROMPT, "HubError"),
    ],
)
@pytest.mark.parametrize("fault", ["rate_limit", "server_error", "auth", "timeout", "disconnect"])
def test_errors_fit_their_schema(http, path, body, schema, fault):
    for streamed in (True, False):
        answer = http.post(path, json=body | {"stream": streamed}, headers={"x-hub-sim": f"fault={fault}"})
        assert answer.status_code >= 400
        check(answer.json(), {"$ref": f"#/components/schemas/{schema}"})
