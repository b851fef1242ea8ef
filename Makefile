# Everything sets itself up: `make run` on a fresh Debian needs nothing but python3 (and, as root, gets what lacks).
PY := .venv/bin/python
# A file stays in one process: some tell a story. (loadgroup does nothing under pytest 9, seen with xdist 3.8.0.)
PYTEST := $(PY) -m pytest -q --dist loadfile --no-loadscope-reorder
export PYTHONUTF8 := 1
# Set in many containers; with it each of some hundred processes of a test run compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-all check bench migration handbook clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: ## set up and start everything; Ctrl-C ends it
	@sh tools/prepare.sh run
	@exec $(PY) app.py run

test: ## all tests but the slow ones
	@sh tools/prepare.sh test
	$(PYTEST) -n 4 -m "not slow" $(ARGS) # four on two cores: half of the time a test waits for others

test-all: ## all tests, kills and outages included; PASSED=test: without those `make test` has just passed
	@sh tools/prepare.sh test
	$(PYTEST) -n 4 -m "again$(if $(filter test,$(PASSED)),, or not slow)" $(ARGS)
	$(PYTEST) -n 2 -m "slow and not again" $(ARGS) # kills and outages look at real processes: no more of them than cores

check: ## style, types, import order, generated files, the tone of every text
	@sh tools/prepare.sh test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check -q .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) docs/make_handbook.py --check
	$(PY) docs/make_gate.py --check
	$(PY) app.py lint

bench: ## measure turns and sends per second and memory, side by side with others
	@sh tools/prepare.sh bench
	$(PY) -m benchmarks.turns $(ARGS)
	$(PY) -m benchmarks.memory
	$(PY) -m benchmarks.engines

handbook: ## write docs/handbook.md and the table of docs/gate.md anew from the tests
	@sh tools/prepare.sh test
	$(PY) docs/make_handbook.py
	$(PY) docs/make_gate.py

migration: ## write the first revision anew from store/tables
	@sh tools/prepare.sh test
	$(PY) -m store.migrations.regenerate

clean: ## remove the virtual environment and caches; data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
