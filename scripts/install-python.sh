#!/usr/bin/env bash
# Puts the pinned Python packages of the conformance suite into .venv; does nothing while they are unchanged.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly requirements=Tests/conformance/requirements.txt stamp=.venv/requirements.txt

if cmp --silent "$requirements" "$stamp"; then
    exit 0
fi
rm -f "$stamp"
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
cp "$requirements" "$stamp"
