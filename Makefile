# The commands of the house. `make help` lists them; CI runs exactly these.

CONFIGURATION ?= Release
SOLUTION := ControlPlane.sln
BIN := artifacts/bin
configuration := $(shell echo $(CONFIGURATION) | tr '[:upper:]' '[:lower:]')

.DEFAULT_GOAL := help
.PHONY: help build lint test demo dist bench run clean fuzz soak

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

build: ## build everything
	dotnet build $(SOLUTION) --configuration $(CONFIGURATION)

lint: ## check formatting, analysers and the protobuf contract
	eng/lint

test: build ## run every test, in private namespaces; no root needed
	eng/test $(configuration)

demo: build ## run the main job on real traffic between two private hosts
	eng/in-namespace dotnet $(BIN)/Demo/$(configuration)/Demo.dll

dist: ## build native mptcp-controld and mptcpctl into dist/
	eng/dist

bench: build dist ## measure the native build; ONLY="crowd storm" names benchmarks
	eng/in-namespace dotnet $(BIN)/Benchmarks/$(configuration)/Benchmarks.dll $(ONLY)

run: build ## run the daemon on this host (needs CAP_NET_ADMIN)
	dotnet $(BIN)/Server/$(configuration)/mptcp-controld.dll $(ARGS)

clean: ## remove what was built
	rm -rf artifacts dist

fuzz: build ## look for inputs that decoders fail on; FUZZ="--seconds 600 --only sockets" says how long and which
	dotnet $(BIN)/Fuzzing/$(configuration)/Fuzzing.dll $(FUZZ)

soak: build ## run the long storms; MPTCP_SOAK_MINUTES says how long, 5 when it does not
	MPTCP_REQUIRE_KERNEL=1 eng/in-namespace dotnet $(BIN)/Kernel.Tests/$(configuration)/Kernel.Tests.dll -noLogo -noColor -diagnostics \
		-explicit only -class '*.SoakTests'
