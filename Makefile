# make setup | check | test | demo | bench. Each sets up what it needs; Python 3.11+ and make are enough.
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null \
  && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?=

.PHONY: setup check test demo bench faults compose-env lock schemas settings metrics screenshots clean sbom vulnerabilities
setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "Newswire needs Python 3.11, 3.12 or 3.13; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up $(VENV) with $(PYTHON) (some minutes, once)"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory sbom

test: setup
	$(BIN)/python -m pytest -n 3 $(ARGS)

demo: setup
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

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev --quiet pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet pyproject.toml -c requirements.lock \
	  -o deploy/docker/requirements.lock

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
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
