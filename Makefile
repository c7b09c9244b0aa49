# Everything a newcomer needs: `make demo` runs the main job on the built-in survey, `make test` runs the tests.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test quick lint format benchmark clean help

help:
	@echo "make demo       build the environment, run the main job on the built-in survey"
	@echo "make test       build the environment, check style and types, run every test"
	@echo "make quick      only the tests that take seconds"
	@echo "make lint       style and types"
	@echo "make benchmark  print the speed targets as ratios measured here"

demo: $(STAMP)
	$(BIN)/seisview demo

test: lint
	$(BIN)/python -m pytest

quick: $(STAMP)
	$(BIN)/python -m pytest -m "not slow"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy seisview

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(STAMP)
	$(BIN)/seisview benchmark sections
	$(BIN)/seisview benchmark drawing
	$(BIN)/seisview benchmark latency

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "seisview needs Python 3.11 or newer; say which with: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $(STAMP)

clean:
	rm -rf $(VENV) build dist seisview-demo .pytest_cache .mypy_cache .ruff_cache
