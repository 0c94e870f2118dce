# cadence-milter. `make help` lists what can be made. Everything goes to build/ (BUILD=DIR for another place).

BUILD ?= build
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
VERSION := 0.1

CC := gcc
PACKAGES := glib-2.0 sqlite3 gmime-3.0 jansson libconfuse icu-i18n icu-uc libxml-2.0 libical
CPPFLAGS += -Iinclude -D_GNU_SOURCE -DCADENCE_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
OPTIMISE ?= -O2 -g
HARDEN ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wundef $(WERROR)
CFLAGS_ALL = -std=gnu17 $(OPTIMISE) $(HARDEN) $(WARN) $(SANITIZE) -MMD -MP -pthread $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now $(SANITIZE) -pthread $(LDFLAGS)
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lmilter -lesmtp -lm

PROGRAMS := cadence-milter cadence-planner cadencectl
MAINS := $(PROGRAMS:%=milter/program/%.c)
SOURCES := $(filter-out $(MAINS),$(wildcard milter/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libcadence.a
BENCH_TOOLS := $(addprefix $(BUILD)/tests/bench/,load populate reference)
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/*_test.c))

.PHONY: all help ready unit test bench demo install clean format
all: ready $(PROGRAMS:%=$(BUILD)/%)

help:
	@echo "make            build $(PROGRAMS) into $(BUILD)/"
	@echo "make demo       everything at work on a private Postfix"
	@echo "make test       all tests (LONG=1: the long ones too)"
	@echo "make unit       the unit tests alone"
	@echo "make bench      speed, each figure beside its reference (ROWS=, BENCH_SECONDS=, SCALE=)"
	@echo "make install    DESTDIR= PREFIX=$(PREFIX)"

# A missing library is named before the compiler trips over it.
ready:
	@tests/setup.sh build

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  compile $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -c -o $@ $<

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/milter/program/%.o $(LIBRARY)
	@echo "  link $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) -lcmocka

$(BENCH_TOOLS): $(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(LIBRARY)
	@echo "  link $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(BUILD)/tests/bench/load: $(addprefix $(BUILD)/tests/bench/,mta.o wire.o)
$(BUILD)/tests/bench/load $(BUILD)/tests/bench/populate: $(addprefix $(BUILD)/tests/bench/,letter.o population.o)

unit: $(UNIT_TESTS)
	@tests/run-unit.sh $(UNIT_TESTS)

test:
	@tests/setup.sh test
	@$(MAKE) --no-print-directory all
	@tests/run.sh

# Times, so nothing here can fail `make test`. ROWS="milter release" chooses, SCALE=10000000 goes to ten million customers.
bench:
	@tests/setup.sh demo
	@$(MAKE) --no-print-directory all $(BENCH_TOOLS)
	@BUILD=$(BUILD) tests/bench/bench.py $(ROWS)

demo:
	@tests/setup.sh demo
	@$(MAKE) --no-print-directory all
	@tests/demo/demo.py

# Configuration files that are there already are somebody's work: they stay.
install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(SYSCONFDIR)/cadence/postfix
	install -m 0755 $(BUILD)/cadence-milter $(BUILD)/cadence-planner $(DESTDIR)$(PREFIX)/sbin
	install -m 0755 $(BUILD)/cadencectl $(DESTDIR)$(PREFIX)/bin
	for page in docs/man/*.[1-8]; do \
	    install -D -m 0644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done
	install -m 0644 conf/postfix/README $(DESTDIR)$(SYSCONFDIR)/cadence/postfix
	for file in templates/*/*; do test -e $(DESTDIR)$(SYSCONFDIR)/cadence/$$file || \
	    install -D -m 0644 $$file $(DESTDIR)$(SYSCONFDIR)/cadence/$$file || exit 1; done
	test -e $(DESTDIR)$(SYSCONFDIR)/cadence/cadence.conf || \
	    install -m 0644 conf/cadence.conf $(DESTDIR)$(SYSCONFDIR)/cadence

format:
	clang-format -i $(wildcard include/*/*.h milter/*/*.c milter/*/*.h tests/*/*.c)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(MAINS:%.c=$(BUILD)/%.d) $(UNIT_TESTS:%=%.d) $(wildcard $(BUILD)/tests/bench/*.d)
.SECONDARY:
