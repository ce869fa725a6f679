"""Requests generated from openapi.yaml: good ones and bad ones, all answered as it says."""

from pathlib import Path

import pytest
import schemathesis
import yaml
from hub_process import HubProcess, simulated
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES_PER_OPERATION = 150
SEED = 20260101

KEY = "hub_key-for-generated-requests"

CONFIG = schemathesis.Config.from_dict(
    {
        "seed": SEED,
        "generation": {
            "deterministic": True,
            "database": "none",
            "with-security-parameters": False,
            # The hub leaves headers and queries that it does not know to others.
            "allow-extra-parameters": False,
        },
        # Rules between fields, headers and path are beyond the schema: what it permits may still be refused.
        "checks": {"positive_data_acceptance": {"enabled": False}},
    }
)
API = schemathesis.openapi.from_dict(yaml.safe_load((ROOT / "openapi.yaml").read_text()), config=CONFIG)

# Nothing is answered in so few milliseconds for sure: 504 would be right, and depend on the machine.
DEADLINE = "x-hub-timeout-ms"
SHORT_DEADLINES = {str(milliseconds) for milliseconds in range(1, 1000)}


@pytest.fixture(scope="module")
def any_model_hub(tmp_path_factory):
    """Every model is served, so that generated requests get beyond their model's name."""
    configuration = {
        "auth_enabled": True,
        "hub_admin_key": KEY,
        "providers": [simulated()],
        "default_provider": "simulated",
    }
    with HubProcess(tmp_path_factory.mktemp("fuzzed"), configuration) as hub:
        yield hub


@API.parametrize()
@settings(max_examples=EXAMPLES_PER_OPERATION, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_requests(case, any_model_hub):
    if case.headers and case.headers.get(DEADLINE) in SHORT_DEADLINES:
        case.headers[DEADLINE] = "10000"
    headers = {"authorization": f"Bearer {KEY}"}
    response = case.call(base_url=any_model_hub.url, timeout=20, headers=headers)
    case.validate_response(response, headers=headers)
