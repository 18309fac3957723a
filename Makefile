# make check is what CI runs. Every other target is a part of it, or a measure.

GO ?= go

.PHONY: check build vet fmt staticcheck test race test386 tree bench traces docs

check: build vet fmt staticcheck race test386 bench-build bench-driver bench-capture noise tree

build:
	$(GO) build ./...

vet:
	$(GO) vet ./...

fmt:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt would change these files"; exit 1; }

staticcheck:
	$(GO) tool staticcheck ./...

test:
	$(GO) test ./...

# What reads sources and nothing else has no goroutines to race.
race:
	$(GO) test -race $$($(GO) list ./... | grep -v -e /internal/boardcheck -e /internal/layers)

# The device set runs on 32 bits, and traces are read there.
test386:
	GOARCH=386 $(GO) test ./capture/... ./decode/... ./netdev/... ./replay/... ./wifinina/... ./internal/cobs/...

# Builds a sketch for every board and prints flash and RAM, where there is a
# tinygo on the PATH.
.PHONY: tinygo
tinygo:
	$(GO) test -count 1 -v -timeout 30m -run TestTinyGoBuildsForEveryBoard ./internal/boardcheck

# The benchmarks are a module of their own, because of what they compare with.
.PHONY: bench-build
bench-build:
	cd bench && $(GO) vet ./...

# Ten million damaged frames, of which none may be taken for a good one.
.PHONY: noise
noise:
	NINATRACE_NOISE_FRAMES=10000000 $(GO) test -count=1 -v -run TestNoDamagedFrameIsTaken ./capture

# The driver against its bars, in virtual time: the same on every machine.
.PHONY: bench-driver
bench-driver:
	cd bench && $(GO) test -count=1 -run TestDriver -v .

# Recording and reading against their bars, beside peers in the same run. Sizes
# and allocations decide about success, times do not.
.PHONY: bench-capture
bench-capture:
	cd bench && $(GO) test -count=1 -run TestCapture -v .

# decode beside tshark on the same exchanges, as JSON, and its memory for 2 GB of
# trace: about five minutes. DISSECTOR=FILE.lua compares with tshark's use of it.
.PHONY: bench-decode
bench-decode:
	cd bench && BENCH_DECODE=1 DISSECTOR='$(DISSECTOR)' $(GO) test -count=1 -timeout 30m -run TestDecode -v .

bench:
	cd bench && $(GO) test -bench . -benchmem ./...
	$(GO) test -run '^$$' -bench . -benchmem ./decode ./decode/ledger ./wifinina/wire ./wifinina/emulator ./capture/logic ./capture/ninalog

# The emulator under load for hours of virtual time: 2 h take about two minutes.
.PHONY: soak
soak:
	NINATRACE_SOAK=2h $(GO) test -count=1 -timeout 30m -run TestSoak -v ./wifinina/emulator

# Every fuzz test of the emulator for FUZZTIME.
FUZZTIME ?= 3m
.PHONY: fuzz
fuzz:
	for f in FuzzCommand FuzzSession FuzzMemory; do \
		$(GO) test -run '^$$' -fuzz $$f'$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 20x ./wifinina/emulator || exit 1; \
	done

# Records the corpus anew; the imported traces stay.
traces:
	$(GO) run ./traces/record -o traces

# Holds the emulator against recordings of the genuine firmware, by default
# those under traces/golden: docs/fidelity.md. `make test` does it too.
.PHONY: fidelity
DIR ?= traces/golden
fidelity:
	cd internal/fidelity && $(GO) test -count=1 -run '^TestFidelity$$' -args -dir='$(abspath $(DIR))'

docs:
	$(GO) generate ./...

# The tests leave nothing behind, and generated files are those in the tree.
tree:
	@test -z "$$(git status --porcelain)" || { git status --short; echo "the work tree is not clean"; exit 1; }
