#!/bin/sh
# cadencectl from outside: what each command answers, prints and leaves in a store of its own. No daemon, no Postfix, no network.
# Each check prints what failed; the last line counts.
set -eu

ctl_binary=$(realpath "${BUILD:-build}/cadencectl")
project=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0 failed=0

cat >cadence.conf <<END
milter { socket = "unix:milter.sock" }
store { url = "sqlite:$work/store/cadence.db" }
secret = "secret"
user = "nobody"
defaults { timezone = "Europe/Warsaw"  locale = "pl"  unknown_customer = "ignore" }
stream "crm" { sender = {"*@crm.bank.example"}  trust = true  personalize = true }
topic "security" { class = "relational"  exempt = true }
topic "loans" { class = "sales" }
attribute "first_name" { sensitivity = 0 }
policy "default" {
  cap "sales a week" { class = "sales"  limit = 2  window = "7d" }
  hold { max = "30d" }
}
END

now=2026-11-25T09:00:00+01:00

ctl() {
    "$ctl_binary" -c cadence.conf --now "$now" "$@"
}

# check WHAT STATUS COMMAND…: the command ends with that status; its output stays in out and err.
check() {
    what=$1 expected=$2
    shift 2
    status=0
    "$@" >out 2>err || status=$?
    if [ "$status" = "$expected" ]; then
        passed=$((passed + 1))
        return 0
    fi
    failed=$((failed + 1))
    echo "FAILED: $what: status $status, expected $expected"
    sed 's/^/    /' out err
}

# says WHAT FILE TEXT: the text stands somewhere in out or err of the last check.
says() {
    if grep -qF -- "$3" "$2"; then
        passed=$((passed + 1))
        return 0
    fi
    failed=$((failed + 1))
    echo "FAILED: $1: no '$3' in $2:"
    sed 's/^/    /' "$2"
}

# json WHAT EXPRESSION: a Python expression over the document d in out is true.
json() {
    if python3 -c 'import json, sys; d = json.load(open("out")); sys.exit(not eval(sys.argv[1]))' "$2" 2>trace; then
        passed=$((passed + 1))
        return 0
    fi
    failed=$((failed + 1))
    echo "FAILED: $1: not true: $2"
    sed 's/^/    /' out trace
}

# ---- usage ----

check "no command is usage" 2 ctl
says "no command names what there is" err "expected one of: init, check, try"
check "an unknown command is usage" 2 ctl frobnicate
check "half a command is usage" 2 ctl customer
says "half a command names the other half" err "import, show, set"
check "an unknown option is usage" 2 ctl --frobnicate status
check "an option of another command is usage" 2 ctl status --rcpt a@b.example
says "the option is named" err "'status' takes no --rcpt"
check "a missing argument is usage" 2 ctl customer show
says "the missing argument is named" err "expected CUSTOMER"
check "an argument too many is usage" 2 ctl status now
check "a time without an offset is usage" 2 "$ctl_binary" status --now 2026-11-25T09:00:00
check "help needs no configuration" 0 "$ctl_binary" -c nowhere.conf held release --help
says "help names the arguments" out "held release ID|--all"
check "the version needs none either" 0 "$ctl_binary" -c nowhere.conf -V
says "the version is printed" out "cadencectl "

# ---- configuration ----

check "a configuration that is not there" 3 "$ctl_binary" -c nowhere.conf status
printf 'store { url = "sqlite:x" }\nfrobnicate = 1\n' >broken.conf
check "a broken configuration" 3 "$ctl_binary" -c broken.conf check
says "the line is named" err "broken.conf:2: "
check "a broken configuration is not reloaded" 3 "$ctl_binary" -c broken.conf reload

# ---- init, check, status ----

check "without a store the answer is temporary" 4 ctl status
check "check names what is missing" 1 ctl check --json
json "store and secret are at fault" '[f["about"] for f in d["findings"] if f["kind"] == "fault"] == ["store", "secret"]'
check "init makes store and secret" 0 ctl init --json
json "both are made" 'd["store"]["made"] and d["secret"]["made"]'
cp secret secret.before
check "init again keeps them" 0 ctl init
says "and says so" out "is kept"
check "the secret is the same" 0 cmp secret secret.before
check "nobody else reads the secret" 0 test "$(stat -c %a secret)" = 600
check "check is content" 0 ctl check --json
json "nothing is at fault" 'd["ok"] and not [f for f in d["findings"] if f["kind"] == "fault"]'
sed 's/limit = 2/limit = 0/' cadence.conf >biting.conf
check "what will bite is no fault" 0 "$ctl_binary" -c biting.conf check --json
json "but a warning that names policy and rule" \
    'any(f["kind"] == "warning" and "policy \"default\": cap \"sales a week\"" in f["what"] for f in d["findings"])'
sed 's/user = "nobody"/user = "nobody.at.all"/' cadence.conf >userless.conf
check "a user that there is not is no fault" 0 "$ctl_binary" -c userless.conf check
says "but a warning" out 'warning  user: there is no user "nobody.at.all"'
mkdir bin shut
cat >bin/postconf <<'END'
#!/bin/sh
case "$2 $3" in
"-h mail_owner") echo nobody ;;
"-h queue_directory") echo /var/spool/postfix ;;
"-h "*milters) cat milters ;;
"-M ") cat master.cf ;;
esac
END
echo >milters
echo >master.cf
chmod 755 bin/postconf
chmod 711 .
sed "s|unix:milter.sock|unix:$work/shut/milter.sock|" cadence.conf >shut.conf
check "a socket that is not there" 0 env PATH="$work/bin:$PATH" "$ctl_binary" -c shut.conf check
says "is asked after" out "there is no socket $work/shut/milter.sock: does cadence-milter run?"
touch shut/milter.sock
chmod 666 shut/milter.sock
chmod 700 shut
check "a socket out of Postfix's reach" 0 env PATH="$work/bin:$PATH" "$ctl_binary" -c shut.conf check
says "is named with the user" out "user nobody may not use our socket $work/shut/milter.sock"
chmod 711 shut
check "a socket within it" 0 env PATH="$work/bin:$PATH" "$ctl_binary" -c shut.conf check --json
json "is not" 'not any("our socket" in f["what"] and "nobody" in f["what"] for f in d["findings"])'
postfix_is() { # postfix_is ARGUMENTS: check, with a Postfix whose listener has these
    printf 'smtp inet n - n - - smtpd\n127.0.0.1:10025 inet n - n - - smtpd %s\n' "$1" >master.cf
    check "a listener that has $1" 0 env PATH="$work/bin:$PATH" "$ctl_binary" -c shut.conf check
}
echo "unix:$work/shut/milter.sock" >milters
postfix_is "-o syslog_name=postfix/cadence"
says "is fine" out "fine     postfix: it asks us about all mail"
postfix_is "-o smtpd_milters=unix:$work/shut/milter.sock"
says "is as good" out "fine     postfix: it asks us about all mail"
postfix_is "-o smtpd_milters="
says "asks nobody" out "the service of master.cf on 127.0.0.1:10025 (inject server) does not ask our milter"
postfix_is "-o receive_override_options=no_address_mappings,no_milters"
says "asks as little" out "the service of master.cf on 127.0.0.1:10025 (inject server) does not ask our milter"
printf 'smtp inet n - y - - smtpd\n127.0.0.1:10025 inet n - n - - smtpd\n' >master.cf
check "a chrooted service" 0 env PATH="$work/bin:$PATH" "$ctl_binary" -c shut.conf check
says "is named with what mends it" out "say 'postconf -F smtp/inet/chroot=n'"
says "and so is a planner that is missing" out "warning  planner: cadence-planner does not run here"
mkdir -p shelf/tips
printf 'Subject: Tips\n\nHello\n' >shelf/tips/en.txt
{
    cat cadence.conf
    echo 'templates = "shelf"'
    echo 'stream "care" { sender = {"*@care.example"}  trust = true }'
    echo 'cadence "tips" { template = "tips"  sender = "a@care.example"  rrule = "FREQ=DAILY"  from = "customer.since"  at = "10:00" }'
} >playing.conf
{
    cat cadence.conf
    echo 'segment "gold" { when = "customer.teir = 1 and has(customer.first_name) or customer.id = 2 or has(customer.event.purchase)"  policy = "default" }'
} >slip.conf
check "a condition on what is not declared" 0 "$ctl_binary" -c slip.conf check --json
json "is named, once" \
    '[f["what"].split(",")[0] for f in d["findings"] if f["about"] == "attribute"] == ["segment \"gold\" asks for customer.teir"]'
check "a cadence in order" 0 "$ctl_binary" -c playing.conf check
sed 's/FREQ=DAILY/FREQ=HOURLY/' playing.conf >hourly.conf
check "a rule that is none is a fault" 1 "$ctl_binary" -c hourly.conf check
says "with its place" out "hourly.conf:$(grep -c '' hourly.conf): rrule"
echo Hello >shelf/tips/en.txt
check "so is a text without a subject" 1 "$ctl_binary" -c playing.conf check
says "with the file and what was expected" out 'en.txt:1: another first line was found, "Subject: "'
chmod 644 secret
check "a secret that others may read" 1 ctl check
says "check names the secret" out "secret"
chmod 600 secret
check "status of an empty store" 0 ctl status --json
json "it is empty" 'd["customers"] == 0 and d["held"] == 0 and d["daemons"] == [] and d["oldest_held"] is None and d["newest_verdict"] is None'
json "verdicts are counted by action" 'list(d["last_day"]) == ["pass", "rewrite", "hold", "refuse", "drop"]'
json "no trouble, nothing to be due" 'd["troubles"] == [] and d["next_due"] is None and d["store_bytes"] > 0 and d["free_bytes"] > 0'
check "the same on the screen" 0 ctl status
says "with rates beside each other" out "last hour   last day   day before"
check "status for Prometheus" 0 ctl status --prometheus
says "the store answers" out "cadence_store_up 1"
says "no milter runs" out 'cadence_up{daemon="cadence-milter"} 0'
cp out metrics
check "each metric has help and type, and none comes twice" 0 python3 -c '
import re
lines = open("metrics").read().splitlines()
names = [line.split()[2] for line in lines if line.startswith("# HELP ")]
assert names == [line.split()[2] for line in lines if line.startswith("# TYPE ")] and len(names) == len(set(names)) >= 13
assert all(re.fullmatch(r"(cadence_[a-z0-9_]+)(\{[a-z]+=\"[a-z-]+\"\})? [0-9]+", line) and re.match(r"\w+", line)[0] in names
           for line in lines if not line.startswith("#"))'
check "metrics and JSON at once are usage" 2 ctl status --prometheus --json
check "metrics of another command are usage" 2 ctl plan --prometheus
check "reload without daemons" 1 ctl reload
says "reload says that there is none" out "no daemon runs"

# ---- customers ----

cat >customers.csv <<'END'
id,address,timezone,locale,comfort,first_name,tier
C1,anna@x.example; Anna.Two@X.example,Europe/Warsaw,pl-PL,2,Łukasz,gold
C2,bob@x.example,,,,"O'Brien, ""Bob""",
C3,nope,,,,,
C4,c@x.example,Mars/Base,,,,
C5,anna@x.example,,,,,
C6,"d"d@x.example,,,,,
C7,e@x.example,,,,Eve
C8,f@x.example,,,many,,
C9,g@x.example,,,,"two
lines",
END
check "bad rows are the answer no" 1 ctl customer import customers.csv --json
json "the good ones are kept" '(d["rows"], d["imported"], d["bad"]) == (9, 3, 6)'
says "an address that is none" err "customers.csv:4: address 'nope', expected local@domain"
says "an unknown time zone" err "customers.csv:5: timezone 'Mars/Base', expected"
says "an address of another" err "customers.csv:6: address anna@x.example belongs to customer \"C1\""
says "a stray quote" err "customers.csv:7: field 2: text after a closing quote"
says "a field too few" err "customers.csv:8: 6 fields, expected 7"
says "a comfort that is none" err "customers.csv:9: comfort 'many', expected"
check "a customer by address, whatever its case" 0 ctl customer show ANNA.two@x.example --json
json "addresses are canonical" 'd["id"] == "C1" and sorted(d["addresses"]) == ["anna.two@x.example", "anna@x.example"]'
json "fields and attributes" \
    '(d["timezone"], d["locale"], d["comfort"], d["attributes"]["first_name"]["value"]) == ("Europe/Warsaw", "pl-PL", 2, "Łukasz")'
json "times are of --now, in the customer's zone" 'd["attributes"]["tier"]["at"] == "2026-11-25T09:00:00+01:00"'
json "the file and line it is from" 'd["attributes"]["tier"]["source"].startswith("customers.csv:")'
check "quotes and commas" 0 ctl customer show C2 --json
json "the value is whole" 'd["attributes"]["first_name"]["value"] == "O'"'"'Brien, \"Bob\"" and "tier" not in d["attributes"]'
check "a control character is shown as one" 0 ctl customer show C9
says "no newline on the screen" out "two?lines"
check "nobody" 1 ctl customer show C5
says "nobody is named" err "'C5'"

printf 'id,address\nC1,anna@x.example\n' | ctl customer import - >out
says "a file from stdin" out "1 rows imported, 0 bad"
printf 'address\na@x.example\n' >headless.csv
check "a header without id" 1 ctl customer import headless.csv
says "the header's line is named" err "headless.csv:1: "
cat >more.jsonl <<'END'
{"id": "J1", "address": ["j@x.example", "k@x.example"], "age": 41, "vip": true, "tags": ["a", 0.1], "due": 19.99, "locale": null}
{"id": 17, "address": "n@x.example;o@x.example"}
{"address": "p@x.example"}
{"id": "J2", "id": "J3"}
END
check "JSON lines" 1 ctl customer import more.jsonl
says "a row without an id" err "more.jsonl:3: id"
says "a name twice" err "more.jsonl:4: "
check "a customer of JSON lines" 0 ctl customer show k@x.example --json
json "values are text" \
    '[d["attributes"][n]["value"] for n in ("age", "vip", "tags", "due")] == ["41", "true", "[\"a\",0.1]", "19.99"] and d["locale"] is None'
json "the line is that of the object" 'd["attributes"]["vip"]["source"] == "more.jsonl:1"'
printf '\357\273\277{"id": "BOM1"}\n' >marked.jsonl
check "JSON lines behind a byte order mark" 0 ctl customer import marked.jsonl
check "a folder is no file" 2 ctl customer import .
printf 'ID,Address,First_Name\nTITLE1,title@x.example,Zoe\n' >titles.csv
check "column titles in another case" 0 ctl customer import titles.csv
check "whose customer" 0 ctl customer show title@x.example --json
json "has the attribute as it was written" '(d["id"], list(d["attributes"])) == ("TITLE1", ["First_Name"])'
echo '{"id": "J1", "vip": false}' >later.jsonl
check "attributes as old as they are" 0 ctl customer import --at 2026-11-01T12:00:00Z --source shop later.jsonl
check "are shown so" 0 ctl customer show J1 --json
json "with source and time" \
    'd["attributes"]["vip"] == {"value": "false", "at": "2026-11-01T13:00:00+01:00", "source": "shop"}'
check "a file that is not there is usage" 2 ctl customer import nowhere.csv

check "set" 0 ctl customer set C2 first_name=Bob=by timezone=Europe/Berlin address=b2@x.example comfort=3 --json
json "set says what is now" \
    'd["attributes"]["first_name"]["value"] == "Bob=by" and d["timezone"] == "Europe/Berlin" and len(d["addresses"]) == 2 and d["comfort"] == 3'
json "and that it was set by hand" 'd["attributes"]["first_name"]["source"] == "cadencectl set"'
check "set removes" 0 ctl customer set C2 first_name= --json
json "it is gone" 'd["attributes"] == {}'
check "set with a bad value" 2 ctl customer set C2 timezone=Mars/Base
check "set without a value" 2 ctl customer set C2 timezone
check "set of the id" 2 ctl customer set C2 id=C3
check "set for nobody" 1 ctl customer set C5 first_name=x
check "set of another's address" 1 ctl customer set C2 address=anna@x.example

# ---- the customer's own wishes ----

cat >quiet.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:1@x.example
DTSTAMP:20261101T000000Z
DTSTART:20261224T000000
DTEND:20261227T000000
SUMMARY:Święta
END:VEVENT
END:VCALENDAR
END
check "no wishes" 0 ctl customer show C2 --json
json "are three nulls" '[d[k] for k in ("paused_until", "limits", "quiet")] == [None, None, None]'
json "the keys keep their order" \
    'list(d) == ["id", "addresses", "timezone", "locale", "comfort", "paused_until", "limits", "quiet", "attributes", "consents"]'
check "wishes" 0 ctl customer set C2 paused_until=2026-12-01T00:00:00Z "limits=sales 1/7d, any 3/day" quiet=@quiet.ics --json
json "are set" '(d["paused_until"], d["limits"]) == ("2026-12-01T01:00:00+01:00", "sales 1/7d, any 3/day")'
json "the calendar is whole" 'd["quiet"] == open("quiet.ics").read() and "quiet" not in d["attributes"]'
check "one wish" 0 ctl customer set C2 "limits=any 1/week" --json
json "leaves the others" 'd["paused_until"] and d["quiet"] and d["limits"] == "any 1/week"'
check "wishes on the screen" 0 ctl customer show C2
says "the pause" out "paused    until 2026-12-01T01:00:00+01:00"
says "the limits" out "limits    any 1/week"
says "the calendar" out "quiet     SUMMARY:Święta"
check "another field" 0 ctl customer set C2 comfort=1 --json
json "leaves the wishes" 'd["paused_until"] and d["quiet"] and d["limits"] == "any 1/week"'
check "a pause until a date without an offset" 2 ctl customer set C2 paused_until=2026-12-01
says "what was expected" err "paused_until '2026-12-01', expected an RFC 3339 time"
check "limits that cannot be read" 2 ctl customer set C2 "limits=sales often"
says "the limits are named" err "limits: "
check "a calendar that cannot be read" 2 ctl customer set C2 quiet=never
says "the calendar is named" err "quiet: "
check "a calendar that is not there" 2 ctl customer set C2 quiet=@nowhere.ics
: >empty.ics
check "an empty calendar" 2 ctl customer set C2 quiet=@empty.ics
says "the file is named" err "empty.ics: nothing in it"
printf 'BEGIN:VCALENDAR\0' >binary.ics
check "a file that is no text" 2 ctl customer set C2 quiet=@binary.ics
check "after bad wishes" 0 ctl customer show C2 --json
json "the good ones stand" 'd["paused_until"] and d["quiet"] and d["limits"] == "any 1/week"'
check "wishes end" 0 ctl customer set C2 paused_until= limits= quiet= --json
json "all three" '[d[k] for k in ("paused_until", "limits", "quiet")] == [None, None, None]'
check "the wishes of nobody" 1 ctl customer set C5 limits="any 1/day"

cat >wishes.csv <<'END'
id,paused_until,limits,quiet
C1,2026-12-01T00:00:00Z,"sales 1/7d, any 3/day",
C2,,,"BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
END:VCALENDAR
"
C2,soon,,
C2,,many,
C2,,,always
W1,,any 2/day,
END
check "imported wishes" 1 ctl customer import wishes.csv --json
json "good rows are kept" '(d["imported"], [e["line"] for e in d["errors"]]) == (3, [8, 9, 10])'
says "each column is named" err "wishes.csv:8: paused_until 'soon', expected"
says "each column is named" err "wishes.csv:9: limits: "
says "each column is named" err "wishes.csv:10: quiet: "
check "a new customer's wish" 0 ctl customer show W1 --json
json "is there" '(d["paused_until"], d["limits"]) == (None, "any 2/day")'
printf '{"id": "C1", "limits": null, "timezone": "Europe/Berlin"}\n' >wishes.jsonl
check "a null" 0 ctl customer import wishes.jsonl
check "leaves what stands" 0 ctl customer show C1 --json
json "all of it" '(d["paused_until"], d["limits"]) == ("2026-12-01T01:00:00+01:00", "sales 1/7d, any 3/day")'
printf '{"id": "C1", "paused_until": "", "limits": ""}\n{"id": "C2", "quiet": ""}\n' >wishes.jsonl
check "no text at all" 0 ctl customer import wishes.jsonl
check "ends wishes" 0 ctl customer show C1 --json
json "those two" '(d["paused_until"], d["limits"]) == (None, None)'

# ---- events ----

check "no events" 0 ctl event list C2
says "there are none" out "no events"
check "an event" 0 ctl event add C2 complaint
check "an event of before" 0 ctl event add bob@x.example purchase --at 2026-11-01T12:00:00Z --json
json "events come by time, in the customer's zone" \
    'd == {"customer": "C2", "events": [{"kind": "purchase", "at": "2026-11-01T13:00:00+01:00"}, {"kind": "complaint", "at": "2026-11-25T09:00:00+01:00"}]}'
check "the same event again" 0 ctl event add C2 complaint
check "event list" 0 ctl event list C2 --json
json "it is there once" '[e["kind"] for e in d["events"]] == ["purchase", "complaint"] and list(d["events"][0]) == ["kind", "at"]'
check "events on the screen" 0 ctl event list C2
says "with their time" out "complaint  2026-11-25T09:00:00+01:00"
check "an event that is no word" 2 ctl event add C2 "two words"
check "a time that is none" 2 ctl event add C2 complaint --at yesterday
says "the option is named" err "--at 'yesterday' is no time"
check "an event of nobody" 1 ctl event add C5 complaint
says "nobody is named" err "'C5'"
check "the events of nobody" 1 ctl event list C5
check "--at elsewhere is usage" 2 ctl event list C2 --at "$now"

# ---- consents ----

check "grant" 0 ctl consent grant C2 marketing
check "show" 0 ctl consent show bob@x.example --json
json "it is granted" '(d["customer"], [(c["purpose"], c["state"], c["at"]) for c in d["consents"]]) == ("C2", [("marketing", "granted", "2026-11-25T09:00:00+01:00")])'
json "keys" 'list(d) == ["customer", "consents", "history"] and list(d["consents"][0]) == ["purpose", "state", "basis", "wording", "sale", "at"]'
json "keys of the history" 'list(d["history"][0]) == ["purpose", "state", "basis", "wording", "sale", "at", "source"]'
json "a consent by default" '(d["consents"][0]["basis"], d["consents"][0]["wording"], d["consents"][0]["sale"]) == ("consent", None, None)'
check "withdraw" 0 ctl consent withdraw C2 marketing --json
json "it is withdrawn" 'd["consents"][0]["state"] == "withdrawn" and d["consents"][0]["basis"] is None'
json "and was granted" '[c["state"] for c in d["history"]] == ["granted", "withdrawn"]'
check "a grant of before" 1 ctl consent grant C2 marketing --at 2026-11-24T09:00:00+01:00 --json
json "does not undo what came after" 'd["consents"][0]["state"] == "withdrawn" and len(d["history"]) == 3'
check "a soft opt-in" 0 ctl consent grant C2 marketing --basis soft_optin --sale "order 17" --wording v3 --json
json "rests on a sale" \
    '[(c["state"], c["basis"], c["sale"], c["wording"]) for c in d["consents"]] == [("granted", "soft_optin", "order 17", "v3")]'
