#!/bin/sh
# The manual pages and the completion against the program: each command and option of cadencectl has its entry in cadencectl(1),
# each setting of the grammar one in cadence.conf(5), and the completion offers what --help lists. Last line: what counts.
set -eu

ctl_binary=$(realpath "${BUILD:-build}/cadencectl")
project=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# holds WHAT COMMAND…
holds() {
    what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

is_empty() {
    [ -z "$1" ]
}

# The commands that --help lists, one a line, without their operands: "held list".
"$ctl_binary" --help | sed -n 's/^  \([a-z].*\)/\1/p' | awk '{ print $2 ~ /^[a-z]/ ? $1 " " $2 : $1 }' >"$work/commands"

# Those that cadencectl(1) has an entry for, which is a line ".It Cm held list …".
awk '/^\.It Cm [a-z]/ { print $4 ~ /^[a-z]+$/ ? $3 " " $4 : $3 }' "$project/docs/man/cadencectl.1" >"$work/documented"

each_command_once() {
    twice=$(sort "$work/commands" | uniq -d)
    holds "listed twice by --help: $twice" is_empty "$twice"
    while read -r command; do
        holds "cadencectl(1) has no entry for '$command'" grep -qxF "$command" "$work/documented"
    done <"$work/commands"
    while read -r command; do
        holds "cadencectl(1) has '$command', which --help does not list" grep -qxF "$command" "$work/commands"
    done <"$work/documented"
}

# The page may say `Fl -at` of any command that takes it, and has to say it of one.
each_option() {
    while read -r command; do
        "$ctl_binary" $command --help | sed -nE 's/^  (-., )?--([a-z-]+).*/\2/p'
    done <"$work/commands" | sort -u >"$work/options"
    while read -r option; do
        holds "cadencectl(1) does not name --$option" grep -qE -- "Fl -$option( |\$)" "$project/docs/man/cadencectl.1"
    done <"$work/options"
}

# A setting that the program knows is in the list with which it answers an unknown one.
settings_of() { # settings_of TEXT-BEFORE-THE-UNKNOWN-NAME TEXT-BEHIND
    printf '%s unheard_of = 1 %s\n' "$1" "$2" >"$work/conf"
    "$ctl_binary" -c "$work/conf" check 2>&1 | sed -n 's/.*one of \(.*\) was expected/\1/p' | tr -d ,
}

names_all() { # names_all SECTION SETTINGS: in the section's entry of cadence.conf(5), up to the next section's
    page=$(awk -v section="$1" '
        /^\.Ss / { inside = 0 }
        /^\.It Ic [a-z]+ (\{|Qo)/ { inside = section == $3 || (section == "policy" && inside) }
        inside && /^\.(It Ic|Ic|Cm) / { print }' "$project/docs/man/cadence.conf.5")
    [ "$1" != file ] || page=$(grep -E '^\.(It Ic|Fn) ' "$project/docs/man/cadence.conf.5")
    for setting in $2; do
        holds "cadence.conf(5) does not name '$setting' of $1" sh -c 'printf "%s" "$1" | grep -qw -- "$2"' - "$page" "$setting"
    done
}

each_setting() {
    settings=$(settings_of "" "")
    holds "the program's settings are found" [ -n "$settings" ]
    names_all file "$settings"
    for section in $settings; do
        case $section in
        stream | topic | attribute | segment | cadence | policy) inside=$(settings_of "$section \"x\" {" "}") ;;
        *) inside=$(settings_of "$section {" "}") ;;
        esac
        names_all "$section" "$inside"
    done
    for rule in ratio first hours hold; do
        names_all "$rule" "$(settings_of "policy \"default\" { $rule {" "} }")"
    done
    for rule in cap gap gate; do
        names_all "$rule" "$(settings_of "policy \"default\" { $rule \"x\" {" "} }")"
    done
}

# completes "WORD WORD…" EXPECTED: what bash would offer for the last word of the line.
completes() {
    offered=$(PATH=$(dirname "$ctl_binary"):$PATH bash -c '
        . "$1"
        compopt() { COMPREPLY=(files); }
        read -ra COMP_WORDS <<<"${2/=/ = }"
        [[ $2 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _cadencectl
        echo "${COMPREPLY[*]}"' - "$project/conf/completion/cadencectl" "$1")
    holds "completion of '$1' offers '$offered', not '$2'" [ "$offered" = "$2" ]
}

completion() {
    completes "cadencectl sim" "simulate"
    completes "cadencectl held r" "release"
    completes "cadencectl held " "list show release drop export"
    completes "cadencectl --json template re" "render"
    completes "cadencectl -c $work/conf template re" "render"
    completes "cadencectl --now 2026-11-25T09:00:00Z pl" "plan"
    completes "cadencectl classify tr" "train"
    completes "cadencectl classify train --no" "--no-labels --now"
    completes "cadencectl try --se" "--sender"
    completes "cadencectl template expand --as " "html text"
    completes "cadencectl try --sender " ""
    completes "cadencectl --config=/dev/null held l" "list"
    completes "cadencectl --config=" "files"
    completes "cadencectl try " "files"
    completes "cadencectl try --output " "files"
}

each_command_once
each_option
each_setting
completion
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
