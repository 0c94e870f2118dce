/* The oracle: DESIGN.md section 5 and the contract of overtaking.h, sentence by sentence, by trying every second. It
 * shares no code with the engine and is as slow as it likes. Days, hours and quiet times are tables, one entry a
 * second. */
#pragma once

#include "policy/overtaking.h"

#include <stdlib.h>
#include <string.h>

#define MOST_CONTACTS 9
#define MOST_WAITING 4
#define MOST_EVENTS 6
#define SECONDS 64 /* the tables': no case asks later */
#define CLOCKS 3

/* What is true of a customer whatever is sent. Each table has an entry a second. */
typedef struct {
    Almanac almanac;
    int period[WINDOW_MONTH + 1][SECONDS]; /* the number of the day, week or month; none for WINDOW_ROLLING */
    bool open[CLOCKS][SECONDS];            /* for Hours whose days are 0, 1 or 2 */
    bool quiet[SECONDS];
    bool cautious; /* it names changes that are none */
    Event events[MOST_EVENTS];
    int event_count;
    int relational_earlier;
} World;

typedef struct {
    const World *world;
    Contact contacts[MOST_CONTACTS + MOST_WAITING + 64];
    int count;
} Past;

typedef struct {
    World *world;
    GArray *rules;
    Past past; /* ascending */
    Candidate candidate, waiting[MOST_WAITING];
    int waiting_count;
    Instant x, horizon;
} Case;

static bool same(const char *wanted, const char *had) {
    return wanted == NULL || (had != NULL && strcmp(wanted, had) == 0);
}

static bool fits(const Filter *filter, MailClass class, const char *topic, const char *campaign) {
    return (filter->class == CLASS_ANY || filter->class == class) && same(filter->topic, topic) &&
           same(filter->campaign, campaign);
}

static bool inside(const World *world, Instant t, Instant x, const Window *window) {
    if (window->kind == WINDOW_ROLLING)
        return x - window->length < t && t <= x;
    return t <= x && world->period[window->kind][t] == world->period[window->kind][x];
}

static int count_in(const Past *past, const Filter *filter, Instant x, const Window *window) {
    int count = 0;
    for (int i = 0; i < past->count; i++) {
        const Contact *c = &past->contacts[i];
        if (inside(past->world, c->at, x, window) && fits(filter, c->class, c->topic, c->campaign))
            count++;
    }
    return count;
}

static Instant last_before(const Past *past, const Filter *filter, Instant x) {
    Instant last = -1;
    for (int i = 0; i < past->count; i++) {
        const Contact *c = &past->contacts[i];
        if (c->at <= x && c->at > last && fits(filter, c->class, c->topic, c->campaign))
            last = c->at;
    }
    return last;
}

static const Filter sales = {CLASS_SALES, NULL, NULL}, relational = {CLASS_RELATIONAL, NULL, NULL};

static bool oracle_ratio(const Rule *rule, const Past *past, const Candidate *m, Instant x) {
    int s = count_in(past, &sales, x, &rule->ratio.window), r = count_in(past, &relational, x, &rule->ratio.window);
    return m->class == CLASS_SALES &&
           (s + 1) * rule->ratio.relational > r * rule->ratio.sales + rule->ratio.allowance * rule->ratio.relational;
}

static bool oracle_gap(const Rule *rule, const Past *past, Instant x) {
    const Filter after = {rule->gap.after, NULL, NULL};
    Instant last = last_before(past, rule->gap.has_after ? &after : &rule->filter, x);
    return last >= 0 && x - last < rule->gap.min;
}

static int relational_ever(const Past *past, Instant x) {
    int count = past->world->relational_earlier;
    for (int i = 0; i < past->count; i++)
        count += past->contacts[i].class == CLASS_RELATIONAL && past->contacts[i].at <= x;
    return count;
}

static Instant last_event(const World *world, const char *kind, Instant x) {
    Instant last = -1;
    for (int i = 0; i < world->event_count; i++)
        if (strcmp(world->events[i].kind, kind) == 0 && world->events[i].at <= x)
            last = MAX(last, world->events[i].at);
    return last;
}

static bool oracle_gate(const Rule *rule, const World *world, Instant x) {
    Instant event = last_event(world, rule->gate.event, x);
    if (event < 0)
        return false;
    if (rule->gate.until == NULL)
        return x - event < rule->gate.cool;
    Instant until = last_event(world, rule->gate.until, x);
    return until < event || x - until < rule->gate.cool;
}

