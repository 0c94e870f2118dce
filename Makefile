# cadence-milter. `make help` lists what can be made. Everything goes to build/ (BUILD=DIR for another place).

BUILD ?= build
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
DESTDIR ?=
VERSION := 0.1

CC := gcc
PACKAGES := glib-2.0 sqlite3 gmime-3.0 jansson libconfuse icu-i18n icu-uc libxml-2.0 libical
CPPFLAGS += -Iinclude -D_GNU_SOURCE -DCADENCE_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
OPTIMISE ?= -O2 -g
HARDEN ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wundef $(WERROR)
CFLAGS_ALL = -std=gnu17 $(OPTIMISE) $(HARDEN) $(WARN) $(SANITIZE) -MMD -MP -pthread $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now $(SANITIZE) -pthread $(LDFLAGS)
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lmilter -lesmtp -llinear -lm

PROGRAMS := cadence-milter cadence-planner cadencectl
MAINS := $(PROGRAMS:%=milter/program/%.c)
SOURCES := $(filter-out $(MAINS),$(wildcard milter/*/*.c)) $(if $(findstring thread,$(SANITIZE)),tests/tsan/glib.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libcadence.a
LEXICON := $(sort $(wildcard milter/classify/lexicon/*.txt))
KNOWLEDGE := $(BUILD)/milter/classify/knowledge.o
BENCH_TOOLS := $(addprefix $(BUILD)/tests/bench/,load populate reference)
FUZZERS := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
REPLAYS := $(FUZZERS:%=$(BUILD)/tests/fuzz/%_replay)
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/*_test.c))
# `make demo` and its like are the first thing a newcomer says: they build with every processor, unless -j says how many.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
MEMCHECKED := $(patsubst %,$(BUILD)/tests/%_test,base/text calendar/holidays config/load engine/custody message/message \
    message/rewrite mta/inject policy/rule program/csv store/customer store/custody store/writer template/place template/shelf)

.PHONY: all help ready unit replay fuzz fuzzers valgrind faults endurance test bench bench-template bench-classify demo install deb clean format
all: ready $(PROGRAMS:%=$(BUILD)/%)

help:
	@echo "make            build $(PROGRAMS) into $(BUILD)/"
	@echo "make demo       everything at work on a private Postfix"
	@echo "make test       all tests (LONG=1: the long ones too)"
	@echo "make unit       the unit tests alone"
	@echo "make faults     what can break while mail flows, for minutes rather than seconds"
	@echo "make valgrind   memory, by memcheck: some unit tests, the daemons at work, cadencectl"
	@echo "make bench      speed, each figure beside its reference (ROWS=, BENCH_SECONDS=, SCALE=)"
	@echo "make endurance  the daemons' memory over a million messages"
	@echo "make fuzz       search for inputs that break us (FUZZ_SECONDS=60 each, FUZZ=\"NAME…\": these alone)"
	@echo "make install    DESTDIR= PREFIX=$(PREFIX)"
	@echo "make deb        a Debian package, in $(BUILD)/"

# A missing library is named before the compiler trips over it.
ready:
	@tests/setup.sh build

$(LIBRARY): $(OBJECTS) $(KNOWLEDGE)
	@rm -f $@
	@$(AR) rcs $@ $^

# Lexicon and weights become part of the programs as they stand (milter/classify/knowledge.h).
$(KNOWLEDGE): $(LEXICON) milter/classify/weights.txt
	@mkdir -p $(@D)
	@cat $(LEXICON) >$(@D)/lexicon
	@cp milter/classify/weights.txt $(@D)/weights
	@cd $(@D) && ld -r -b binary -z noexecstack -o $(@F) lexicon weights

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

# The fuzzers over the inputs that are kept, as any compiler builds them.
$(BUILD)/tests/fuzz/%_replay: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/tests/fuzz/replay.o $(LIBRARY)
	@echo "  link $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

replay: $(REPLAYS)
	@for name in $(FUZZERS); do $(BUILD)/tests/fuzz/$${name}_replay tests/fuzz/corpus/$$name/* || exit 1; done

$(BUILD)/fuzzers/%: $(BUILD)/tests/fuzz/%_fuzz.o $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(LIBS)

fuzzers: $(FUZZERS:%=$(BUILD)/fuzzers/%)

fuzz:
	@tests/setup.sh test
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=clang HARDEN= OPTIMISE="-O1 -g" \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" fuzzers
	@BUILD=$(BUILD) tests/fuzz/run.sh $(FUZZERS)

test:
	@tests/setup.sh test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/run.sh

valgrind:
	@tests/setup.sh valgrind
	@$(MAKE) --no-print-directory all $(MEMCHECKED)
	@BUILD=$(BUILD) tests/valgrind/run.sh $(MEMCHECKED)

faults:
	@tests/setup.sh test
	@$(MAKE) --no-print-directory $(JOBS) all
	@LONG=1 python3 tests/e2e/run.py test_killed test_store test_hostile test_session test_listener

# Times, so nothing here can fail `make test`. ROWS="milter release" chooses, SCALE=10000000 goes to ten million customers.
bench:
	@tests/setup.sh demo
	@$(MAKE) --no-print-directory $(JOBS) all $(BENCH_TOOLS)
	@BUILD=$(BUILD) tests/bench/bench.py $(ROWS)

endurance:
	@tests/setup.sh demo
	@$(MAKE) --no-print-directory $(JOBS) all $(BENCH_TOOLS)
	@BUILD=$(BUILD) tests/bench/endurance.py

$(BUILD)/tests/bench/%_bench: $(BUILD)/tests/bench/%_bench.o $(LIBRARY)
	@echo "  link $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

bench-template bench-classify: bench-%: $(BUILD)/tests/bench/%_bench
	@$<

demo:
	@tests/setup.sh demo
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/demo/demo.py

# Configuration files that are there already are somebody's work: they stay. The sample templates name topics of the sample
# configuration, so they come with it or not at all.
install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(SYSCONFDIR)/cadence/postfix
	install -m 0755 $(BUILD)/cadence-milter $(BUILD)/cadence-planner $(DESTDIR)$(PREFIX)/sbin
	install -m 0755 $(BUILD)/cadencectl $(DESTDIR)$(PREFIX)/bin
	for page in docs/man/*.[1-8]; do \
	    install -D -m 0644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done
	install -m 0644 conf/postfix/README conf/postfix/master.cf $(DESTDIR)$(SYSCONFDIR)/cadence/postfix
	test -e $(DESTDIR)$(SYSCONFDIR)/cadence/cadence.conf || for file in templates/*/*; do \
	    test -e $(DESTDIR)$(SYSCONFDIR)/cadence/$$file || \
	    install -D -m 0644 $$file $(DESTDIR)$(SYSCONFDIR)/cadence/$$file || exit 1; done
	test -e $(DESTDIR)$(SYSCONFDIR)/cadence/cadence.conf || \
	    install -m 0644 conf/cadence.conf $(DESTDIR)$(SYSCONFDIR)/cadence
	install -d $(DESTDIR)$(UNITDIR)
	for unit in milter planner; do sed 's|=\(+*\)/usr/|=\1$(PREFIX)/|' conf/systemd/cadence-$$unit.service \
	    >$(DESTDIR)$(UNITDIR)/cadence-$$unit.service || exit 1; done
	install -D -m 0644 conf/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/cadence-milter.conf
	install -D -m 0644 conf/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/cadence-milter.conf
	install -D -m 0644 conf/completion/cadencectl $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cadencectl

# Debian's tools want the packaging in debian/ beside the sources: they get a copy of the tree that has it there. Tests are the
# job of `make test`; dpkg-buildpackage called by hand in that copy runs the unit tests too.
deb:
	@tests/setup.sh deb
	rm -rf $(BUILD)/deb
	mkdir -p $(BUILD)/deb/cadence-milter-$(VERSION)
	cp -a Makefile LICENSE README.md conf docs include milter templates tests $(BUILD)/deb/cadence-milter-$(VERSION)
	mv $(BUILD)/deb/cadence-milter-$(VERSION)/conf/debian $(BUILD)/deb/cadence-milter-$(VERSION)/debian
	cd $(BUILD)/deb/cadence-milter-$(VERSION) && env -u MAKEFLAGS -u MFLAGS -u BUILD \
	    DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=nocheck dpkg-buildpackage --no-sign --build=binary
	cp $(BUILD)/deb/*.deb $(BUILD)/
	lintian --allow-root --fail-on error,warning $(BUILD)/deb/*.changes

format:
	clang-format -i $(wildcard include/*/*.h milter/*/*.[ch] tests/*.h tests/*/*.[ch])

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(MAINS:%.c=$(BUILD)/%.d) $(UNIT_TESTS:%=%.d) $(wildcard $(BUILD)/tests/bench/*.d)
-include $(FUZZERS:%=$(BUILD)/tests/fuzz/%_fuzz.d)
.SECONDARY:
