# Every task of the project. `make` alone lists them; each installs the Debian packages it needs and is missing.

SWIFT_FLAGS := --explicit-target-dependency-import-check error
# The package has Swift Testing tests only.
TEST_FLAGS := $(SWIFT_FLAGS) --disable-xctest
SWIFT_SOURCES := Package.swift Sources Tests Benchmarks/translation Benchmarks/routing Benchmarks/redis $(wildcard Fuzz)
SHELL_SCRIPTS := $(wildcard scripts/*.sh Benchmarks/*.sh) .ci/run

.DEFAULT_GOAL := help
.PHONY: help run build test check format bench faults fuzz tsan asan image clean temporary

# SwiftPM leaves folders in the temporary directory, and tests do that are ended from outside: here they are found again.
test check tsan asan: export TMPDIR := $(CURDIR)/.build/tmp
test check tsan asan: temporary

temporary:
	@mkdir -p .build/tmp
	@find .build/tmp -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf --one-file-system {} +

help: ## List the targets
	@sed -nE 's/^([a-z]+): .*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: build ## Build the hub and start it with config/hub.yaml
	@scripts/install-packages.sh run
	@exec .build/release/connector-hub serve --config config/hub.yaml

build: ## Build .build/release/connector-hub
	@scripts/install-packages.sh build
	@scripts/build-release.sh

test: ## Run every test: Swift, conformance against a running hub, deployment manifests
	@scripts/install-packages.sh build test
	@scripts/require-swift.sh
	@scripts/install-python.sh
	@scripts/test.sh $(TEST_FLAGS)

check: ## Check layout, scripts, warnings and target boundaries
	@scripts/install-packages.sh build check
	@scripts/require-swift.sh
	swift format lint --strict --parallel --recursive --configuration .swift-format $(SWIFT_SOURCES)
	shellcheck $(SHELL_SCRIPTS)
	swift build --build-tests $(SWIFT_FLAGS)
	@scripts/check-compile.sh

format: ## Lay out the Swift sources
	swift format format --in-place --parallel --recursive --configuration .swift-format $(SWIFT_SOURCES)

bench: ## Measure the hub, beside nginx
	@scripts/install-packages.sh build bench
	@Benchmarks/run.sh

faults: ## Show what clients see of sixteen faults of providers; CONFIG=FILE: of those in its routes too
	@scripts/install-packages.sh build
	@scripts/require-swift.sh
	@HUB_FAULTS=1 $(if $(CONFIG),HUB_FAULTS_CONFIG="$(abspath $(CONFIG))") \
	    swift test --no-parallel $(TEST_FLAGS) --filter FaultReportTests

fuzz: ## Feed hostile bytes to the parsers
	@scripts/install-packages.sh build
	@scripts/fuzz.sh

tsan: ## Run the Swift tests under the thread sanitizer
	@scripts/install-packages.sh build test
	TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/sanitizers/thread.supp" \
	    swift test --no-parallel --sanitize=thread --scratch-path .build/tsan $(TEST_FLAGS)

asan: ## Run the Swift tests under the address sanitizer
	@scripts/install-packages.sh build test
	@# Not for leaks: the hubs that tests build live to the end of the process, as a hub does, and tagged pointers hide
	@# globals from the search. Leaks show in the fuzzers, which look for them, and in `make bench`: memory after load.
	ASAN_OPTIONS=detect_leaks=0 swift test --no-parallel --sanitize=address --scratch-path .build/asan $(TEST_FLAGS)

image: ## Build the container image, with or without Docker, and have it answer a request
	@scripts/image.sh

clean: ## Remove everything built
	rm -rf --one-file-system .build .venv Benchmarks/build
