# make setup | check | test | test-all | demo | bench. Each sets up what it needs; Python 3.11+ and make are enough.
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null \
  && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?=
# What Python compiles is kept, whatever the environment says: the demo and the tests start process after process.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup check test test-all demo bench faults compose-env lock schemas settings metrics screenshots clean sbom vulnerabilities docs docs-serve
setup: $(VENV)/.ready

# One environment in two steps, each with a mark of its own: what the demo needs, and what developers need besides.
# Not compiled beforehand: Python compiles the modules that are used, which are a third.
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check --no-compile

$(VENV)/.demo: pyproject.toml requirements-demo.lock
	@test -n "$(PYTHON)" || { echo "Newswire needs Python 3.11, 3.12 or 3.13; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/pip || { echo "Setting up $(VENV) with $(PYTHON) (a minute, once)"; $(PYTHON) -m venv $(VENV); }
	@$(PIP) --require-hashes -r requirements-demo.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.ready: $(VENV)/.demo requirements.lock
	@echo "Adding the developers' tools to $(VENV)"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

# Once, and by one process: those of a run would each compile all that they load.
$(VENV)/.compiled: $(VENV)/.ready
	@echo "Compiling what the tests load (20 seconds, once)"
	@$(BIN)/python -m pytest --collect-only -qq > /dev/null || true
	@touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory sbom docs

test: setup $(VENV)/.compiled
	$(BIN)/python -m pytest -n 5 -m "not servers" $(ARGS)

test-all: setup $(VENV)/.compiled
	NEWSWIRE_TEST_EXAMPLES=all $(BIN)/python -m pytest -n 3 $(ARGS)

demo: $(VENV)/.demo
	$(BIN)/newswire demo $(ARGS)

bench: setup
	$(BIN)/python -m benchmarks $(ARGS)

faults: setup
	$(BIN)/python -m tests.faults $(ARGS)

compose-env:
	deploy/docker/make-env

sbom: setup
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml --of JSON -o sbom.json

vulnerabilities: setup
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.lock

COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --quiet pyproject.toml
lock:
	$(COMPILE) --extra dev $(ARGS) -o requirements.lock
	$(COMPILE) --extra demo -c requirements.lock -o requirements-demo.lock
	$(COMPILE) --extra all -c requirements.lock -o deploy/docker/requirements.lock

docs: setup  # strict: a link or an anchor that leads nowhere is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

docs-serve: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve --livereload

schemas: setup
	$(BIN)/python -c "import json,pathlib; from streams.records import json_schemas; \
	[pathlib.Path('docs/schemas', n + '.json').write_text(json.dumps(s, indent=2, ensure_ascii=False) + '\n') for n, s in json_schemas().items()]"

settings: setup
	$(BIN)/python -m streams.settings_page > docs/settings.md

metrics: setup
	$(BIN)/python -m streams.metrics_page > docs/metrics.md

screenshots: setup
	$(BIN)/python -m tests.search.web.screenshots

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build site *.egg-info