check "on the screen" 0 ctl consent show C2
says "basis and sale" out "marketing  granted  soft_optin  v3       order 17  2026-11-25T09:00:00+01:00"
says "and the history" out "as it was recorded:"
check "a soft opt-in without a sale" 2 ctl consent grant C2 marketing --basis soft_optin
says "says what it needs" err "expected --sale REF"
check "a sale without a soft opt-in" 2 ctl consent grant C2 marketing --sale 17
check "a sale that is no text" 2 ctl consent grant C2 marketing --basis soft_optin --sale ""
check "another basis" 2 ctl consent grant C2 marketing --basis hope
says "names the two" err "expected consent or soft_optin"
check "a wording that is no word" 2 ctl consent grant C2 marketing --wording "two words"
check "a consent of tomorrow" 2 ctl consent grant C2 marketing --at 2026-11-26T09:00:00+01:00
says "is none" err "is in the future"
check "evidence for a withdrawal" 2 ctl consent withdraw C2 marketing --sale 17
check "an objection" 0 ctl consent object C2 --json
json "is to marketing" '[(c["purpose"], c["state"]) for c in d["consents"]] == [("marketing", "objected")]'
check "a soft opt-in against it" 1 ctl consent grant C2 marketing --basis soft_optin --sale 18
says "changes nothing" err "has objected"
check "a withdrawal after it" 0 ctl consent withdraw C2 marketing --json
json "softens nothing" 'd["consents"][0]["state"] == "objected" and d["history"][-1]["state"] == "withdrawn"'
check "a new consent" 0 ctl consent grant C2 marketing --json
json "ends it" 'd["consents"][0]["state"] == "granted"'
check "an objection to another purpose" 0 ctl consent object C2 newsletter --json
json "has that name" '("newsletter", "objected") in [(c["purpose"], c["state"]) for c in d["consents"]]'
check "show of one purpose" 0 ctl consent show C2 newsletter --json
json "is of that one" '(len(d["consents"]), len(d["history"])) == (1, 1)'
check "a customer's consents" 0 ctl customer show C2 --json
json "are those in force" '[c["state"] for c in d["consents"]] == ["granted", "objected"]'
check "a purpose never heard of" 0 ctl consent show C2 profiling --json
json "it is none" '(d["consents"][0]["purpose"], d["consents"][0]["state"], d["consents"][0]["at"], d["history"]) == ("profiling", "none", None, [])'
check "a purpose that is no word" 2 ctl consent grant C2 "two words"
check "a consent of nobody" 1 ctl consent grant C5 marketing

# What forgetting a customer takes away.
erase() {
    python3 - "$1" <<'END'
import sqlite3, sys
with sqlite3.connect("store/cadence.db") as store:
    for table, column in (("customer", "id"), ("address", "customer"), ("consent", "customer")):
        store.execute(f"DELETE FROM {table} WHERE {column} = ?", sys.argv[1:])
END
}
offer() {
    printf 'From: offers@crm.bank.example\nTo: %s\nSubject: Offer\nCadence-Class: sales\n\nx\n' "$1"
}
printf 'id,address\nE1,Erika@x.example\nE2,frank@x.example\n' | ctl customer import - >out
check "an objection" 0 ctl consent object E1
offer frank@x.example >offer.eml
check "an offer to another" 0 ctl try --json offer.eml
json "passes" 'd["recipients"][0]["action"] == "pass"'
offer erika@x.example >offer.eml
check "an offer to whom has objected" 0 ctl try --json offer.eml
json "is refused for it" \
    '(d["recipients"][0]["action"], [(r["rule"], r["name"]) for r in d["recipients"][0]["reasons"]]) == ("refuse", [("consent", "objection")])'
check "the customer is forgotten" 0 erase E1
check "nobody is left" 1 ctl customer show E1
sed 's/"ignore"/"enroll"/' cadence.conf >enroll.conf
check "an offer to the address" 0 "$ctl_binary" -c enroll.conf --now "$now" try --json offer.eml
json "is refused as before" 'd["recipients"][0]["action"] == "refuse" and d["recipients"][0]["reasons"][0]["name"] == "objection"'
printf 'id,address\nE9,erika@x.example\n' | ctl customer import - >out
check "the same address imported again" 0 ctl consent show E9 --json
json "has objected still" '[(c["state"], c["source"]) for c in d["history"]] == [("objected", "remembered")]'

# ---- contacts ----

cat >contacts.jsonl <<'END'
{"customer": "C1", "at": "2026-11-20T10:00:00+01:00", "class": "sales", "topic": "loans"}
{"customer": "anna@x.example", "at": "2026-11-20T09:00:00Z", "class": "sales", "topic": "loans"}
{"customer": 17, "at": "2026-11-21T10:00:00+01:00", "class": "relational", "campaign": "spring"}
END
check "contacts" 0 ctl contact import contacts.jsonl
check "the same contacts again" 0 ctl contact import contacts.jsonl
check "a customer's contacts" 0 ctl contact list C1 --json
json "two rows alike are two contacts, two imports are one" 'len(d["contacts"]) == 2'
json "keys of a contact" \
    'list(d["contacts"][0]) == ["at", "class", "topic", "campaign", "message"] and d["contacts"][0]["at"] == "2026-11-20T10:00:00+01:00"'
