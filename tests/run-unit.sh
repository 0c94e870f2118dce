#!/bin/sh
# Runs unit test binaries one after the other; every one must pass. cmocka prints what failed and where.
set -u
failed=0
for test in "$@"; do
    echo "== ${test##*/tests/}"
    "$test" || failed=1
done
exit $failed
