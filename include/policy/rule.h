/* The rules of a policy as pure arithmetic: facts in, verdict out. No clock, no I/O, no allocation that outlives a call
 * but what the caller asked for. DESIGN.md section 5 is the source of every sentence here.
 *
 * A contact at t is inside a rolling window W at x iff x - W < t <= x. A history is what was let through to one
 * customer; contacts later than x (the clock was set back, a plan put them there) are in no window at x; a candidate is
 * the message that asks whether it may join. Rules are asked at any instant x, past or future, always supposing that
 * nothing joins the history in between. */
#pragma once

#include "base/instant.h"
#include "policy/almanac.h"
#include "policy/class.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    Instant at;
    MailClass class;
    const char *topic;    /* NULL: none */
    const char *campaign; /* NULL: none */
} Contact;

/* Something that happened to a customer and is no mail: a complaint, a purchase, anything that is one word. */
typedef struct {
    const char *kind;
    Instant at;
} Event;

/* What is known of one customer. contacts, ascending by time, must hold every contact that any rule's window can reach;
 * events too are ascending. The almanac may be NULL where no rule asks it: no civil window, no hours, no quiet times.
 */
typedef struct {
    const Contact *contacts;
    gsize count;
    guint64 relational_earlier; /* relational contacts older than those in contacts, ever: for `first` */
    const Event *events;
    gsize event_count;
    const Almanac *almanac;
} History;

typedef struct {
    MailClass class; /* never CLASS_ANY */
    const char *topic;
    const char *campaign;
} Candidate;

/* What a rule looks at. Each part that is given (not CLASS_ANY, not NULL) must be equal. */
typedef struct {
    MailClass class;
    char *topic;
    char *campaign;
} Filter;

typedef enum {
    RULE_CAP,
    RULE_RATIO,
    RULE_GAP,
    RULE_FIRST,
    RULE_GATE,
    RULE_HOURS,
    RULE_PAUSE, /* the customer's own: nothing before an instant */
    RULE_QUIET, /* the customer's own: nothing in their quiet times */
} RuleKind;

typedef struct {
    RuleKind kind;
    bool own;   /* one of the customer's own limits: reported as "own" */
    char *name; /* "" where the configuration gives none */
    Filter filter;
    union {
        struct {
            gint64 limit; /* 0 blocks always */
            Window window;
        } cap;
        struct {
            gint64 relational, sales, allowance; /* sales >= 1, the others >= 0 */
            Window window;
        } ratio;
        struct {
            bool has_after;
            MailClass after; /* with has_after: the class whose last contact counts; else the filter's contacts do */
            Duration min;
        } gap;
        struct {
            gint64 relational; /* sales waits until the customer has had so many relational contacts, ever */
        } first;
        struct {
            char *event,
                *until;    /* until NULL: the event itself starts `cool`. In the same second until is the later one */
            Duration cool; /* 0: free as soon as `until` has come */
        } gate;
        Hours hours;
        struct {
            Instant until;
        } pause;
    };
} Rule;

void rule_clear(Rule *rule); /* frees what it points to, not itself: the clear function of a GArray of rules */

/* "cap", "ratio", "gap", "first", "gate", "hours"; "own" for every rule of the customer's own. */
const char *rule_kind_name(const Rule *rule);

/* The longest time back from x that the rule looks at contacts. */
Duration rule_reach(const Rule *rule);

/* The fewest relational contacts with which a ratio lets a sales message pass where there are so many of sales. */
gint64 ratio_needs(const Rule *rule, gint64 sales);

/* Why a rule blocks. */
typedef struct {
    const Rule *rule;
    gint64 have; /* cap: contacts in the window. ratio, first: relational contacts. gap: seconds since the last contact.
                    Others: -1 */
    gint64 limit;  /* cap: the limit. ratio, first: relational contacts needed. gap: the seconds that must lie between.
                      Others: -1 */
    Instant until; /* the first instant in (x, horizon] at which this rule alone is free; INSTANT_NEVER: none */
    gint64 relational; /* that many more relational contacts at x would free it; 0: they would not */
} Block;

/* Whether the rule has anything to say to mail of this kind. */
bool rule_concerns(const Rule *rule, const Candidate *candidate);

/* What the rule counts at x, whether it blocks or not: have and limit as in Block; until is INSTANT_NEVER. */
Block rule_count(const Rule *rule, const History *history, const Candidate *candidate, Instant x);

/* Asks one rule at x. Returns whether it blocks and, if so and block is given, fills *block. */
bool rule_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Instant horizon,
                 Block *block);

/* Asks every rule (a GArray of Rule) at x and appends a Block to blocks (a GArray of Block, or NULL) for each that
 * blocks, in the order of the rules. Returns whether any does. */
bool rules_block(const GArray *rules, const History *history, const Candidate *candidate, Instant x, Instant horizon,
                 GArray *blocks);

/* The earliest instant in [from, horizon] at which no rule blocks, exact; INSTANT_NEVER where there is none, or where
 * hours and quiet times alone leave none open for five years. */
Instant rules_earliest(const GArray *rules, const History *history, const Candidate *candidate, Instant from,
                       Instant horizon);
