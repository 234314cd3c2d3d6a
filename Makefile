# The README's commands. Each sets up what it needs, once; a second run starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: tour test bench guard conformance lint targets types doc docs dist clean

# What the installed package is built from; a change to any of it rebuilds.
SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find crates python -type f \
	-not -path '*/__pycache__/*' -not -name '*.so' | sort)

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group build --group test --group greenlets
	touch $@

$(VENV)/linters: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --group lint --group docs
	touch $@

$(VENV)/benches: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

$(VENV)/installed: $(VENV)/ready $(SOURCES)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --release --quiet
	touch $@

# Runs each example program, under its first line: those in Python, then those in Rust.
RUST_EXAMPLES := $(sort $(wildcard crates/weakly/examples/*.rs))
tour: $(VENV)/installed
	@for program in examples/*.py; do \
		title=$$(sed -n '1s/^"""//p' "$$program"); \
		output=$$($(BIN)/python "$$program") || exit 1; \
		printf '\n%s\n%s\n' "$$program: $$title" "$$output" | sed '3,$$s/^/    /'; \
	done
	@cargo build --quiet -p weakly --examples
	@for program in $(RUST_EXAMPLES); do \
		title=$$(sed -n '1s,^//! ,,p' "$$program"); \
		output=$$(cargo run --quiet -p weakly --example $$(basename "$$program" .rs)) || exit 1; \
		printf '\n%s\n%s\n' "$$program: $$title" "$$output" | sed '3,$$s/^/    /'; \
	done

test: $(VENV)/installed
	cargo test --quiet --workspace --features weakly/async,weakly/serde
	$(BIN)/python -m pytest -q

# Times both APIs beside their alternatives; writes the pages and charts of docs/benchmarks.
RESULTS := docs/benchmarks
bench: $(VENV)/installed $(VENV)/benches
	$(BIN)/python -m benches all-interpreters --output $(RESULTS)
	$(BIN)/python -m benches programs --output $(RESULTS)/programs.json
	$(BIN)/python -m benches caches --output $(RESULTS)/caches.json
	$(BIN)/python -m benches rust --output $(RESULTS)/rust.json
	$(BIN)/python -m benches report

# Fails if an operation takes more instructions than it did: a minute or two, on any machine that has valgrind.
guard: $(VENV)/installed
	$(BIN)/python -m benches guard

# The evidence that takes minutes: CPython's own tests and those of programs that use weakref, each beside
# the standard module, memory checkers, the tests marked as long, and all others on each interpreter.
# `make conformance REDUCED=--reduced` is the part that runs at each change; `-j 2` runs two parts at once.
REDUCED :=
PARTS := run sanitize free_threaded interpreters
ifndef REDUCED
PARTS += long users
endif
conformance: $(PARTS:%=conformance.%)
conformance.%: $(VENV)/installed
	$(BIN)/python -m conformance.$* $(REDUCED)
# It takes the wheels that the other has built, in the same place.
conformance.interpreters: conformance.run
conformance.long: $(VENV)/installed
	$(BIN)/python -m pytest -q -m long

lint: types doc
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --features weakly/async,weakly/serde --quiet -- -D warnings
	cargo clippy -p weakly --no-default-features --quiet -- -D warnings
	cargo test -p weakly --no-default-features --test without_std --quiet
	@# The same for an interpreter without the GIL, which need not be there.
	PYO3_CONFIG_FILE=$(CURDIR)/crates/weakly-pyo3/free-threaded.cfg \
		cargo clippy -p weakly-pyo3 -p weakly-python --target-dir target/free-threaded --quiet -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# The one of the tests that wants what only this installs.
	$(BIN)/python -m pytest -q tests/docs/test_site.py

# Compiles, without linking, for systems other than this one. `rustup` brings their standard libraries.
TARGETS := aarch64-unknown-linux-gnu i686-unknown-linux-gnu x86_64-unknown-linux-musl \
	x86_64-apple-darwin aarch64-apple-darwin x86_64-pc-windows-msvc aarch64-pc-windows-msvc
targets:
	rustup target add $(TARGETS) wasm32-unknown-unknown thumbv7em-none-eabi
	cargo check --quiet -p weakly --features async,serde --target wasm32-unknown-unknown
	cargo check --quiet -p weakly --no-default-features --target thumbv7em-none-eabi
	@for target in $(TARGETS); do \
		echo "$$target"; \
		cargo check --quiet -p weakly --features async,serde --target $$target && \
		PYO3_CROSS=1 PYO3_CROSS_PYTHON_VERSION=3.13 PYO3_CROSS_PYTHON_IMPLEMENTATION=CPython \
			cargo check --quiet -p weakly-python --target $$target || exit 1; \
	done

# The stubs against the extension, and everything typed against the stubs. What the typing tests
# say of weakly must hold for the standard library's stubs too.
TYPED_AS_STOCK := .build/typing
types: $(VENV)/installed $(VENV)/linters
	$(BIN)/mypy --no-error-summary
	$(BIN)/pyright
	$(BIN)/stubtest weakly --ignore-missing-stub --allowlist tests/typing/stubtest.txt
	@mkdir -p $(TYPED_AS_STOCK)
	@for name in containers references; do \
		sed 's/^import weakly/import weakref as weakly/' tests/typing/$$name.py \
			>$(TYPED_AS_STOCK)/$$name.py; \
	done
	$(BIN)/mypy --no-error-summary --config-file= --strict $(TYPED_AS_STOCK)
	MYPYPATH=python/weakly/shadow-stubs:python \
		$(BIN)/mypy --no-error-summary --config-file= --strict tests/typing/installed

doc:
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps -p weakly -p weakly-pyo3 --features weakly/async,weakly/serde

# The documentation site, in .build/site.
docs: $(VENV)/installed $(VENV)/linters
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

# What a release publishes: a wheel for each interpreter found, the sdist, the crates.
dist: $(VENV)/ready
	$(BIN)/maturin build --release --out dist --find-interpreter
	$(BIN)/maturin sdist --out dist
	cargo package -p weakly-unsafe -p weakly -p weakly-pyo3

clean:
	rm -rf $(VENV) .build dist
	cargo clean
