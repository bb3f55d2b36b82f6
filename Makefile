# make demo | test | lint | bench | matrix | soak | lock | clean        PYTHON=python3.13 chooses the interpreter
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; raise SystemExit(not (3,11) <= sys.version_info[:2] <= (3,13))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench matrix soak lock clean setup

demo: setup
	@$(BIN)/station demo

test: lint
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/interrogate -q station tui daemon gpu

bench: setup
	@$(BIN)/station bench

# Accuracy of every check, written into docs/ACCURACY.md; ROWS="freeze black" runs some. About an hour from nothing, then minutes.
matrix: setup
	@PYTHONPATH=tests $(BIN)/python -m matrix --write $(ROWS)

soak: setup
	@$(BIN)/python -m pytest -m slow

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11–3.13 / Python 3.11-3.13 is needed:  sudo apt install python3 python3-venv"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "缺少 venv 模块 / the venv module is missing:  sudo apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; exit 2; }
	@echo "建立 $(VENV)（$(PYTHON)），只需一次 / setting up $(VENV), once"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# For maintainers: writes the hash-locked requirements anew (needs uv). No addresses go into the file.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra dev --extra demo --extra text --extra faces --extra voice pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra gpu -c requirements.lock pyproject.toml -o requirements-gpu.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra speech -c requirements.lock pyproject.toml -o requirements-speech.lock

clean:
	rm -rf $(VENV) build *.egg-info