cat >bad.jsonl <<'END'
{"customer": "nobody", "at": "2026-11-20T10:00:00+01:00", "class": "sales"}
{"customer": "C1", "at": "2026-11-20", "class": "sales"}
{"customer": "C1", "at": "2026-11-20T10:00:00+01:00", "class": "advertising"}
{"customer": "C1", "at": "2026-11-20T10:00:00+01:00", "class": "sales", "topic": "two words"}
{"customer": "C1",
END
check "bad contacts" 1 ctl contact import bad.jsonl --json
json "each is counted" '(d["imported"], d["bad"], [e["line"] for e in d["errors"]]) == (0, 5, [1, 2, 3, 4, 5])'
sed -i 's/"ignore"/"enroll"/' cadence.conf
check "who is unknown is enrolled" 1 ctl contact import bad.jsonl
check "and is there" 0 ctl customer show nobody
sed -i 's/"enroll"/"ignore"/' cadence.conf

# ---- try, explain, held ----

message() {
    cat <<END
From: Bank <offers@crm.bank.example>
To: "Anna, or Łukasz" <anna@x.example>, stranger@y.example
Message-ID: <$1@crm.bank.example>
Subject: Dzień dobry {{customer.first_name}}
Cadence-Class: $2
Cadence-Topic: $3
Cadence-Context: {"note": "only for us"}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Cześć {{customer.first_name}}!
END
}
message over sales loans >over.eml
message security relational security >security.eml
message forged nonsense loans >forged.eml

check "try" 0 ctl try --json --output sent over.eml
json "recipients are those of the header" '[r["address"] for r in d["recipients"]] == ["anna@x.example", "stranger@y.example"]'
json "over the cap it is held" \
    'd["recipients"][0]["action"] == "hold" and d["recipients"][0]["until"] == "2026-11-27T10:00:00+01:00" and d["recipients"][0]["reasons"][0]["rule"] == "cap"'
json "who is no customer gets it" 'd["recipients"][1]["customer"] is None and d["recipients"][1]["action"] == "pass"'
check "nothing goes to whom it is held for" 1 test -e sent/anna@x.example.eml
check "try leaves no verdict" 0 ctl explain C1 --json
json "none" 'd["verdicts"] == []'
check "an exempt topic passes" 0 ctl try --json --output sent --rcpt anna@x.example security.eml
json "it goes now" 'd["recipients"][0]["action"] in ("pass", "rewrite")'
check "it is written" 0 grep -q "Cześć Łukasz!" sent/anna@x.example.eml
check "what is internal does not leave" 1 grep -qi "only for us" sent/anna@x.example.eml
check "a file from stdin" 0 sh -c '"$0" -c cadence.conf try - <over.eml' "$ctl_binary"
check "mail of no stream" 0 ctl try --json --sender staff@elsewhere.example over.eml
json "is none of ours" 'd["message"]["stream"] is None'
check "a malformed request is refused" 0 ctl try --json forged.eml
json "with a reply that says so" 'd["reply"]["code"] == "550" and "Cadence-Class" in d["reply"]["text"]'
printf 'From: a@b.example\n\nx\n' >nowhere.eml
check "nobody to send to is usage" 2 ctl try nowhere.eml
check "no file is usage" 2 ctl try nothing.eml

check "try --record" 0 ctl try --json --record --rcpt anna@x.example over.eml
id=$(python3 -c 'import json; print(json.load(open("out"))["message"]["id"])')
check "explain by message" 0 ctl explain "$id" --json
json "the verdict is there" \
    'len(d["verdicts"]) == 1 and d["verdicts"][0]["action"] == "hold" and d["verdicts"][0]["receipt"]["reasons"][0]["name"] == "sales a week"'
check "explain by held id" 0 ctl explain "$id.0"
says "explain speaks in sentences" out 'blocks: cap "sales a week": 2 of 2, free 2026-11-27 10:00 +01:00'
says "and says what was done" out '2026-11-25 09:00 +01:00  held until 2026-11-27 10:00 +01:00'
says "by which policy" out 'policy "default" (hash '
says "and what would have changed it" out 'sooner: not by anything; only time frees it'
check "explain by customer" 0 ctl explain anna@x.example --json
json "the same verdict" 'd["verdicts"][-1]["message"] == "'"$id"'"'
json "with what else happened to them" \
    'd["customer"] == "C1" and d["earlier"] is False and d["events"] == [] and d["consents"] == []'
json "verdicts in order of time" '[v["at"] for v in d["verdicts"]] == sorted(v["at"] for v in d["verdicts"])'
check "explain of nothing" 1 ctl explain 0123456789abcdef01234567
check "held list" 0 ctl held list --json
json "its keys" \
    'list(d["held"][0]) == ["id", "customer", "address", "class", "topic", "priority", "since", "until", "expires", "reasons"]'
json "its values" \
    'd["held"][0]["id"] == "'"$id.0"'" and d["held"][0]["until"] == "2026-11-27T10:00:00+01:00" and d["held"][0]["expires"] is None'
check "held list of one" 0 ctl held list anna@x.example --json
json "has what is theirs" '[h["id"] for h in d["held"]] == ["'"$id.0"'"]'
check "held list of somebody else" 0 ctl held list C1 --json
json "has not" 'd["held"] == [] or all(h["customer"] == "C1" for h in d["held"])'
check "held list of nobody" 1 ctl held list nobody@x.example
check "held show" 0 ctl held show "$id.0"
says "why" out 'cap "sales a week": 2 of 2'
check "held show of nothing" 1 ctl held show "$id.7"
check "backup" 0 ctl backup copy.db
says "the backup names its file" out "copy.db holds the store as of"
check "a backup never replaces another" 1 ctl backup copy.db
says "the file in the way is named" err "copy.db: the backup cannot be put there: File exists"
rm -f copy.db

check "held export" 0 ctl held export exported
check "what has placeholders is filled" 0 grep -q "Cześć Łukasz!" "exported/$id.0.eml"
check "and nothing internal leaves with it" 1 grep -qi "only for us" "exported/$id.0.eml"
check "with the envelope" 0 grep -q '"sender": "offers@crm.bank.example"' "exported/$id.0.json"
check "status counts it" 0 ctl status --json
json "one message in the last hour" 'd["messages"] == {"last_hour": 1, "last_day": 1, "day_before": 0} and d["last_hour"]["hold"] == 1'
json "and dates it" 'd["newest_verdict"] == "2026-11-25T09:00:00+01:00"'
check "check finds the clock in order" 0 ctl check --json
json "as it is" 'not [f for f in d["findings"] if f["about"] == "clock"]'
check "a clock that went back two days" 0 "$ctl_binary" -c cadence.conf --now 2026-11-23T09:00:00+01:00 check --json
json "is a warning" '[(f["kind"], "at 2026-11-25T09:00:00+01:00, later than now" in f["what"]) for f in d["findings"] if f["about"] == "clock"] == [("warning", True)]'
check "status again" 0 ctl status --json
json "one held, one verdict" 'd["held"] == 1 and d["last_day"]["hold"] == 1 and d["oldest_held"] == "2026-11-25T09:00:00+01:00"'

printf 'Cadence-Expires: 2026-12-01T00:00:00Z\n' | cat - over.eml | sed 's/^Message-ID: </Message-ID: <short./I; s/^Subject: /Subject: short /' >short.eml
cp cadence.conf topics.conf
echo 'topic "unheard-of" { class = "sales" }' >>topics.conf
check "a topic that was never used" 0 "$ctl_binary" -c topics.conf check
says "is named" out 'topic "unheard-of": nobody has used it yet'
check "one that is used is not" 1 grep -q 'topic "loans"' out
check "an offer that expires before hold max" 0 ctl try --record --json --rcpt anna@x.example short.eml
short=$(python3 -c 'import json; print(json.load(open("out"))["message"]["id"])')
json "is held" 'd["recipients"][0]["action"] == "hold"'
check "check sees it" 0 ctl check
says "and counts it" out "1 held messages expire before hold max is over"
check "it goes again" 0 ctl held drop "$short.0"

# ---- plan ----

check "plan" 0 ctl plan --json
json "its keys" \
    'list(d["plan"][0]) == ["at", "customer", "kind", "id", "class", "topic", "reasons", "deadline", "then"]'
json "when it goes, and why not sooner" \
    'd["plan"][0]["at"] == "2026-11-27T10:00:00+01:00" and d["plan"][0]["id"] == "'"$id.0"'" and d["plan"][0]["reasons"][0]["rule"] == "cap"'
json "what becomes of it else" 'd["plan"][0]["deadline"] == "2026-12-25T09:00:00+01:00" and d["plan"][0]["then"] == "drop"'
cp out plan.json
check "plan of one customer, by address" 0 ctl plan anna@x.example --json
cp out one.json
check "is the same" 0 cmp one.json plan.json
check "plan of nobody" 1 ctl plan C5
check "plan of who has nothing" 0 ctl plan C2
says "nothing" out "nothing is held"
check "plan on the screen" 0 ctl plan
says "in sentences" out 'held  '"$id.0"'  sales  loans  cap "sales a week": 2 of 2, free 2026-11-27 10:00 +01:00'
check "plan as a calendar" 0 ctl plan --ics plan.ics
says "the table is printed too" out "CUSTOMER"
check "its start is in UTC" 0 grep -q '^DTSTART:20261127T090000Z' plan.ics
check "its UID is the id" 0 grep -q "^UID:$id.0@" plan.ics
check "plan as a calendar on stdout" 0 ctl plan C1 --ics -
cp out stdout.ics
check "is that calendar alone" 0 cmp stdout.ics plan.ics
check "two documents at once are usage" 2 ctl plan --json --ics -
check "a calendar in no folder" 1 ctl plan --ics nowhere/plan.ics
check "a calendar of another command is usage" 2 ctl status --ics plan.ics
check "after its deadline" 0 sh -c '"$0" -c cadence.conf --now 2026-12-25T09:00:01+01:00 plan --json' "$ctl_binary"
json "it goes at once, as the rules are free" 'd["plan"][0]["at"] == "2026-12-25T09:00:01+01:00" and d["plan"][0]["reasons"] == []'
sed 's/limit = 2/limit = 0/' cadence.conf >closed.conf
check "where no instant frees it" 0 "$ctl_binary" -c closed.conf --now "$now" plan --ics closed.ics
says "its end is told" out "drop at 2026-12-25T09:00:00+01:00"
check "and stands in the calendar" 0 grep -q '^SUMMARY:drop: sales loans to C1' closed.ics
check "at that instant" 0 grep -q '^DTSTART:20261225T080000Z' closed.ics

printf 'Subject: Tips\n\nHello\n' >shelf/tips/en.txt
sed 's/FREQ=DAILY/FREQ=MONTHLY;COUNT=3/' playing.conf >monthly.conf
check "plan with a cadence" 0 "$ctl_binary" -c monthly.conf --now 2026-11-25T09:00:00+01:00 plan C2 --json --ics cadence.ics
json "has what is coming" \
    '[(p["kind"], p["id"], p["at"][:19]) for p in d["plan"]] == [("cadence", "tips", "2026-%s-25T10:00:00" % m) for m in (11, 12)]'
check "and so has the calendar" 0 grep -q '^SUMMARY:cadence tips to C2' cadence.ics

check "an event" 0 ctl event add C1 purchase
check "stands in the story" 0 ctl explain C1
says "with its time" out "2026-11-25 09:00 +01:00  event: purchase"
check "has what is held looked at" 0 ctl held show "$id.0" --json
json "now" 'd["until"] == "2026-11-25T09:00:00+01:00" and d["forced"] is False'
check "release of nothing" 1 ctl held release "$id.7"
check "release without an id is usage" 2 ctl held release
check "release of all and one is usage" 2 ctl held release --all "$id.0"
check "release" 0 ctl held release "$id.0" --json
json "its id" 'd == {"released": ["'"$id.0"'"]}'
check "release of all" 0 ctl held release --all --json
json "all of it" 'd == {"released": ["'"$id.0"'"]}'
check "it is due" 0 ctl held show "$id.0" --json
json "now" 'd["until"] == "2026-11-25T09:00:00+01:00" and d["forced"] is True'
check "drop" 0 ctl held drop "$id.0"
check "dropped is gone" 1 ctl held show "$id.0"
check "the drop is explained" 0 ctl explain "$id" --json
json "as the last verdict" 'd["verdicts"][-1]["action"] == "drop"'
check "in words too" 0 ctl explain "$id"
says "of a verdict that knows no more than the class" out "taken for sales mail, topic loans, from stream"

# ---- simulate ----

check "simulate without a configuration is usage" 2 ctl simulate
says "what was expected" err "--with NEW.conf"
check "simulate with the policy in force" 0 ctl simulate --with cadence.conf --json
json "keys and their order" 'list(d)[:3] == ["before", "after", "changed"] and list(d["before"]) == ["pass", "rewrite", "hold", "refuse", "drop"]'
json "and nothing is left out" 'd["left_out"] == {"messages": 0, "customers": 0, "why": None}'
json "nothing changes" 'd["before"] == d["after"] and d["before"]["hold"] == 2 and d["changed"] == [] and d["moved"] == 0'
sed 's/limit = 2/limit = 3/' cadence.conf >looser.conf
check "simulate with a looser cap" 0 ctl simulate --with looser.conf --json
json "what was held goes" \
    'd["changed"] == [{"id": "'"$id"'", "customer": "C1", "at": "2026-11-25T09:00:00+01:00", "was": "hold", "would_be": "pass", "reasons": [], "went": None, "would_go": "2026-11-25T09:00:00+01:00"}]'
json "and is counted" 'd["after"]["pass"] == 1 and d["let_through"] == {"messages": 1, "customers": 1} and d["changes"] == 1'
check "for a person" 0 ctl simulate --with looser.conf
says "it says so" out "hold, would be pass"
check "simulate from later on" 0 ctl simulate --with looser.conf --since 2026-11-26T00:00:00Z --json
json "there is nothing" 'd["messages"] == 0 and d["changed"] == []'
check "simulate since no time" 2 ctl simulate --with looser.conf --since yesterday
printf 'policy "default" { nonsense = 1 }\n' >broken.conf
check "simulate with a broken configuration" 3 ctl simulate --with broken.conf
check "simulate without room for the list" 4 env TMPDIR=/nowhere "$ctl_binary" -c cadence.conf --json simulate --with looser.conf
says "where" err "temporary file in /nowhere"
check "simulate without a store" 4 sh -c 'sed "s,store/cadence,nowhere/cadence," cadence.conf >away.conf && "$0" -c away.conf simulate --with cadence.conf' "$ctl_binary"

mkdir old
python3 -c 'import sqlite3, sys; sqlite3.connect("old/cadence.db").executescript(open(sys.argv[1]).read())' "$project/tests/store/version-1.sql"
sed 's,store/cadence,old/cadence,' cadence.conf >old.conf
check "a store of the first release" 0 "$ctl_binary" -c old.conf init
check "simulate leaves its verdicts out" 0 "$ctl_binary" -c old.conf --json simulate --with old.conf
json "and says how many, and why" \
    'd["messages"] == 0 and d["left_out"].pop("why").startswith("an older release") and d["left_out"] == {"messages": 3, "customers": 1}'
check "for a person" 0 "$ctl_binary" -c old.conf simulate --with old.conf
says "too" out "left out: 3 messages, 1 customers: an older release"

# ---- explain of an exempt topic ----

sed 's/"ignore"/"enroll"/; s,store/cadence,exempt/cadence,' cadence.conf >exempt.conf
printf 'From: a@crm.bank.example\nTo: ewa@x.example\nMessage-ID: <e1@x>\nSubject: Code\nCadence-Topic: security\n\n1234\n{{#sales}}\nBuy!\n{{/sales}}\n' >code.eml
check "a store for it" 0 "$ctl_binary" -c exempt.conf init
check "a code with a sales part" 0 "$ctl_binary" -c exempt.conf --now "$now" try --record --json code.eml
json "goes without it" 'd["recipients"][0]["action"] == "rewrite"'
check "why" 0 "$ctl_binary" -c exempt.conf explain ewa@x.example
says "it is said" out "as its topic is exempt; such mail goes without its sales part"

# ---- classify review, label ----

cat >doubt.conf <<END
$(grep -v '^stream' cadence.conf | sed 's/"ignore"/"enroll"/; s,/store/,/doubt/,')
classify { certain = 1 }
stream "unsure" { sender = {"*@unsure.example"}  uncertain = "hold" }
END
doubt() {
    "$ctl_binary" -c doubt.conf --now "$now" "$@"
}
printf 'From: a@unsure.example\nTo: dora@x.example\nMessage-ID: <d1@x>\nSubject: Hello Dora\n\nHello\n' >doubt.eml
check "a store for doubts" 0 doubt init
check "nothing is in doubt yet" 0 doubt classify review
says "it says so" out "nothing waits for an answer"
check "a doubtful message is tried" 0 doubt try --json doubt.eml
json "its doubt is told" 'd["message"]["doubt"]["kind"] == "uncertain" and d["message"]["confidence"] == d["message"]["doubt"]["confidence"]'
json "it would be held for a person" \
    'd["recipients"][0]["action"] == "hold" and [r["rule"] for r in d["recipients"][0]["reasons"]] == ["review"] and d["recipients"][0]["until"] is None'
check "a trial is nothing to review" 0 doubt classify review --json
json "nothing" 'd == {"review": []}'
check "a doubtful message" 0 doubt try --json --record doubt.eml
doubtful=$(python3 -c 'import json; print(json.load(open("out"))["message"]["id"])')
check "is listed" 0 doubt classify review --json
json "keys and their order" \
    'list(d["review"][0]) == ["id", "at", "first", "count", "held", "stream", "campaign", "doubt", "declared", "class", "legal", "confidence", "evidence", "features", "message"]'
json "with its newest message" \
    'd["review"][0]["message"] == "'"$doubtful"'" and d["review"][0]["stream"] == "unsure" and (d["review"][0]["count"], d["review"][0]["held"]) == (1, 1) and d["review"][0]["declared"] is None'
json "no address is kept" '"dora@" not in str(d).lower()'
review=$(python3 -c 'import json; print(json.load(open("out"))["review"][0]["id"])')
check "for a person" 0 doubt classify review
says "how to answer" out "cadencectl classify label ID sales|relational"
says "how many" out "1 of them, 1 held"
check "a label that is no class is usage" 2 doubt classify label "$review" advertising
check "a label without a class is usage" 2 doubt classify label "$review"
check "a label for nothing" 1 doubt classify label 0123456789abcdef sales
says "where to look" err "cadencectl classify review"
check "a label, by a held message" 0 env SUDO_USER=ewa "$ctl_binary" -c doubt.conf --now "$now" classify label "$doubtful.0" relational --json
json "who, when, and what is judged again" \
    'd == {"id": "'"$review"'", "label": "relational", "labeller": "ewa", "at": "2026-11-25T09:00:00+01:00", "held": 1}'
check "it waits no more" 0 doubt classify review --json
json "for anybody" 'd == {"review": []}'
check "held mail is due" 0 doubt held show "$doubtful.0" --json
json "as what was said" 'd["until"] == "2026-11-25T09:00:00+01:00" and d["class"] == "relational" and d["reasons"] == []'
sed -i 's/d1@x/d2@x/; s/[Dd]ora/Ewa/' doubt.eml
check "the next of that campaign" 0 doubt try --json doubt.eml
json "passes" 'd["recipients"][0]["action"] == "pass" and d["message"]["class"] == "relational" and "doubt" not in d["message"]'
json "and says on whose word" '"ewa said so" in d["message"]["evidence"][0]'
check "the first is explained" 0 doubt explain "$doubtful"
says "what it was taken for" out "taken for sales mail"
says "and why" out "would be certain: held for a person"
check "another answer, by the message" 0 doubt classify label "$doubtful" sales
says "what is judged again" out "$review is sales; held messages that are judged again: 1"

mkdir letters
printf 'path\tlabel\n' >letters/index.tsv
for number in 0 1 2 3 4 5 6 7 8 9; do
    printf 'Subject: 30%% off everything, order now\n\nSave 30%% today. Buy now!\n' >"letters/shop$number-a.eml"
    printf 'Subject: Your appointment on Monday\n\nSee you on Monday at 9:00. Your appointment is confirmed.\n' >"letters/desk$number-a.eml"
    printf 'shop%s-a.eml\tsales\ndesk%s-a.eml\trelational\n' "$number" "$number" >>letters/index.tsv
done
check "train with what was answered" 0 doubt classify train letters --output with.txt --json
json "counts it" '(d["messages"], d["labels"]) == (20, 1)'
check "train without" 0 doubt classify train letters --output without.txt --no-labels --json
json "does not ask for it" '(d["messages"], d["labels"]) == (20, 0)'
check "train without a store" 4 "$ctl_binary" -c away.conf classify train letters
says "what to do" err "--no-labels"
check "or without its answers" 0 "$ctl_binary" -c away.conf classify train letters --no-labels

# ---- template expand ----

mkdir -p parts/mail
printf 'Hi {{name}},\n  {{> body}}\n{{> mail/foot}}' >letter.mustache
printf '{{#items}}\n* {{.}}\n{{/items}}\n' >parts/body.html
printf '{{{raw}}}{{{raw}}}' >parts/body.txt
printf -- '-- {{firm}}' >parts/mail/foot
printf '{"name": "A & B", "items": ["<1>", 2], "firm": "Ż"}' >data.json
check "expand needs no configuration" 0 "$ctl_binary" -c nowhere.conf template expand letter.mustache --data data.json --partials parts
printf 'Hi A &amp; B,\n  * &lt;1&gt;\n  * 2\n-- Ż' >expected
cp out expanded
check "byte for byte" 0 cmp expanded expected
check "expand as text" 0 ctl template expand letter.mustache --data data.json --partials parts --as text
says "nothing is escaped" out "* <1>"
check "expand without its partials" 0 ctl template expand letter.mustache --data data.json --json
json "names them" 'd == {"text": "Hi A &amp; B,\n", "missing": ["> body", "> mail/foot"]}'
printf 'a\000\377b' >bytes
check "a file without tags" 0 ctl template expand bytes
cp out expanded
check "stays as it is" 0 cmp expanded bytes
printf '{{at | date: "long"}}, {{at | time}}' >date.mustache
printf '{"at": "2026-11-25T23:30:00Z", "customer": {"locale": "pl", "timezone": "Europe/Warsaw"}}' >date.json
check "expand for a customer's locale and zone" 0 ctl template expand date.mustache --data date.json
says "as the data say them" out "26 listopada 2026, 00:30"
cat >place.eml <<END
From: a@crm.bank.example
To: anna@x.example
Subject: Hello
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Cadence-Class: relational

<script>"{{customer.id}}"</script><p title={{customer.id}}>{{customer.id | default: &quot;you&quot;}}</p>
END
check "a value inside a script" 0 ctl try --json place.eml
json "has the message held" 'd["recipients"][0]["action"] == "hold" and d["recipients"][0]["reasons"][0]["rule"] == "placeholder"'
says "with the place" out "found a value inside <script>"
check "expand as something else is usage" 2 ctl template expand letter.mustache --as pdf
check "a template that is not there is usage" 2 ctl template expand nowhere.mustache
check "a folder that is not there is usage" 2 ctl template expand letter.mustache --partials nowhere
printf '{{#a}}' >parts/broken
check "a broken partial" 1 ctl template expand letter.mustache --partials parts
says "is named with its place" err "parts/broken: line 1, column 1: found section a"
printf '{"a":\n' >broken.json
check "broken data" 1 ctl template expand letter.mustache --data broken.json
says "are named with their place" err "broken.json:2: "
# ---- what is withheld ----

sed 's/^attribute .*/attribute "first_name" { sensitivity = 5 }/' cadence.conf >shy.conf
printf 'From: a@crm.bank.example\nTo: anna@x.example\nSubject: x\n\nHello{{#customer.first_name}} you{{/customer.first_name}}\n' >shy.eml
check "a text that may not see the name" 0 "$ctl_binary" -c shy.conf --now "$now" try --record shy.eml --json
json "it is named with the reason" \
    '[(w["name"], w["why"], w["asked"]) for w in d["recipients"][0]["withheld"]] == [("first_name", "comfort", False)]'
id=$(sed -n 's/.*"id": "\([0-9a-f]*\)".*/\1/p' out)
check "explain" 0 ctl explain "$id"
says "says so, and not the name" out "first_name is not printed: its sensitivity is 5, the customer's comfort 2"
check "the value is nowhere" 1 grep -q ukasz out

printf 'From: a@crm.bank.example\nTo: anna@x.example\nSubject: x\nCadence-Topic: security\n\nHello *|FNAME|*\n' >left.eml
check "a placeholder of another tool" 0 ctl try left.eml
says "is told" out "the sender left *|FNAME|* unfilled"
says "and goes" out "(C1): pass"
{ echo 'strict_placeholders = true'; cat cadence.conf; } >strict.conf
check "where that is strict" 0 "$ctl_binary" -c strict.conf --now "$now" try left.eml --json
json "it is held for its author" \
    '[(r["rule"], r["name"]) for r in d["recipients"][0]["reasons"]] == [("placeholder", "*|FNAME|*")] and d["message"]["leftovers"] == ["*|FNAME|*"]'

# ---- what a person may ask ----

ctl consent withdraw C1 marketing >out
ctl event add C1 complaint >out
check "export" 0 ctl customer export C1
json "is one document" \
    'd["id"] == "C1" and d["attributes"]["tier"]["source"].startswith("customers.csv:") and d["remembered"][0]["purpose"] == "marketing"'
json "with all there is" \
    'd["contacts"] and d["verdicts"] and [e["kind"] for e in d["events"]].count("complaint") == 1 and d["consent_history"] and d["cadences"] == []'
held() { printf 'From: a@crm.bank.example\nTo: anna@x.example\nSubject: {{customer.nothing}}\n\nHello\n'; }
held >held.eml
check "a message that is held" 0 ctl try --record held.eml
check "export again" 0 ctl customer export anna@x.example --json
json "has it with its text" 'any("{{customer.nothing}}" in h["mail"] and h["reasons"] for h in d["held"])'
check "erase" 0 ctl customer erase C1 --json
json "says what went" 'd["erased"]["addresses"] == 2 and d["erased"]["held"] > 0 and d["erased"]["verdicts"] > 0 and d["log_emptied"]'
json "and what stays, and why" '[k["what"] for k in d["kept"]] == ["withdrawals", "times of sales mail"] and "no later import" in d["kept"][0]["why"]'
check "nobody is left" 1 ctl customer show C1
check "nor under the address" 1 ctl customer export anna@x.example
check "nor held" 0 ctl held list
says "nothing" out "nothing is held"
check "nor to be erased" 1 ctl customer erase C1
check "nor in the file" 1 grep -q anna@x.example store/cadence.db
printf 'id,address\nC1,anna@x.example\n' >again.csv
check "an import of the same" 0 ctl customer import again.csv
check "undoes no no" 0 ctl consent show C1 --json
json "they have withdrawn" '[(c["purpose"], c["state"]) for c in d["consents"]] == [("marketing", "withdrawn")]'

# ---- template folders ----

mkdir -p letters/tips letters/offer letters/partials
printf 'class = "relational"\nlocale = "en"\n' >letters/tips/template.conf
printf 'Subject: Hi {{customer.first_name | default: "you"}}\n\nTip: {{message.tip}}\n{{> footer}}\n' >letters/tips/en.txt
printf '<p>Tip: {{message.tip}} for {{customer.first_name | default: "you"}}</p>\n' >letters/tips/en.html
printf 'Subject: Cześć\n\nRada: {{message.tip}}\n' >letters/tips/pl.txt
printf 'topic = "loans"\nfallback = "tips"\nlocale = "en"\n' >letters/offer/template.conf
printf 'Subject: Buy\n\nBuy, {{customer.shoe_size}}!\n' >letters/offer/en.txt
printf 'Your bank\n' >letters/partials/footer.txt
{ echo 'templates = "letters"'; cat cadence.conf; } >letters.conf
letters() {
    "$ctl_binary" -c letters.conf --now "$now" "$@"
}

check "template list" 0 letters template list --json
json "has each with what it is" \
    '[(t["name"], t["class"], t["fallback"], t["locales"]) for t in d["templates"]] == [("offer", "sales", "tips", ["en"]), ("tips", "relational", None, ["en", "pl"])]'
check "template list" 0 letters template list
says "is a table" out "tips      relational"

check "template lint" 1 letters template lint --json
json "finds what will bite" \
    '{"shoe_size" in f["what"] for f in d["findings"] if f["template"] == "offer" and f["kind"] == "fault"} == {True, False} and any("unsubscribe" in f["what"] for f in d["findings"])'
check "template lint of one" 0 letters template lint tips
says "warns" out "letters/tips/pl.txt: warning: there is no HTML beside it"
check "template lint of none" 1 letters template lint nothing
says "names it" err "there is no template 'nothing'"
check "check" 1 letters check
says "has the faults too" out "customer.shoe_size"

printf 'id,address,first_name,locale\nL1,lea@x.example,Lea <b>,en\nL2,leon@x.example,Leon,pl-PL\n' >readers.csv
ctl customer import readers.csv >out
printf '{"tip": "rest & eat"}' >tip.json
check "template render" 0 letters template render tips --customer L1 --context tip.json --json
json "fills it as mail is filled" \
    'd["subject"] == "Hi Lea <b>" and d["text"] == "Tip: rest & eat\nYour bank\n" and "rest &amp; eat for Lea &lt;b&gt;" in d["html"] and d["missing"] == [] and d["text_locale"] == "en"'
check "template render" 0 letters template render tips --customer lea@x.example --context tip.json
says "prints the message" out "Content-Type: multipart/alternative;"
check "without data" 1 letters template render tips --customer L2 --json
json "says what is missing" 'd["missing"] == ["message.tip"] and d["text_locale"] == "pl"'
check "in another language" 0 letters template render tips --customer L2 --context tip.json --locale en --json
json "it is the other text" 'd["subject"] == "Hi Leon"'
check "without a reader" 2 letters template render tips
says "one is asked for" err "expected --customer ID or --browser FILE.html"
check "in a locale that is none" 2 letters template render tips --customer L2 --locale '!!'
says "the locale is named" err "--locale '!!', expected a language tag"
check "of no template" 1 letters template render nothing --customer L1
says "says which there are" err "template list"
printf '{"tip": }' >broken.json
check "with broken data" 1 letters template render tips --customer L1 --context broken.json
says "says where" err "broken.json:1:9: "
printf '{"tip": "<script>alert(1)</script>"}' >tip.json
check "as a page where none can be" 1 letters template render tips --context tip.json --browser nowhere/page.html
says "the page is named" err "cadencectl: nowhere/page.html: it cannot be written: "
check "as a page" 0 letters template render tips --context tip.json --browser page.html
says "of some readers" out "page.html: "
says "without a script" page.html "&amp;lt;script&amp;gt;"
check "of ours or theirs" 1 grep -qE '<script|https?://|src=' page.html

sed 's/limit = 2/limit = 0/; s/  hold {/  over = {"rewrite"}  hold {/' letters.conf >strict-letters.conf
printf 'From: a@crm.bank.example\nTo: lea@x.example\nCadence-Template: offer\nCadence-Context: {"tip": "rest"}\n\n' >offer.eml
check "an offer that may not go" 0 "$ctl_binary" -c strict-letters.conf --now "$now" try offer.eml --output sent
says "has a stand-in" out 'the template "tips" goes instead'
says "which is what leaves" sent/lea@x.example.eml "Tip: rest"

# held NAME CONTEXT: a request for the tips, held for what is missing until there is a value.
held() {
    printf 'From: a@crm.bank.example\nMessage-ID: <%s@crm.bank.example>\nCadence-Template: tips\n%s\n' "$1" "$2" >"$1.eml"
    letters try --rcpt lea@x.example --record "$1.eml" --json >out
    python3 -c 'import json; print(json.load(open("out"))["message"]["id"] + ".0")'
}
echo 'attribute "tip" { sensitivity = 0 }' >>letters.conf
mv letters/tips/en.txt letters/tips/en.old
sed 's/message.tip/customer.tip/' letters/tips/en.old >letters/tips/en.txt
sed 's/message.tip/customer.tip/' letters/tips/en.html >letters/tips/en.html.new && mv letters/tips/en.html.new letters/tips/en.html
held=$(held unfilled "")
check "export of what cannot be filled" 0 letters held export unfilled
says "says so" out "$held cannot be filled and is written as it came"
says "and why" out "customer.tip"
says "as it came" "unfilled/$held.eml" "Cadence-Template: tips"
letters customer set L1 tip=rest >out
check "export of what can be" 0 letters held export filled --json
json "says nothing of it" '"'"$held"'" in d["exported"] and all(u["id"] != "'"$held"'" for u in d["unfilled"])'
says "it is a letter" "filled/$held.eml" "Tip: rest"
says "and its facts say it is" "filled/$held.json" '"filled": true'
mv letters/tips/en.old letters/tips/en.txt
letters held drop "$held" >out

rm letters/partials/footer.txt
check "a partial that is gone" 1 letters template lint tips
says "is named with its place" out "letters/tips/en.txt:4:1: fault: "

# ---- the sample templates ----

{ echo "templates = \"$project/templates\""; cat "$project/conf/cadence.conf"; } | sed "s|sqlite:/var/lib/cadence|sqlite:$work/store|" >samples.conf
samples() {
    "$ctl_binary" -c samples.conf --now "$now" "$@"
}
check "they are in order" 0 samples template lint
says "without a word" out "nothing to complain of"
check "seven of them" 0 samples template list --json
json "each in four languages" 'len(d["templates"]) == 7 and all(t["locales"] == ["de", "en", "pl", "uk"] for t in d["templates"])'
for name in birthday first-steps roaming savings-offer statement-ready thank-you-after-complaint tips; do
    check "$name for made-up readers" 0 samples template render "$name" --browser "$name.html" --json
    json "has all that it needs" \
        'len(d["renderings"]) >= 6 and all(r["missing"] == [] and r["html"] and "{{" not in r["subject"] + r["text"] + r["html"] for r in d["renderings"])'
done

# ---- output ----

check "an output that cannot be written" 4 sh -c '"$0" -c cadence.conf status >/dev/full' "$ctl_binary"

# ---- classify ----

cat >offer.eml <<END
Subject: 30% off all shoes this weekend

Use code SPRING30 before Sunday.
[Shop now]
END
echo "Your verification code is 482913. Never share it with anyone." >code.txt
check "classify" 0 ctl classify offer.eml code.txt
says "classify names the class" out "offer.eml: sales (commercial), confidence 0.99"
says "classify says why" out "subject offers a lower price: '30% off all shoes this weekend'"
says "classify knows what is essential" out "code.txt: relational (transactional), confidence 0.9"
check "classify --json" 0 ctl --json classify offer.eml
json "classify --json" "d['messages'][0]['class'] == 'sales' and d['messages'][0]['confidence'] > 0.9 and len(d['messages'][0]['evidence']) > 1"
check "classify of nothing" 2 ctl classify nothing.eml
mkdir -p labelled
printf 'path\tlabel\tlang\tgroup\n' >labelled/index.tsv
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    cp offer.eml "labelled/s$i-offer.eml"
    cp code.txt "labelled/s$i-code.txt"
    printf "s$i-offer.eml\tsales\ten\tg$i\ns$i-code.txt\trelational\ten\th$i\n" >>labelled/index.tsv
done
check "classify train" 0 ctl classify train labelled --output weights
says "classify train writes weights" weights "calibration"
check "classify evaluate" 0 ctl classify evaluate labelled
says "classify evaluate says what is new" out "right by group: 1.000 of 24 groups"
echo label >labelled/index.tsv
check "classify evaluate without paths" 2 ctl classify evaluate labelled
says "classify evaluate without paths" err "index.tsv:1: expected a header row"

sed 's/"ignore"/"enroll"/' cadence.conf >enrolling.conf
check "mail to a stranger" 0 "$ctl_binary" -c enrolling.conf --now "$now" try --record --rcpt Stranger@x.example over.eml
echo '{"id": "C77", "address": "stranger@x.example"}' >whose.jsonl
check "who then turns out to be a customer" 0 ctl customer import whose.jsonl
check "and has a past" 0 ctl explain C77 --json
json "what went to the stranger" 'len(d["verdicts"]) == 1 and d["verdicts"][0]["customer"] == "C77"'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
