# Everything that the README promises. On a bare Debian 12 machine with Python 3.11: `make demo`, `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.PHONY: help demo test check lint types contracts drift prove mutate bench fuzz lock wheel clean setup setup-dev system

help: ## say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: setup ## the main job on invented claims, from a fresh clone
	@$(BIN)/a2z demo

# One worker more than there are cores: many tests wait for a server, a clock or another process.
test: setup-dev ## the tests
	$(BIN)/python -m pytest -q -n $$(($$(nproc) + 1)) --dist loadfile -m "not slow"

check: setup-dev lint types contracts test ## everything that must be green at every commit

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup-dev
	$(BIN)/mypy

contracts: setup-dev
	$(BIN)/lint-imports

drift: setup-dev ## the README, the schemas and the policy pages say what the code says
	$(BIN)/python -m pytest -q tests/docs

prove: setup-dev ## what takes longer: kills, tampering, golden pages, mutants
	$(BIN)/python -m pytest -q -m slow

mutate: setup-dev ## mutants of the policy, bounded; the survivors are listed in docs/
	$(BIN)/python tests/prove/mutate_policy.py

bench: setup-dev ## ratios to what the work costs at least
	@for script in tests/bench/*_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

fuzz: setup-dev ## the mail parser under a coverage-guided fuzzer, bounded
	$(BIN)/python tests/fuzz/run.py

wheel: setup-dev ## the wheel, with templates, examples and fonts inside
	$(BIN)/python -m build --wheel --no-isolation

lock: setup-dev ## resolve the dependencies anew
	$(BIN)/uv pip compile -q pyproject.toml --no-emit-index-url --generate-hashes --python-version 3.11 --no-header \
	  --group build -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --no-emit-index-url --generate-hashes --python-version 3.11 --no-header \
	  --group build --group dev -o requirements-dev.lock

clean: ## remove what make made
	rm -rf $(VENV) dist a2z-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- set-up -----------------------------------------------------------------------------------------------------

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(VENV)/.ready: requirements.lock pyproject.toml | system
	@sh .ci/venv.sh "$(PYTHON)" "$(VENV)" requirements.lock
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml | system
	@sh .ci/venv.sh "$(PYTHON)" "$(VENV)" requirements-dev.lock
	@touch $@ $(VENV)/.ready

system:
	@sh .ci/system.sh "$(PYTHON)" $(LIBRARIES)
