# Thin: everything real happens in meson.  The README's two commands are `make run` and `make test`.
BUILD ?= build
.PHONY: all run test bench surge fuzz lint deps web clean

all: deps web $(BUILD)/build.ninja
	ninja -C $(BUILD) kith

run: all
	./$(BUILD)/kith up --demo

test: deps web
	tools/test

bench: all
	meson test -C $(BUILD) --benchmark --verbose

surge: all
	tests/bench/surge.py

fuzz: deps
	tools/fuzz

lint: deps
	tools/lint

deps:
	@tools/deps

# The browser app: compiled into the binary by the build.
web: web/dist/index.html
web/dist/index.html: web/package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm ci --no-audit --no-fund --ignore-scripts && npm run build

$(BUILD)/build.ninja:
	meson setup $(BUILD) --buildtype=release

clean:
	rm -rf $(BUILD) build-* web/dist web/node_modules
