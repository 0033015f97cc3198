# `make` alone lists what there is to make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-clients lint clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */\1|/' | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/ready  ## play a whole campaign on the sample tickets
	$(BIN)/python sample_data/demo.py

test: lint  ## lint, check the types and run the tests
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist loadfile -m "not slow and not clients"

test-slow: $(VENV)/ready  ## the exhaustive crash tests: some minutes more
	$(BIN)/python -m pytest -q -m slow

test-clients: $(VENV)/ready  ## hand a batch to the annotation tools themselves, installed once in ALCLI_CLIENTS
	ALCLI_CLIENTS="$${ALCLI_CLIENTS:-$$HOME/.cache/alcli-clients}" $(BIN)/python -m pytest -q -rs -m clients tests/clients

lint: $(VENV)/ready  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

clean:  ## remove the environment, caches and builds
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# `ready` is touched last, so that an environment half made is made again.
$(VENV)/ready: pyproject.toml
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
