# make demo    sets everything up, loads the demonstration, serves it on ADDRESS; keeps its data
# make test    sets everything up, then every check and every test on both databases
# make soak    long runs: double submits, lives of orders, large imports killed at twenty points
# make lock    pins the newest versions that pyproject.toml allows
# make clean   removes what the others installed; the demonstration's data stay

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.PHONY: help demo test setup packages check lint types imports templates migrations deploy security \
  test-sqlite test-postgresql coverage test-browser soak format lock clean demo-packages test-packages

PYTHON ?= $(firstword $(shell command -v python3.11 python3))
ADDRESS ?= 127.0.0.1:8000
WORKERS ?= 2
export PYTHON
# Without its bytecode Python compiles everything again for each of the many processes
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
APPS := stmm catalog exemptions orders
TEST_SETTINGS := env -u DATABASE_URL DJANGO_SETTINGS_MODULE=tests.settings
# A stamp carries the digest of its lock file: a changed lock installs, an unchanged one does not
digest = $(shell cat $(1) | sha256sum | cut -c 1-12)
RUNTIME := .venv/.runtime-$(call digest,requirements.txt)
TESTING := .venv/.testing-$(call digest,requirements-dev.txt)
FRONT_END := node_modules/.stamp-$(call digest,package-lock.json)
PIP_INSTALL := $(BIN)/pip install --disable-pip-version-check --quiet --require-hashes

help:
	@grep '^# make' Makefile | cut -c 3-

demo: demo-packages $(RUNTIME) $(FRONT_END)
	@.ci/demo $(ADDRESS)

test: check test-sqlite test-postgresql coverage test-browser

# Setting up

setup: test-packages packages

packages: $(TESTING) $(FRONT_END)

demo-packages:
	@.ci/debian-packages demo

test-packages:
	@.ci/debian-packages test

$(BIN)/pip:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 is needed.')"
	$(PYTHON) -m venv --clear .venv

$(RUNTIME): | $(BIN)/pip
	rm -f .venv/.runtime-* .venv/.testing-*
	$(PIP_INSTALL) --requirement requirements.txt
	touch $(RUNTIME)

$(TESTING): | $(BIN)/pip
	rm -f .venv/.runtime-* .venv/.testing-*
	$(PIP_INSTALL) --requirement requirements-dev.txt
	touch $(RUNTIME) $(TESTING)

$(FRONT_END): | $(BIN)/pip
	.ci/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $(FRONT_END)

# Checking without running

check: lint types imports templates migrations deploy security

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(TEST_SETTINGS) $(BIN)/lint-imports

templates: setup
	find templates $(APPS) -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2

migrations: setup
	$(TEST_SETTINGS) $(BIN)/python manage.py makemigrations --check --dry-run

deploy: setup
	env -u DATABASE_URL -u STMM_DEMONSTRATION -u STMM_DEBUG \
	  STMM_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  STMM_ALLOWED_HOSTS=stmm.example \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

security: setup
	$(BIN)/bandit --quiet --recursive --severity-level medium $(APPS)

# Running

# Each worker begins with its share in the order of the files, for tests of a file share what
# they begin with; who is ready first takes over from the other
PYTEST := $(BIN)/pytest --numprocesses=$(WORKERS) --dist=worksteal
BUT_LONG := tests --ignore=tests/browser --ignore=tests/soak

test-sqlite: setup
	COVERAGE_FILE=.coverage.sqlite env -u DATABASE_URL $(PYTEST) $(BUT_LONG) --cov --cov-report=

# Only few tests reach lines of PostgreSQL's own: counting the others again costs a minute.
# They go on in the databases of the others, which stay where the server does.
OF_POSTGRESQL := tests/audit tests/test_prepared.py
POSTGRESQL := $(PYTEST) -m database --reuse-db
test-postgresql: setup
	COVERAGE_FILE=.coverage.postgresql .ci/with-postgres bash -euc '\
	  $(POSTGRESQL) --create-db $(BUT_LONG) $(OF_POSTGRESQL:%=--ignore=%); \
	  $(POSTGRESQL) $(OF_POSTGRESQL) --cov --cov-report='

# Lines that only one database reaches count too, hence after both
coverage: test-sqlite test-postgresql
	$(BIN)/coverage combine --quiet .coverage.sqlite .coverage.postgresql
	$(BIN)/coverage report --skip-covered --fail-under=95
	$(BIN)/coverage report --skip-covered --fail-under=100 \
	  --include='stmm/policy/*,*/services.py,*/services/*'

test-browser: setup
	env -u DATABASE_URL $(PYTEST) tests/browser

# Long runs, not part of the tests: some twenty minutes on each database
soak: setup
	env -u DATABASE_URL $(BIN)/pytest tests/soak
	.ci/with-postgres $(BIN)/pytest tests/soak

# Housekeeping

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Extras are kept: asked for with an extra, pip 23 takes the newest release, and finds no hash for it
COMPILE := $(BIN)/uv pip compile --no-strip-extras --upgrade --quiet --generate-hashes --no-emit-index-url --no-header \
  --python-version 3.11 --python-platform linux
lock: setup
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group node --output-file requirements-node.txt
	.ci/npm update --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean:
	rm -rf .venv node_modules .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
