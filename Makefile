# The tensor tutor: `make chat` to talk to it, `make test` to test it.

# Which build of torch: a requirement with any options of pip. README tells how to choose.
TORCH ?= torch==2.13.0
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup chat check test bench soak

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

setup: $(READY) ## a virtual environment with everything at the pinned versions

# torch first and alone: it decides what kind of build everything after it must accept.
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install $(TORCH)
	$(BIN)/pip install -c constraints.txt -e '.[dev]'
	touch $@

chat: $(READY) ## talk to the tutor here: no token, no network
	$(BIN)/tutor chat

check: $(READY) ## lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: $(READY) ## every test, with branch coverage; long runs at a tenth
	$(BIN)/python -m pytest --cov --cov-report=term

bench: $(READY) ## the measurements, side by side
	$(BIN)/python -m tests.benchmarks

soak: $(READY) ## the long runs at full length
	SOAK=1.0 $(BIN)/python -m pytest -m soak -s -o faulthandler_timeout=3600
