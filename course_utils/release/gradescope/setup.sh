#!/usr/bin/env bash
# Prepares Gradescope's box for the autograder: run once, as root, when the box is built.
set -euo pipefail
SOURCE=${AUTOGRADER:-/autograder}/source
export DEBIAN_FRONTEND=noninteractive

# The first Python that the course runs on; "" for none.
fitting_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
            2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

apt-get update --quiet
apt-get install --yes --quiet --no-install-recommends bubblewrap python3 python3-venv
python=$(fitting_python)
if [ -z "$python" ]; then # Ubuntu 22.04, whose own is 3.10
    apt-get install --yes --quiet --no-install-recommends python3.11 python3.11-venv || true
    python=$(fitting_python)
fi
if [ -z "$python" ]; then
    echo "The course needs Python 3.11, 3.12 or 3.13, and this image has none: choose Ubuntu 24.04." >&2
    exit 1
fi

"$python" -m venv "$SOURCE/venv"
"$SOURCE/venv/bin/python" -m pip install --no-cache-dir --quiet -r "$SOURCE/course/requirements.lock"
"$SOURCE/venv/bin/python" -m pip install --no-cache-dir --quiet --no-deps -e "$SOURCE/course"
echo "Ready."
