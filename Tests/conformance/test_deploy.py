"""The Kubernetes manifests are valid for the versions named here, and agree with each other and with the image."""

import json
import os
import re
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "deploy" / "kubernetes"
# The oldest version with the preStop sleep, and the newest whose schemas are known.
KUBERNETES_VERSIONS = ["1.30", kubernetes_validate.latest_version()]
DRAIN_SECONDS = 30

RESOURCES = {
    path.name: document
    for path in sorted(MANIFESTS.glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for document in [yaml.safe_load(path.read_text())]
}


def resource(kind: str, name: str = "connector-hub") -> dict:
    found = [one for one in RESOURCES.values() if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    assert len(found) == 1, f"{len(found)} resources {kind} {name}"
    return found[0]


def pod() -> dict:
    return resource("Deployment")["spec"]["template"]["spec"]


def container() -> dict:
    (only,) = pod()["containers"]
    return only


def container_ports() -> dict[str, int]:
    return {port["name"]: port["containerPort"] for port in container()["ports"]}


def dockerfile(instruction: str) -> str:
    """Arguments of the last such instruction of the Dockerfile."""
    lines = re.findall(rf"^{instruction} (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert lines, f"no {instruction} in the Dockerfile"
    return lines[-1]


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("file", RESOURCES)
def test_manifest_matches_the_schema(file: str, version: str):
    kubernetes_validate.validate(RESOURCES[file], version, strict=True)


def test_the_check_itself_refuses_an_unknown_field():
    broken = yaml.safe_load(yaml.safe_dump(resource("Deployment")))
    broken["spec"]["template"]["spec"]["containers"][0]["redinessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, KUBERNETES_VERSIONS[0], strict=True)


def test_kustomization_lists_every_manifest():
    kustomization = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
    assert sorted(kustomization["resources"]) == sorted(RESOURCES)


def test_kustomization_names_the_image_of_the_deployment():
    kustomization = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
    assert container()["image"] in [image["name"] for image in kustomization["images"]]


@pytest.mark.parametrize("file", [file for file, one in RESOURCES.items() if one["kind"] != "Namespace"])
def test_manifest_is_in_the_namespace(file: str):
    assert RESOURCES[file]["metadata"]["namespace"] == resource("Namespace")["metadata"]["name"]


@pytest.mark.parametrize(
    "selector",
    [
        pytest.param(lambda: resource("Deployment")["spec"]["selector"]["matchLabels"], id="Deployment"),
        pytest.param(lambda: resource("Service")["spec"]["selector"], id="Service"),
        pytest.param(lambda: resource("Service", "connector-hub-metrics")["spec"]["selector"], id="metrics Service"),
        pytest.param(
            lambda: resource("PodDisruptionBudget")["spec"]["selector"]["matchLabels"], id="PodDisruptionBudget"
        ),
        pytest.param(lambda: resource("NetworkPolicy")["spec"]["podSelector"]["matchLabels"], id="NetworkPolicy"),
        *(
            pytest.param(lambda spread=spread: spread["labelSelector"]["matchLabels"], id=spread["topologyKey"])
            for spread in pod()["topologySpreadConstraints"]
        ),
    ],
)
def test_selector_matches_the_pods(selector):
    labels = resource("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert selector() and selector().items() <= labels.items()


@pytest.mark.parametrize(
    "probe, path",
    [("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready")],
)
def test_probe_asks_the_port_the_hub_serves(probe: str, path: str):
    request = container()[probe]["httpGet"]
    assert request == {"path": path, "port": "http"}
    assert request["port"] in container_ports()


@pytest.mark.parametrize("service, port", [("connector-hub", 80), ("connector-hub-metrics", 9090)])
def test_service_leads_to_a_container_port(service: str, port: int):
    (served,) = resource("Service", service)["spec"]["ports"]
    assert served["port"] == port
    assert served["targetPort"] in container_ports()


def test_only_the_api_is_reachable_from_outside():
    types = {one["metadata"]["name"]: one["spec"]["type"] for one in RESOURCES.values() if one["kind"] == "Service"}
    assert types == {"connector-hub": "LoadBalancer", "connector-hub-metrics": "ClusterIP"}


def test_autoscaler_scales_the_deployment():
    autoscaler = resource("HorizontalPodAutoscaler")["spec"]
    deployment = resource("Deployment")
    target = {
        "apiVersion": deployment["apiVersion"],
        "kind": deployment["kind"],
        "name": deployment["metadata"]["name"],
    }
    assert autoscaler["scaleTargetRef"] == target
    assert (autoscaler["minReplicas"], autoscaler["maxReplicas"]) == (3, 20)
    assert "cpu" in container()["resources"]["requests"], "utilisation is measured against the request"


def test_as_many_replicas_as_the_autoscaler_keeps():
    assert resource("Deployment")["spec"]["replicas"] == 3


def test_resources_hold_the_hub_and_its_ledger():
    resources = container()["resources"]
    assert resources["requests"] == {"cpu": "1", "memory": "128Mi"}
    # No limit of CPU: it would stop every stream of the hub for the rest of a period.
    assert set(resources["limits"]) == {"memory"}
    # Volumes in memory count, and 10,000 connections take 60 MB.
    in_memory = [one["emptyDir"]["sizeLimit"] for one in pod()["volumes"] if one.get("emptyDir", {}).get("medium")]
    taken = sum(int(size.removesuffix("Mi")) for size in in_memory)
    assert int(resources["limits"]["memory"].removesuffix("Mi")) == 640 >= taken + 256


def test_a_roll_out_never_takes_a_replica_away_first():
    assert resource("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_grace_period_covers_pause_and_drain():
    pause = container()["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod()["terminationGracePeriodSeconds"] > pause + DRAIN_SECONDS


def test_referenced_secret_keys_exist():
    references = [one["valueFrom"]["secretKeyRef"] for one in container()["env"] if "valueFrom" in one]
    assert references
    for reference in references:
        assert reference["key"] in resource("Secret", reference["name"])["stringData"]


def test_no_secret_has_a_value():
    assert set(resource("Secret")["stringData"].values()) == {""}


def test_every_mount_has_a_volume():
    volumes = {volume["name"] for volume in pod()["volumes"]}
    assert {mount["name"] for mount in container()["volumeMounts"]} == volumes


def test_configuration_is_mounted_where_the_hub_reads_it():
    (mount,) = [mount for mount in container()["volumeMounts"] if mount["name"] == "config"]
    (volume,) = [volume for volume in pod()["volumes"] if volume["name"] == "config"]
    (path,) = [one["value"] for one in container()["env"] if one["name"] == "HUB_CONFIG"]
    files = resource("ConfigMap", volume["configMap"]["name"])["data"]
    assert path in [f"{mount['mountPath']}/{file}" for file in files]


def test_the_ledger_is_in_memory_and_fits_its_volume():
    configuration = yaml.safe_load(resource("ConfigMap")["data"]["hub.yaml"])
    mounts = container()["volumeMounts"]
    (name,) = [one["name"] for one in mounts if configuration["ledger_directory"].startswith(one["mountPath"] + "/")]
    (volume,) = [one["emptyDir"] for one in pod()["volumes"] if one["name"] == name]
    assert volume["medium"] == "Memory"
    assert configuration["ledger_journal_max_bytes"] < int(volume["sizeLimit"].removesuffix("Mi")) << 20


def test_configuration_listens_on_the_container_ports():
    configuration = yaml.safe_load(resource("ConfigMap")["data"]["hub.yaml"])
    assert configuration["host"] == "0.0.0.0"
    assert configuration["port"] == container_ports()["http"]
    assert configuration["metrics_port"] == container_ports()["metrics"]
    assert configuration["auth_enabled"] is True


@pytest.mark.skipif("HUB_BINARY" not in os.environ, reason="HUB_BINARY names no hub to ask")
def test_the_hub_accepts_the_configuration(tmp_path: Path):
    file = tmp_path / "hub.yaml"
    file.write_text(resource("ConfigMap")["data"]["hub.yaml"])
    command = [os.environ["HUB_BINARY"], "check-config", "--config", file]
    environment = {"HUB_ENV": "production", "HUB_ADMIN_KEY": "for-this-test-only"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=10)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_network_policy_admits_the_container_ports():
    rules = resource("NetworkPolicy")["spec"]["ingress"]
    assert {port["port"] for rule in rules for port in rule["ports"]} == set(container_ports().values())


def test_network_policy_lets_out_to_names_providers_and_stores_only():
    policy = resource("NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    names, providers, *stores = policy["egress"]
    assert {(port["protocol"], port["port"]) for port in names["ports"]} == {("UDP", 53), ("TCP", 53)}
    assert [port["port"] for port in providers["ports"]] == [443]
    blocks = {one["ipBlock"]["cidr"]: one["ipBlock"]["except"] for one in providers["to"]}
    # Not where clouds keep the credentials of machines.
    assert blocks == {"0.0.0.0/0": ["169.254.0.0/16"], "::/0": ["fe80::/10"]}
    assert [port["port"] for rule in stores for port in rule["ports"]] == [5432, 6379]
    assert all(rule["to"] == [{"namespaceSelector": {}}] for rule in stores)


def test_pods_meet_the_restricted_standard():
    security = container()["securityContext"]
    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}


def test_the_image_is_built_with_every_folder_of_the_package():
    """The package does not build where the folder of one of its targets is missing."""
    folders = set(re.findall(r'path: "([^"]+)"', (ROOT / "Package.swift").read_text()))
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert folders, "Package.swift names no folder"
    assert [one for one in folders if not any(one == top or one.startswith(top + "/") for top in kept)] == []


def test_image_exposes_the_container_ports():
    assert {int(port) for port in dockerfile("EXPOSE").split()} == set(container_ports().values())


def test_image_runs_as_a_numeric_uid_other_than_root():
    uid, group = dockerfile("USER").split(":")
    assert int(uid) > 0
    assert int(group) == 0, "OpenShift runs any uid in group 0"


def test_image_asks_itself_whether_it_is_healthy():
    options, command = re.fullmatch(r"(.*) CMD (\[.*\])", dockerfile("HEALTHCHECK")).groups()
    assert json.loads(command) == [*json.loads(dockerfile("ENTRYPOINT")), "health"]
    seconds = {name: int(value) for name, value in re.findall(r"--(\S+?)=(\d+)s?\b", options)}
    assert seconds == {"interval": 10, "timeout": 3, "start-period": 5, "retries": 3}


@pytest.mark.skipif("HUB_BINARY" not in os.environ, reason="HUB_BINARY names no hub to ask")
def test_the_hub_knows_the_command_that_the_image_asks_with():
    *_, command = json.loads(re.search(r"CMD (\[.*\])", dockerfile("HEALTHCHECK"))[1])
    answer = subprocess.run([os.environ["HUB_BINARY"], command], env={"PORT": "1"}, capture_output=True, timeout=10)
    assert answer.returncode == 1, "nobody listens there"
