#!/bin/sh
# Makes the virtual environment from requirements.lock and registers its Jupyter kernel.
set -eu
PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}

if ! "$PYTHON" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
    echo "This course needs Python 3.11, 3.12 or 3.13; '$PYTHON' is $("$PYTHON" --version 2>&1)." >&2
    echo "Name another one: make PYTHON=python3.12 lab" >&2
    exit 1
fi
if ! "$PYTHON" -c 'import venv, ensurepip'; then
    echo "'$PYTHON' has no venv module. On Debian or Ubuntu: sudo apt install python3-venv" >&2
    exit 1
fi

echo "Setting up $VENV (the first time downloads about 1 GB and takes a few minutes) ..."
[ -x "$VENV/bin/python" ] || "$PYTHON" -m venv "$VENV"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check uv
"$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" -r requirements.lock
"$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --no-deps -e .
"$VENV/bin/python" -m ipykernel install --sys-prefix --name python3 --display-name "Attention course" >/dev/null

# A student's JupyterLab shows the course and nothing else: no menus of nbgrader (there for the tests) and of
# jupytext (there for `course build`), no question about news and no look for updates.
mkdir -p "$VENV/etc/jupyter/labconfig"
cat >"$VENV/etc/jupyter/labconfig/page_config.json" <<'END'
{
  "disabledExtensions": {
    "@jupyter/nbgrader": true,
    "jupyterlab-jupytext": true,
    "@jupyterlab/apputils-extension:announcements": true
  }
}
END
# Nor nbgrader's part of the server, which takes over a second to start.
cat >"$VENV/etc/jupyter/jupyter_server_config.json" <<'END'
{
  "ServerApp": {
    "jpserver_extensions": {
      "nbgrader.server_extensions.assignment_list": false,
      "nbgrader.server_extensions.course_list": false,
      "nbgrader.server_extensions.formgrader": false,
      "nbgrader.server_extensions.validate_assignment": false
    }
  }
}
END
echo "Ready."
