# Everything a person or CI does with this repository. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python on the path that Parlour runs on; PYTHON=/path/to/python3 overrides it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Wheels only: nothing that is downloaded runs code of its own while it is installed. The lists are whole, so nothing is
# looked for beyond them.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
FETCH := $(PIP) install --quiet --only-binary :all: --no-deps --require-hashes
OURSELVES := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
ARGS ?=

.PHONY: help install serve demo test test-long check lint format messages bench screens lock clean engines

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: .venv/.runtime ## Set up .venv with what the program needs; leaves .venv/bin/parlour

serve: install ## Set up and serve on PORT (8000), data in PARLOUR_DATA
	@exec $(BIN)/parlour serve

demo: install ## Serve a made-up clinic to look around in; prints the links
	@exec $(BIN)/parlour demo

test: .venv/.test engines ## Set up and run every test of the daily suite (ARGS='-k booking')
	@sh tests/daily.sh $(BIN)/python $(ARGS)

test-long: .venv/.test engines ## The checks that take more than thirty seconds each
	@$(BIN)/python -m pytest -m long --timeout 1800 $(ARGS)

check: lint test ## Format, lint, types and tests: what a change must pass

lint: .venv/.test ## Format, lint and types alone
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: .venv/.test ## Put every Python file into the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

messages: .venv/.test ## Read the words of all pages into web/locale and bring the catalogues up to date
	@$(BIN)/pybabel -q extract -F web/locale/babel.cfg --project Parlour --copyright-holder "the Parlour authors" \
		--no-wrap --add-location file --sort-by-file --output-file web/locale/parlour.pot \
		$$(find server web/templates -name '*.py' -o -name '*.html' -o -name '*.txt' | LC_ALL=C sort)
	@$(BIN)/pybabel -q update --input-file web/locale/parlour.pot --output-dir web/locale --domain parlour \
		--no-wrap --no-fuzzy-matching --ignore-obsolete

bench: .venv/.test engines ## Measure, each figure beside a baseline of the same run (ARGS='booking_page start')
	@$(BIN)/python -m bench $(ARGS)

screens: .venv/.test engines ## Photograph every page and state into screens/
	@$(BIN)/python -m tests.screens $(ARGS)

lock: ## Choose versions anew within pyproject.toml and write both lock files (UPGRADE=1 takes the newest)
	@sh deploy/setup/lock.sh "$(PYTHON)" $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that was set up or produced; data/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist screens bench/results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

engines: .venv/.test
	@sh deploy/setup/engines.sh $(BIN)

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo 'Setting up .venv with what the program needs, once: half a minute or so ...'
	@$(FETCH) --requirement requirements.lock
	@$(OURSELVES)
	@touch $@

.venv/.test: requirements-test.lock pyproject.toml | .venv/bin/python
	@echo 'Setting up .venv with what the tests need, once: a minute or so ...'
	@$(FETCH) --requirement requirements-test.lock
	@$(OURSELVES)
	@touch .venv/.runtime $@

.venv/bin/python:
	@sh deploy/setup/venv.sh "$(PYTHON)"
