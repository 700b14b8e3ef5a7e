PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

MODEL  := .venv-model

.PHONY: setup demo test check fuzz audit bench chaos model judge lock clean

## setup: a virtual environment with everything, from the hashed lock file
setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Nöbet needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

## demo: the service, its workers and simulated platforms; Ctrl-C stops it
demo: setup
	$(BIN)/nobet demo $(ARGS)

## test: the whole suite, against a real PostgreSQL and real HTTP servers on loopback
test: setup
	$(BIN)/python -m pytest -n 4 $(ARGS)

## check: format, lint, types, import directions; known holes in packages, where the advisories can be reached
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.audit

## fuzz: attacks by machine, some ten minutes (all roles over the whole API, hostile deliveries, texts made to be slow)
fuzz: setup
	$(BIN)/python -m pytest tests/fuzz -n 2 --dist worksteal --show-capture=no -o python_files='fuzz_api.py fuzz_webhooks.py' $(ARGS)
	$(BIN)/python -m pytest tests/fuzz --show-capture=no -o python_files=fuzz_rules.py $(ARGS)

## audit: known holes in the locked packages; says so where the advisories cannot be reached
audit: setup
	$(BIN)/python -m tests.audit

## bench: speed as ratios against baselines of the same run
bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

## chaos: break everything for some minutes, then check that nothing was lost, said twice or unproven
chaos: setup
	$(BIN)/python -m tests.chaos $(ARGS)

$(MODEL)/.ready: requirements.lock training/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(MODEL)
	$(MODEL)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(MODEL)/bin/python -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
	$(MODEL)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

## model: train the classifier anew (one to two hours; corpora from the folder NOBET_CORPORA), then set weights and thresholds
model: $(MODEL)/.ready
	$(MODEL)/bin/python -m training.classifier
	$(MODEL)/bin/nobet measure --write app/decisions/shipped/tiers.toml

## judge: measure the judgement and write docs/judgement.md (peers beside it, offence at large from NOBET_CORPORA)
judge: $(MODEL)/.ready
	$(MODEL)/bin/python -m training.judge

## lock: resolve the dependencies anew (needs uv on the PATH)
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --group dev -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml -c requirements.lock -o requirements.runtime.lock

clean:
	rm -rf $(VENV) $(MODEL) .nobet build *.egg-info
