.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else f"Python 3.11 to 3.13 is needed, got {sys.version.split()[0]}; set PYTHON=python3.12.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/study: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/study

study: $(VENV)/study  ## verdicts on the embedded panel, with an HTML report in build/report
	$(BIN)/altrotation verify --jobs 2 --report build/report

# Two workers on small matrices: more threads would fight over the cores, at three times the work.
test: export OPENBLAS_NUM_THREADS = 1
test: export OMP_NUM_THREADS = 1
test: lint  ## lint, types, import contracts and the test suite
	$(BIN)/pytest -n 2 --dist loadgroup --benchmark-skip

portability attack: export OPENBLAS_NUM_THREADS = 1
portability attack: export OMP_NUM_THREADS = 1
portability: $(VENV)/dev  ## the same results on every kernel, in every zone and language (part of test)
	$(BIN)/pytest tests/portability --benchmark-skip

attack: $(VENV)/dev  ## hostile input, any number of workers, twenty-seven environments
	$(BIN)/pytest tests/attack tests/portability --benchmark-skip -m ""

readme: $(VENV)/dev  ## the numbers and the outputs in README.md, from a run
	$(BIN)/python -m docs.generate.readme

freeze: $(VENV)/dev  ## record the numbers of the catalogue that the tests hold the code to
	$(BIN)/python -m docs.generate.changes --freeze

lint: $(VENV)/dev  ## formatting, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev  ## timings beside the named peers, as ratios
	$(BIN)/pytest tests/bench --benchmark-only

validity: $(VENV)/dev  ## docs/validity.md: size, power and coverage of every test (20 minutes)
	$(BIN)/python -m tests.validity.suite.run

notebooks: $(VENV)/dev  ## execute the notebooks from their text form
	$(BIN)/jupytext --quiet --to ipynb --execute notebooks/*.py

docs: $(VENV)/dev  ## the documentation site in build/site, built strictly
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

clean:  ## remove everything that was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks .import_linter_cache

.PHONY: help study test portability attack readme freeze lint bench validity notebooks docs clean
