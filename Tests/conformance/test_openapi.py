"""openapi.yaml describes what is served, and nothing else."""

import re
from pathlib import Path

import httpx
import pytest
import schemathesis
import yaml
from conftest import BINARY
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.generation import GenerationMode

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "openapi.yaml").read_text()
DESCRIPTION = yaml.safe_load(DOCUMENT)
OPERATIONS = [
    (method, path, operation) for path, item in DESCRIPTION["paths"].items() for method, operation in item.items()
]


def routes() -> set[tuple[str, str]]:
    """The methods and paths that the hub's sources name."""
    source = (ROOT / "Sources/Service/Endpoints/Routes.swift").read_text()
    found = re.findall(r'Route\(\s*"([^"]+)"[^()]*\(\.(\w+),', source)
    assert len(found) == len(re.findall(r"\bRoute\(", source)), "a route that this test cannot read"
    return {(method, path.replace("...", "")) for path, method in found}


def test_the_document_is_valid():
    OpenAPIV31SpecValidator(DESCRIPTION).validate()


def test_it_names_the_routes_of_the_sources():
    assert {(method, path) for method, path, _ in OPERATIONS} == routes()


@pytest.mark.parametrize("method, path, _", OPERATIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_each_route_is_served(http, method, path, _):
    path = path.replace("{providerId}", "simulated").replace("{id}", "sim-chat")
    assert http.request(method.upper(), path).status_code not in (404, 405)


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
