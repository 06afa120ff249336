# The few commands a person types; each installs what it needs.
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: demo
demo: ## three sites with real footage in the browser; Ctrl-C ends it all
	@tools/demo

.PHONY: test
test: ## everything that must hold: C++, must-not-compile, crash, web and browser tests
	@tools/test

.PHONY: build
build: ## the programs and the web UI, as shipped
	@tools/build release

.PHONY: bench
bench: ## what this machine does, next to a baseline measured in the same run
	@tools/bench

.PHONY: asan tsan
asan: ## unit tests under the address and undefined-behaviour sanitizers
	@tools/sanitize asan
tsan: ## unit tests under the thread sanitizer
	@tools/sanitize tsan

.PHONY: law-mutation
law-mutation: ## one mistake after the other in every rule: do the cases notice?
	@tools/build release proviso-law-mutation && build/release/bin/proviso-law-mutation packs

.PHONY: fuzz
fuzz: ## fuzz every parser for SECONDS each (default 60)
	@tools/setup fuzz && tools/fuzz $(or $(SECONDS_EACH),60)

.PHONY: lint
lint: ## clang-format and clang-tidy, both at zero
	@tools/lint

.PHONY: format
format: ## clang-format, in place
	@tools/lint --fix

.PHONY: clean
clean: ## remove everything built, and the demo's data
	rm -rf build .demo web/dist web/node_modules
