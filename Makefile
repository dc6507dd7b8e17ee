# `make run` and `make test` do everything from a fresh clone with only the Swift toolchain.

PACKAGES := libopenblas-dev liblapacke-dev libssl-dev libfftw3-dev libnetcdf-dev gnuplot-nox gmt-gshhg-low pkg-config python3
RELEASE := swift build -c release --product ppl
SOURCES := Sources Tests Models Examples Benchmarks Package.swift
PREFIX ?= /usr/local
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: run test messages links lint graph warnings examples golden fuzz docs migration build setup bench format clean panel cycle-network kill dist install dist-test

run: build  ## Fit the embedded example and print its table with the truth.
	.build/release/ppl fit gev-multiplicative

test: setup  ## Every test; what is skipped, and why, is said after the tests.
	Tests/run.sh
	Tests/release-messages.sh
	PPL=.build/debug/ppl SIZE=10 Tests/kill.sh 6
	$(MAKE) --no-print-directory messages examples links

messages: setup  ## The compiler's sentences about common mistakes in models.
	Tests/compile-messages.sh

links: setup  ## What a program on PPL and Tables links: no OpenSSL, no FFTW, no argument parser; its own tests with PPLTestKit.
	Tests/links.sh

lint: setup  ## Is every source formatted as `make format` leaves it, and within its rules; is there a circle of imports, or a comment of two words?
	swift format lint --strict --recursive $(SOURCES)
	Tests/graph.py
	Tests/words.py

graph: setup  ## Which target and which folder uses which, for `dot -Tsvg`; `Tests/graph.py text` says by which names.
	@Tests/graph.py dot

warnings: setup  ## Build with the tests; a compiler warning in a source of ours that is compiled is an error.
	@mkdir -p .build
	@swift build --build-tests >.build/warnings.log 2>&1 || { cat .build/warnings.log; exit 1; }
	@! grep -E '^$(CURDIR)/(Sources|Tests|Models|Examples)/.*: (warning|error):' .build/warnings.log

examples: setup  ## The plugin of Examples and a new one, as strangers would build, test and run them.
	Tests/examples.sh

kill: build  ## Kill fits and an experiment at random moments, resume them, and compare them bit by bit with one run.
	Tests/kill.sh

golden: setup  ## Only the tests against golden files, in Tests/Reference or $PPL_REFERENCE_DIR.
	swift test --filter GoldenTests

fuzz: setup  ## 10,000 mutated data folders, or $PPL_FUZZ_COUNT from $PPL_FUZZ_SEED on: each ends in an error or a fit.
	PPL_FUZZ_COUNT=$${PPL_FUZZ_COUNT:-10000} swift test --no-parallel --filter DataFuzzTests

docs: setup  ## The documentation of every module, in .build/docs; a warning is an error.
	Documentation/build.sh

migration: setup  ## Documentation/Migration-0.2.md, from the sources of both versions.
	Documentation/migration.py

build: setup  ## The program, optimized: .build/release/ppl.
	$(RELEASE)

dist:  ## The program for machines without Swift: a tarball and a Debian package in .build/dist.
	$(MAKE) --no-print-directory setup PACKAGES="$(PACKAGES) dpkg-dev"
	Packaging/dist.sh ppl

install: dist  ## The program with its manual page and completions, below PREFIX.
	mkdir -p $(DESTDIR)$(PREFIX)
	cp -R .build/dist/ppl-*/. $(DESTDIR)$(PREFIX)/

dist-test: dist  ## Install the Debian package in a bare system without Swift, and fit, predict and report there.
	$(MAKE) --no-print-directory setup PACKAGES="$(PACKAGES) debootstrap"
	Tests/dist.sh

setup:  ## Install the Debian packages that are missing.
	@missing=; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; \
	  $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; fi

bench: setup  ## Speed and memory, as ratios within one run.
	Benchmarks/run.sh
	Benchmarks/run.sh allocations

panel: build  ## Fit the 34 Spanish stations of ../shared/data.
	Models/SpainExtremes/make-data.sh ../shared/data .build/SpainExtremes
	.build/release/ppl fit gev-multiplicative --data .build/SpainExtremes --seed 1

cycle-network: build  ## Train the network of `ppl run lsef-cycle` and hold it in the source.
	.build/release/ppl fit lsef-spectrum --preset cycle --output .build/cycle-network --overwrite
	Models/LSEFCycleNetwork/make-source.sh .build/cycle-network

format:  ## Format all sources in place.
	swift format --in-place --recursive $(SOURCES)

clean:
	rm -rf .build
