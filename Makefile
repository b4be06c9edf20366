# Every target sets up .venv by itself; PYTHON names another interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/pytest -q
EXAMPLE_WORKFLOWS := examples/github/.github/workflows
WORKFLOWS = $(wildcard .github/workflows/*.yml $(EXAMPLE_WORKFLOWS)/*.yml)

.PHONY: demo test check proof bench bench-infer laws current write runtimes clean

$(STAMP): pyproject.toml hivemind/__init__.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local,github,dev]'
	@touch $(STAMP)

$(VENV)/.installed-demo: pyproject.toml hivemind/__init__.py
	@echo "Setting up $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -e $(STAMP) || $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local]'
	@touch $@

## demo: deploy examples/guestbook, with its database, to a cloud on this machine
demo: $(VENV)/.installed-demo
	@BIN=$(BIN) sh examples/demo.sh

## test: everything CI runs (< 5 min): checks, fast tests, laws, one slow case per capability
test: check
	@$(PYTEST) -n 2 -m "property and not proof"
	@$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder -m "slow and not proof and not aws"

## check: format, lint, types, layers, generated files current, fast tests
check: $(STAMP)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/shellcheck -x hivemind/render/scripts/*
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows $(WORKFLOWS)
	@$(BIN)/zizmor --offline --pedantic --quiet --no-progress $(WORKFLOWS)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory current
	@$(PYTEST) -n 2 -m fast

## current: schemas and rendered templates are what the code would write now
current: $(STAMP)
	@$(BIN)/python -m hivemind infer --locked examples/guestbook > /dev/null
	@$(BIN)/python -m hivemind render --check examples/guestbook
	@$(BIN)/python -m hivemind render --check specs/guestbook.yaml
	@$(BIN)/python -m hivemind ci init specs/guestbook.yaml --into $(EXAMPLE_WORKFLOWS) --check > /dev/null

## write: bring schemas and rendered templates up to date
write: $(STAMP)
	@$(BIN)/python -m hivemind.spec.schema > schemas/hivemind.schema.json
	@$(BIN)/python -m hivemind.plan.schema > schemas/plan.schema.json
	@$(BIN)/python -m hivemind.infer.report > schemas/infer.schema.json
	@$(BIN)/python -m hivemind.agents.status > schemas/status.schema.json
	@$(BIN)/python -m hivemind.agents.doctor > schemas/doctor.schema.json
	@$(BIN)/python -m hivemind.agents.fleet > schemas/fleet.schema.json
	@$(BIN)/python -m hivemind render examples/guestbook
	@$(BIN)/python -m hivemind render specs/guestbook.yaml
	@$(BIN)/python -m hivemind ci init specs/guestbook.yaml --into $(EXAMPLE_WORKFLOWS)

## proof: the long tables behind every claim (< 60 min)
proof: check
	@$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder -m "(property or slow) and not proof and not aws"
	@$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder --durations=10 -m proof

## bench: the budgets of the command line and the local cloud, measured here
bench: $(STAMP)
	@$(BIN)/python -m tests.bench

## bench-infer: what inference answers over the golden cases, field by field, and what it costs
bench-infer: $(STAMP)
	@$(BIN)/python -m tests.bench.inference

## laws: the property tests with 1,000 examples each
laws: $(STAMP)
	@$(PYTEST) -n 2 -m property --hypothesis-profile=laws

## runtimes: Debian's Go, Java, Ruby and PHP for the local cloud, where there are packages to install and one may
runtimes:
	@sh examples/runtimes.sh

clean:
	@rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
