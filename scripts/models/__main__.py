"""Builds config/models.json from two price tables, and reports where they differ and which one won.

    python3 scripts/models TABLES [--check]

TABLES holds model_prices.json (LiteLLM's table) and genai_prices_slim.json (pydantic's genai-prices). The result depends
on them and on this directory alone. --check writes nothing and fails when the file would change.
"""

import json
import pathlib
import sys

import crosscheck
import entries
import rates

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "config" / "models.json"
REPORT = ROOT / "docs" / "model-prices.md"

SOURCES = {
    "litellm": {
        "what": "model_prices_and_context_window.json of BerriAI/litellm",
        "date": crosscheck.LITELLM_DATE,
        "licence": "MIT, Copyright (c) 2023 Berri AI",
    },
    "genai-prices": {
        "what": "price data of pydantic/genai-prices",
        "date": crosscheck.GENAI_DATE,
        "licence": "MIT, Copyright (c) Pydantic Services Inc. 2025 to present",
    },
}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def render(models):
    """One model a line, in the order of the names' bytes: the hub searches the lines as they are."""
    lines = [f"{compact(name)}:{compact(models[name])}" for name in sorted(models, key=str.encode)]
    head = {"format": 1, "date": crosscheck.GENAI_DATE, "unit": "USD per million tokens", "sources": SOURCES}
    body = compact(head)[:-1]
    return body + ',"models":{\n' + ",\n".join(lines) + "\n}}\n"


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    tables = pathlib.Path(arguments[0])
    litellm = json.loads((tables / "model_prices.json").read_text())
    genai = json.loads((tables / "genai_prices_slim.json").read_text())
    models, findings = crosscheck.merge(entries.select(litellm), genai)
    rates.add_batches(models)
    outputs = {OUTPUT: render(models), REPORT: crosscheck.report(models, findings)}
    if "--check" in sys.argv:
        stale = [str(path) for path, text in outputs.items() if not path.exists() or path.read_text() != text]
        sys.exit(f"not what the tables give: {', '.join(stale)}" if stale else 0)
    for path, text in outputs.items():
        path.write_text(text)
        print(f"{path.relative_to(ROOT)}: {len(text)} bytes")
    print(f"{len(models)} models; {findings.summary()}")


main()
