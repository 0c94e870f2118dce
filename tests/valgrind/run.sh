#!/bin/sh
# run.sh TEST...: these unit tests under memcheck, then the milter, the planner and cadencectl at work. A program that misuses memory,
# or loses some for good, ends with 9, and so its test fails.
set -u
cd "$(dirname "$0")/../.."
memcheck="valgrind --quiet --vgdb=no --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
    --num-callers=30 --suppressions=$PWD/tests/valgrind/suppressions"
failed=0
for test in "$@"; do
    echo "== ${test##*/tests/}"
    $memcheck "$test" || failed=1
done
CADENCE_UNDER=$memcheck python3 tests/e2e/run.py test_session test_templates test_wishes || failed=1
exit $failed
