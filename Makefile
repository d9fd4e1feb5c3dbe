# Thin: every target sets up, then calls `course`, pytest or Jupyter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup lab demo test quicktest build lock bench clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	PYTHON=$(PYTHON) VENV=$(VENV) sh scripts/setup.sh
	touch $@

# JupyterLab does not start as root, as in a container, unless it is told to.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# More for JupyterLab: make lab LAB_FLAGS=--no-browser
lab: setup
	$(BIN)/course doctor --brief
	$(BIN)/jupyter lab --notebook-dir=labs $(AS_ROOT) $(LAB_FLAGS)

demo: setup
	$(BIN)/course demo

test: setup
	sh scripts/system-packages.sh
	BIN=$(BIN) bash scripts/test.sh

quicktest: setup
	BIN=$(BIN) bash scripts/test.sh quick

build: setup
	$(BIN)/course build

lock: setup
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header \
	    --extra dev --extra grade --extra cluster pyproject.toml -o requirements.lock

# The peers have an environment of their own: what students and tests run stays what requirements.lock says.
bench: setup
	VENV=$(VENV)-bench PYTHON=$(PYTHON) sh scripts/setup.sh
	grep -v '^wrapt==' requirements.lock >$(VENV)-bench/constraints.txt  # otter needs an older one
	$(BIN)/uv pip install --python $(VENV)-bench/bin/python -c $(VENV)-bench/constraints.txt -e '.[bench]'
	for script in benchmarks/*.py; do $(VENV)-bench/bin/python $$script; done

clean:
	rm -rf $(VENV) $(VENV)-bench build dist demo-output
