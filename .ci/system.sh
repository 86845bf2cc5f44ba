#!/bin/sh
# The system libraries that WeasyPrint needs, and Python's venv: installed when root on Debian, else named in a line.
# Usage: system.sh PYTHON LIBRARY...
set -eu
python=$1
shift

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "a2z: $python is not Python 3.11 or later; say: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi

missing=
if command -v dpkg-query >/dev/null 2>&1; then
    for library in "$@"; do
        dpkg-query -W -f '${Status}' "$library" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $library"
    done
else
    # Not Debian: ask for the libraries by the names that they are loaded under.
    for soname in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
        "$python" -c "import ctypes; ctypes.CDLL('$soname')" 2>/dev/null || missing="$missing $soname"
    done
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    missing="$missing python3-venv"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "a2z: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "a2z: these packages are needed and not there:$missing" >&2
    echo "     what to do: as root, apt-get install$missing; then run make again" >&2
    exit 1
fi
