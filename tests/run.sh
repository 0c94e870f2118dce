#!/bin/sh
# All tests, from the smallest to the largest; ends with one line, "N passed, N failed". LONG=1 runs the long ones too.
# The unit tests run three times: as they ship, with clang under ASan and UBSan, and those with threads under TSan, under which the
# daemons run for a while too.
set -u
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
export BUILD
log=$BUILD/test.log
passed=0
failed=0
# CASES are of the oracle that the rules are held against, HISTORIES of those that simulate reproduces.
[ -z "${LONG:-}" ] || export CADENCE_CASES=100000 CADENCE_HISTORIES=400
mkdir -p "$BUILD"

# Adds up what cmocka ("[  PASSED  ] 3 test(s).", " 1 FAILED TEST(S)") and our own scripts ("3 passed, 1 failed") print.
count() {
    awk '/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
         /^ ?[0-9]+ FAILED TEST/ { failed += $1 }
         /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3 }
         END { print passed + 0, failed + 0 }' "$log"
}

tested_nothing() { # tested_nothing PASSED
    [ "$1" = 0 ] && ! grep -qw "skipped" "$log"
}

# step NAME COMMAND...: a command that fails without saying how many tests did counts as one, as does one that tests nothing.
step() {
    name=$1
    shift
    echo "=== $name"
    "$@" >"$log" 2>&1
    status=$?
    set -- $(count)
    if [ "$2" = 0 ] && { [ "$status" != 0 ] || tested_nothing "$1"; }; then
        set -- "$1" 1
    fi
    passed=$((passed + $1))
    failed=$((failed + $2))
    if [ "$2" != 0 ]; then
        cat "$log"
        echo "=== $name: $1 passed, $2 FAILED"
    else
        grep -w "skipped" "$log" | sort -u || true
        echo "    $1 passed"
    fi
}

# Those that start threads of their own, or a server that does; planner_prune_test has a limit of time.
threaded() {
    grep -lE "g_thread_new|pthread_create|smtp_server.h" tests/*/*_test.c | grep -v planner_prune_test |
        sed "s|^tests/\(.*\)\.c$|$BUILD/tsan/tests/\1|"
}

sanitized() { # sanitized FOLDER FLAGS TARGET...
    folder=$1 flags=$2
    shift 2
    make --no-print-directory -j2 BUILD="$BUILD/$folder" CC=clang WERROR=-Werror HARDEN= OPTIMISE="-O1 -g -fno-omit-frame-pointer" \
        SANITIZE="$flags" "$@"
}

# GLib reuses memory behind the sanitizer's back unless told not to.
thread_sanitized() {
    sanitized tsan -fsanitize=thread all $(threaded) && G_SLICE=always-malloc tests/run-unit.sh $(threaded)
}

# The daemons are no longer root when suppressions look for names in them, and could not read them in a clone below /root.
daemons_thread_sanitized() {
    programs=$(mktemp -d) && chmod 755 "$programs" && cp "$BUILD"/tsan/cadence* "$programs" || return 1
    G_SLICE=always-malloc TSAN_OPTIONS="suppressions=$PWD/tests/tsan/suppressions" BUILD="$programs" \
        python3 tests/e2e/run.py test_caps test_session test_operating
    status=$?
    rm -r "$programs"
    return $status
}

manual_pages() {
    for page in docs/man/*.[1-8]; do
        mandoc -T lint -W warning "$page" || return 1
    done
    echo "$(ls docs/man/*.[1-8] | wc -l) passed, 0 failed"
}

step "rooms" tests/rooms.sh
step "manual pages" manual_pages
step "unit" make --no-print-directory -j2 unit
step "unit, clang, address and undefined behaviour" sanitized asan "-fsanitize=address,undefined -fno-sanitize-recover=undefined" unit
step "inputs that fuzzers found" sanitized asan "-fsanitize=address,undefined -fno-sanitize-recover=undefined" replay
step "unit, clang, threads" thread_sanitized
step "daemons at work, clang, threads" daemons_thread_sanitized
step "cadencectl" sh tests/program/cadencectl.sh
step "manual pages and completion against the programs" sh tests/program/manual.sh
step "template expand, the official specification" python3 tests/program/expand_spec.py
step "end to end" python3 tests/e2e/run.py
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
