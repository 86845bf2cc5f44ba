#!/bin/sh
# The virtual environment with exactly the locked packages, and a2z itself from this checkout.
# Usage: venv.sh PYTHON VENV LOCK
set -eu
python=$1
venv=$2
lock=$3

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "a2z: installing the packages of $lock into $venv"
PIP_DISABLE_PIP_VERSION_CHECK=1 "$venv/bin/python" -m pip install -q --require-hashes -r "$lock"
PIP_DISABLE_PIP_VERSION_CHECK=1 "$venv/bin/python" -m pip install -q --no-deps --no-build-isolation -e .
