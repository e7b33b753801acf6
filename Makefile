# The two commands of the README; both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: crawl test lint lock clean

crawl: $(VENV)/ready
	$(BIN)/scrapy crawl forum --summary

test: $(VENV)/ready-test
	$(BIN)/pytest -n auto --dist loadgroup

# Style and types; the tests do not depend on it.
lint: $(VENV)/ready-test
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/ready-test: $(VENV)/ready requirements-test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

# Pins with hashes and without the name of any package index (needs uv). The tests' set is the wider one and decides.
lock:
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 --extra test pyproject.toml -o requirements-test.lock
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 -c requirements-test.lock pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info data/corpus data/archive
