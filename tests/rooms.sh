#!/bin/sh
# Holds the code to docs/architecture.md: a room includes only its own headers and those of lower floors, and each outside library is
# included by one room only. Prints every line that breaks it.
set -eu
cd "$(dirname "$0")/.."

floor_of() {
    case "$1" in
    base) echo 0 ;;
    policy) echo 1 ;;
    store | message | classify | template | config | calendar) echo 2 ;;
    engine) echo 3 ;;
    mta) echo 4 ;;
    program) echo 5 ;;
    *) echo none ;;
    esac
}

# library header pattern, and the rooms that may include it
libraries='
libmilter/ mta
libesmtp mta
sqlite3 store
gmime/ message
libxml/ classify
linear.h classify
unicode/ template
confuse config
libical/ calendar
jansson base,engine,program,template
'

failed=0
passed=0
complain() {
    echo "$1"
    failed=$((failed + 1))
}

check_floors() {
    from=$(floor_of "$2")
    [ "$from" != none ] || complain "$1: \"$2\" is no room of docs/architecture.md"
    for target in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$1" | sort -u); do
        to=$(floor_of "$target")
        if [ "$to" = none ]; then
            complain "$1: includes \"$target/\", which is no room"
        elif [ "$target" != "$2" ] && [ "$to" -ge "$from" ]; then
            complain "$1: $2/ includes $target/, which is not below it"
        fi
    done
}

check_libraries() {
    echo "$libraries" | while read -r header rooms; do
        [ -n "$header" ] || continue
        case ",$rooms," in *",$2,"*) continue ;; esac
        ! grep -n "^#include <$header" "$1" || echo "$1: $header belongs to $rooms/"
    done
}

for file in $(find milter include -name '*.[ch]' | sort); do
    before=$failed
    room=$(echo "$file" | cut -d/ -f2)
    check_floors "$file" "$room"
    wrong=$(check_libraries "$file" "$room")
    [ -z "$wrong" ] || complain "$wrong"
    [ "$failed" -ne "$before" ] || passed=$((passed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
