# make week: rehearse one whole week.  make test: all tests.  make up: run the house.  make check: exactly CI.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: week test up setup lint check lock bench clean synapse

week: .venv/ready
	$(BIN)/salon rehearse --out rehearsal

test: .venv/ready-dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

up: .venv/ready
	$(BIN)/salon up

setup: .venv/ready

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

# A real Matrix server, for the tests of that channel; it has a virtual environment of its own.
synapse: .synapse/ready

bench: .venv/ready-dev
	$(BIN)/python -m benchmarks.journal

# Everything comes from hashed locks, which are complete: nothing is resolved anew (--no-deps), nothing is built
# but Salon itself.
.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/ready-dev: requirements-dev.lock .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

.synapse/ready: requirements-synapse.lock
	test -x .synapse/bin/python || $(PYTHON) -m venv .synapse
	.synapse/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-synapse.lock
	touch $@

# After changing a dependency (needs uv).
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --constraints requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet \
	  --output-file requirements-dev.lock
	echo 'matrix-synapse==1.163.*' | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet \
	  --output-file requirements-synapse.lock

clean:
	rm -rf .venv .synapse rehearsal .mypy_cache .ruff_cache .pytest_cache .hypothesis
