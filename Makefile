# Every command that a person or CI needs. `make` alone lists them.
# Compile once, not again in each process that the tests start.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# The libraries of a first look: kiosk, text line. EXTRAS= leaves a kiosk without a text line; postgres, paper
# and charts come with `uv sync --inexact --extra NAME`, as the program says where it misses one.
EXTRAS ?= line
LIBRARIES = sh tools/libraries.sh $(VENV) "$(PYTHON)" "$(or $(MAKECMDGOALS),run)"

# A test that hangs ends the run with the stacks of its threads. The longest, which visits every page with axe, takes
# some eight minutes on quiet processors and more than fifteen on busy ones.
NO_HANG = -o faulthandler_timeout=$(1) -o faulthandler_exit_on_timeout=true
# Half of a test's time is waiting, for a browser or a server: two for each processor. A file's tests stay with one,
# since they share what they build; in the order of their names, which begins with the browser's: by their number
# of tests the longest would be the last, while other processors idle.
TESTS = $(PY) -m pytest -q -n $$(($$(nproc) * 2)) --dist loadfile --no-loadscope-reorder
SLOW ?= none

.PHONY: help run install bundle test test-all coverage faults mutants fuzz check bench soak pinned fonts sbom advisories
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: ## make a kiosk of this Debian 13 or Raspberry Pi OS, or bring it to this version; asks nothing; ARGS=... of deploy/setup.sh
	@sh deploy/setup.sh $(ARGS)

bundle: EXTRAS = line postgres
bundle: $(VENV)/.publisher ## program, pack and libraries on a stick, signed: KEY=keys/program.key TO=/media/stick/porchlight EXTRAS=...
	@sh deploy/bundle.sh "$(KEY)" "$(TO)" $(EXTRAS)

run: $(VENV)/.run ## the kiosk, the line and the schedule, from a bare checkout
	@$(PY) server.py

test: $(VENV)/.dev ## the quick tests and a sample of the long ones, real Chromium and PostgreSQL included; SLOW=tenth adds a tenth of the others
	@sh tools/test_needs.sh
	$(TESTS) $(call NO_HANG,900) --slow=$(SLOW)

test-all: $(VENV)/.dev ## every test, whole, and what it covered; PORCHLIGHT_EVERY_VISIT=1 also visits every page in every mode and size, hours long
	@sh tools/test_needs.sh
	$(TESTS) $(call NO_HANG,2700) --slow=all

coverage: $(VENV)/.dev ## the lines that the quick tests run, and the floor
	@sh tools/test_needs.sh
	$(TESTS) $(call NO_HANG,900) --slow=none --cov --cov-report=term

faults: $(VENV)/.dev ## plant each fault of tests/faults and see a test fail that runs its line
	@sh tools/test_needs.sh
	$(PY) -m tools.plant_faults

mutants: $(VENV)/.mutants ## change one thing at a time in the modules that decide most: does a test fail? MODULE=... for one
	$(PY) -m tools.mutants $(MODULE)

FUZZ := $(VENV)/fuzz
fuzz: $(VENV)/.fuzz ## a minute of hostile bytes to the form parser, and one of hostile text to the words
	@mkdir -p $(FUZZ)/form $(FUZZ)/words
	$(PY) -m tools.fuzz.form $(FUZZ)/form -max_total_time=60 -max_len=3000 -artifact_prefix=$(FUZZ)/form-
	$(PY) -m tools.fuzz.words $(FUZZ)/words -max_total_time=60 -max_len=4000 -artifact_prefix=$(FUZZ)/words-

check: $(VENV)/.dev ## format, lint, types, imports, sizes, concepts, plain words, and every problem of the shipped pack
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports --no-logo >/dev/null || $(VENV)/bin/lint-imports --no-logo
	$(PY) -m tools.layout >/dev/null
	$(PY) -m tools.concepts
	$(PY) tools/walks.py
	$(PY) -m tools.plain_words
	$(PY) -m pytest -q tests/test_architecture.py
	$(VENV)/bin/porchlight check

bench: $(VENV)/.bench ## speed and size as ratios against peers, in one run
	@sh tools/test_needs.sh
	$(PY) -m bench
	$(PY) -m bench.directory

soak: $(VENV)/.bench ## the line for half an hour at 200 messages a second: errors, growth, traces; then a slow disk
	$(PY) -m bench.soak
	$(PY) -m bench.slow_disk

sbom: $(VENV)/.dev ## dist/: a bill of materials (CycloneDX) and the license of each library
	@$(PY) -m tools.supply sbom dist

advisories: $(VENV)/.run ## known vulnerabilities of the libraries; exit code 1 some, 3 no database within reach
	@$(PY) -m tools.supply advisories

pinned: $(VENV)/.run ## rebuild content/packs/pinned/built after a change to the crisis set
	$(PY) -m tools.make.pinned

FONTS := $(VENV)/fonts
fonts: $(VENV)/.dev ## rebuild the screen's fonts from their packages (Debian: apt-get install fonts-noto-cjk)
	npm install --prefix $(FONTS) --ignore-scripts --no-audit --no-fund --silent \
		@fontsource-variable/atkinson-hyperlegible-next@5 @fontsource-variable/noto-sans@5 \
		@fontsource-variable/noto-sans-arabic@5 @fontsource-variable/noto-sans-gurmukhi@5
	$(PY) -m tools.make.fonts $(FONTS)/node_modules /usr/share/fonts/opentype/noto

# libraries.sh makes it, and repairs what an interrupted run left.
$(VENV)/bin/python: ;

LOCKED := pyproject.toml editor/pyproject.toml uv.lock
$(VENV)/.run: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --no-dev --group editor $(EXTRAS:%=--extra %) && touch $@

$(VENV)/.publisher: $(VENV)/.run
	@$(LIBRARIES) --no-dev --package porchlight-editor --extra publisher && touch $@

$(VENV)/.dev: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --compile-bytecode --all-extras --group dev && touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --no-dev --group editor --extra postgres $(EXTRAS:%=--extra %) --group bench --compile-bytecode && touch $@ $(VENV)/.run

$(VENV)/.fuzz: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --all-extras --group dev --group fuzz && touch $@ $(VENV)/.run

$(VENV)/.mutants: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --all-extras --group dev --group mutants && touch $@ $(VENV)/.run