static bool oracle_rule(const Rule *rule, const Past *past, const Candidate *m, Instant x) {
    bool matches = fits(&rule->filter, m->class, m->topic, m->campaign);
    switch (rule->kind) {
    case RULE_CAP:
        return matches && count_in(past, &rule->filter, x, &rule->cap.window) >= rule->cap.limit;
    case RULE_RATIO:
        return oracle_ratio(rule, past, m, x);
    case RULE_GAP:
        return matches && oracle_gap(rule, past, x);
    case RULE_FIRST:
        return m->class == CLASS_SALES && relational_ever(past, x) < rule->first.relational;
    case RULE_GATE:
        return matches && oracle_gate(rule, past->world, x);
    case RULE_HOURS:
        return !past->world->open[rule->hours.days][x];
    case RULE_PAUSE:
        return x < rule->pause.until;
    case RULE_QUIET:
        return past->world->quiet[x];
    }
    abort();
}

static bool oracle_rules(const GArray *rules, const Past *past, const Candidate *m, Instant x) {
    for (guint i = 0; i < rules->len; i++)
        if (oracle_rule(&g_array_index(rules, Rule, i), past, m, x))
            return true;
    return false;
}

static Instant oracle_earliest(const GArray *rules, const Past *past, const Candidate *m, Instant from,
                               Instant horizon) {
    for (Instant x = from; x <= horizon; x++)
        if (!oracle_rules(rules, past, m, x))
            return x;
    return INSTANT_NEVER;
}

static Instant oracle_until(const Rule *rule, const Past *past, const Candidate *m, Instant x, Instant horizon) {
    for (Instant y = x + 1; y <= horizon; y++)
        if (!oracle_rule(rule, past, m, y))
            return y;
    return INSTANT_NEVER;
}

static Past with(const Past *past, const Candidate *m, Instant at) {
    Past more = *past;
    more.contacts[more.count++] = (Contact){at, m->class, m->topic, m->campaign};
    return more;
}

/* Adds relational contacts at x one by one until the rule is free. */
static int oracle_relational(const Rule *rule, const Past *past, const Candidate *m, Instant x) {
    const Candidate another = {CLASS_RELATIONAL, NULL, NULL};
    Past more = *past;
    for (int added = 1; added <= 60; added++) {
        more = with(&more, &another, x);
        if (!oracle_rule(rule, &more, m, x))
            return added;
    }
    return 0;
}

typedef struct {
    Instant until;
    gsize ahead;
} Wait;

/* Whether a contact of m at y keeps the waiting message i, everybody else going as planned, from its planned instant.
 */
static bool oracle_breaks(const Case *c, const Instant *plan, int planned, int i, const Candidate *m, Instant y) {
    Past past = with(&c->past, m, y);
    for (int other = 0; other < planned; other++)
        if (other != i && plan[other] != INSTANT_NEVER)
            past = with(&past, &c->waiting[other], plan[other]);
    return plan[i] != INSTANT_NEVER && oracle_rules(c->rules, &past, &c->waiting[i], plan[i]);
}

static bool oracle_overtakes(const Case *c, const Instant *plan, int planned, const Candidate *m, Instant y) {
    for (int i = 0; i < planned; i++)
        if (oracle_breaks(c, plan, planned, i, m, y))
            return true;
    return false;
}

static Instant oracle_place(const Case *c, const Instant *plan, int planned, const Candidate *m, Instant from) {
    Past past = c->past;
    for (int i = 0; i < planned; i++)
        if (plan[i] != INSTANT_NEVER)
            past = with(&past, &c->waiting[i], plan[i]);
    for (Instant y = from; y <= c->horizon; y++)
        if (!oracle_rules(c->rules, &past, m, y) && !oracle_overtakes(c, plan, planned, m, y))
            return y;
    return INSTANT_NEVER;
}

static bool oracle_overtaking(const Case *c, Wait *wait) {
    Instant plan[MOST_WAITING];
    for (int i = 0; i < c->waiting_count; i++)
        plan[i] = oracle_place(c, plan, i, &c->waiting[i], c->x);
    if (!oracle_overtakes(c, plan, c->waiting_count, &c->candidate, c->x))
        return false;
    wait->until = oracle_place(c, plan, c->waiting_count, &c->candidate, c->x + 1);
    wait->ahead = 0;
    for (int i = 0; i < c->waiting_count; i++)
        wait->ahead += plan[i] < wait->until;
    return true;
}
