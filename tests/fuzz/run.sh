#!/bin/sh
# Each fuzzer for FUZZ_SECONDS (60), one after the other. What one finds stays in build/fuzz/found and belongs into
# tests/fuzz/corpus/NAME once it is understood. FUZZ="message csv" searches with those alone.
set -u
cd "$(dirname "$0")/../.."
failed=0
passed=0
for name in ${FUZZ:-"$@"}; do
    mkdir -p "$BUILD/fuzz/corpus/$name" "$BUILD/fuzz/found"
    echo "=== $name, ${FUZZ_SECONDS:-60} s"
    if "$BUILD/fuzz/fuzzers/$name" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=4096 -max_len=65536 \
        -print_final_stats=0 -verbosity=0 -artifact_prefix="$BUILD/fuzz/found/$name-" "$BUILD/fuzz/corpus/$name" \
        "tests/fuzz/corpus/$name"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
