# The two commands a fresh machine needs are `make run` and `make test`; each sets up .venv by itself.
SHELL := /bin/sh
# The distribution's Python, if it is new enough: it is built with profile-guided optimisation, which pyenv's is not (a refresh takes a tenth less).
PYTHON ?= $(shell /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
BIN := .venv/bin

export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: run test faults dev bench lint style types sql lock lake spark clean
.DEFAULT_GOAL := run

run: .venv/.installed  ## one refresh, from snapshots to the released tables
	@$(BIN)/python -m dagster_project

test: .venv/.installed
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

faults: .venv/.installed  ## commits seeded faults in a copy of the project, and tells what catches each
	@$(BIN)/python -m tests.mutation $(FAULT)

dev: .venv/.installed  ## Dagster UI on http://127.0.0.1:3000
	@$(BIN)/python -m dagster_project dev

bench: .venv/.installed
	@$(BIN)/python -m benchmarks

lint: style types sql  ## `make -j2 lint` takes half the time

style: .venv/.installed
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.installed
	@$(BIN)/mypy

sql: export FLUX_WAREHOUSE := :memory:
sql: .venv/.installed
	@$(BIN)/dbt parse --quiet --project-dir dbt_project --profiles-dir dbt_project
	@$(BIN)/sqlfluff lint --processes 2 $(if $(THOROUGH),--disregard-sqlfluffignores) dbt_project/models dbt_project/tests
	@$(BIN)/dbt-bouncer run --config-file pyproject.toml

# uv installs the lock in seconds where pip takes minutes; it is itself pinned and hashed in the lock.
# An environment whose Python is gone (an upgrade, a moved folder) is made again.
ifneq ($(wildcard .venv/.installed),)
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
$(shell rm -rf .venv)
endif
endif

.venv/.installed: requirements.lock
	@echo "Installing pinned dependencies into .venv (first call only) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=...")'
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; python3 -m venv .venv; } # Debian's may have no pip: another brings uv
	@awk '/^uv==/{p=1} p{print} p&&!/\\$$/{exit}' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@$(BIN)/uv venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

lock: .venv/.installed  ## re-resolve requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --quiet -o requirements.lock
	@for extra in lake spark; do sed -n "/^$$extra = \[/,/^\]/s/^ *\"\([^\"]*\)\".*/\1/p" pyproject.toml | $(BIN)/uv pip compile - --no-deps --generate-hashes --no-header --no-annotate --quiet -o requirements-$$extra.lock; done

lake: .venv/.installed  ## the optional extension of `flux-carbone lake`
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-lake.lock

spark: .venv/.installed  ## the optional engine of `.venv-spark/bin/flux-carbone spark`, in an environment of its own (Java 17, 500 MB)
	@test -d .venv-spark || $(PYTHON) -m venv --without-pip .venv-spark
	@$(BIN)/uv pip sync --quiet --python .venv-spark/bin/python --require-hashes requirements.lock requirements-spark.lock
	@$(BIN)/uv pip install --quiet --python .venv-spark/bin/python --no-deps --no-build-isolation --offline --editable .

clean:
	rm -rf .venv .venv-spark dbt_project/target dbt_project/logs
