# The README's commands. Each sets up what it needs, once; a second run starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: tour test bench lint doc clean

# What the installed package is built from; a change to any of it rebuilds.
SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find crates python -type f \
	-not -path '*/__pycache__/*' -not -name '*.so' | sort)

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group build --group test --group lint
	touch $@

$(VENV)/installed: $(VENV)/ready $(SOURCES)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --release --quiet
	touch $@

test: $(VENV)/installed
	cargo test --quiet --workspace
	$(BIN)/python -m pytest -q

lint: $(VENV)/ready
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
