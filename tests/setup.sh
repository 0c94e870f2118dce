#!/bin/sh
# What must be installed on a Debian 12 before `make` (build), `make test` (test) or `make demo` (demo). As root it installs what
# is missing; as anybody else it says exactly what to install. `build` only looks. Nothing is removed: another mail server
# would have to give way to Postfix, and that is the admin's to decide.
set -eu

build="gcc make pkg-config libmilter-dev libglib2.0-dev libsqlite3-dev libgmime-3.0-dev libconfuse-dev libesmtp-dev
libjansson-dev libical-dev libicu-dev libxml2-dev liblinear-dev"
run="$build python3 postfix faketime tzdata"
case "$1" in
build) wanted=$build ;;
demo) wanted=$run ;;
deb) wanted="$build build-essential debhelper fakeroot lintian" ;;
test) wanted="$run libcmocka-dev clang libclang-rt-14-dev llvm mandoc" ;; # llvm: suppressions go by names of functions
valgrind) wanted="$run libcmocka-dev valgrind" ;;
*) echo "usage: tests/setup.sh build|test|demo|deb|valgrind" >&2; exit 2 ;;
esac

if [ "$1" = demo ] && [ "$(id -u)" != 0 ]; then
    echo "make demo starts a Postfix of its own, and Postfix must be started by root: run it as root." >&2
fi

missing=
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
    [ "$1" != demo ] || [ "$(id -u)" = 0 ]
    exit
fi

if [ "$(id -u)" = 0 ] && [ "$1" != build ]; then
    echo "installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-remove --no-install-recommends $missing >/dev/null && exit 0
    echo "They could not be installed. If another mail server would have to go: Postfix takes its place, so decide first." >&2
    exit 1
fi
echo "These packages are missing. Install them (as root), then try again:" >&2
echo "    apt-get install$missing" >&2
exit 1
