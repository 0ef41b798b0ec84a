# make demo and make test need only python3 and make: everything else is fetched into .tools/ and .venv/.
.PHONY: setup demo test lint soak bench clean
.DELETE_ON_ERROR:

UV := .tools/bin/uv
RUN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
PORT ?= 8000

setup: .venv/ready

$(UV):
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

.venv/ready: $(UV) pyproject.toml uv.lock $(wildcard portal/web/translations/*/LC_MESSAGES/*.po)
	$(UV) sync --quiet --frozen
	$(RUN)/pybabel -q compile -d portal/web/translations
	touch $@

demo: setup
	$(RUN)/portal demo --port $(PORT)

lint: setup
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/djlint portal --check --lint --quiet
	$(RUN)/lint-imports
	$(RUN)/mypy

test: lint
	$(RUN)/pytest -n auto

# What `make test` does of races and kills, many times over.
soak: setup
	PORTAL_SOAK=$(or $(SOAK),30) $(RUN)/pytest -n auto tests/faults

bench: setup
	$(RUN)/python -m tests.bench

clean:
	rm -rf .venv .tools instance
