/* The record knows when the planner got round to a held message, when a person released one and when Postfix was down;
 * no policy does. So the replay follows the record while it can, which makes it exact where nothing has changed, and
 * reckons releases itself only after the two have parted.
 *
 * Held messages are Custody rows as in the store, so that who waits for whom is decided by the code that decides it in
 * service. */
#include "replay.h"

#include "decide.h"
#include "past.h"
#include "release.h"
#include "waiting.h"

typedef struct {
    Custody custody; /* first: waiting.c sees nothing else. Words are borrowed */
    ReplayVerdict *verdict;
    Matter matter; /* as it came */
    bool copy;     /* due as soon as it was taken: its text alone was changed */
} Held;

typedef struct {
    ReplayRules *rules;
    const CustomerHistory *recorded;
    Instant since;
    Instant at; /* how far it has come; never goes back */
    Replay *replay;
    Past past;
    GPtrArray *held; /* of Held, in the order of release */
    GArray *told;    /* of guint: contacts of the ledger that no verdict made */
    guint next_told, next_event;
    bool parted;          /* from the record */
    const char *answered; /* the message of the last first verdict; NULL: none */
    Outcome *answer;      /* and what was decided */
} Course;

/* ---- held messages ---- */

static bool waits_for_rules(const Outcome *outcome) {
    for (guint i = 0; i < outcome->reasons->len; i++)
        if (!g_str_equal(((Reason *)outcome->reasons->pdata[i])->rule, "placeholder"))
            return true;
    return false;
}

/* Of the reasons a message is held for waiting.c reads one thing. */
static void set_reasons(Held *held, const Outcome *outcome) {
    static char due[] = "[]", author[] = "[{\"rule\":\"placeholder\"}]", rules[] = "[{\"rule\":\"\"}]";
    bool holds = outcome->action == ACTION_HOLD;
    held->custody.reasons = !holds ? due : waits_for_rules(outcome) ? rules : author;
}

static bool goes_before(const Custody *a, const Custody *b) {
    if (a->priority != b->priority)
        return a->priority > b->priority;
    return a->expires != b->expires ? a->expires < b->expires : a->since < b->since;
}

static void insert(Course *self, Held *held) {
    guint place = self->held->len;
    while (place > 0 && goes_before(&held->custody, self->held->pdata[place - 1]))
        place--;
    g_ptr_array_insert(self->held, (gint)place, held);
}

static Held *take(Course *self, ReplayVerdict *verdict, const Matter *matter, const Outcome *outcome) {
    const Policy *policy = self->rules->rulebook->policy;
    bool holds = outcome->action == ACTION_HOLD;
    Held *held = g_new0(Held, 1);
    held->verdict = verdict;
    held->matter = *matter;
    held->copy = !holds;
    held->custody = (Custody){.message = verdict->record->message,
                              .ordinal = verdict->record->ordinal,
                              .state = CUSTODY_HELD,
                              .class = outcome->class,
                              .topic = (char *)matter->topic,
                              .campaign = (char *)matter->campaign,
                              .priority = matter->priority,
                              .since = matter->since,
                              .due = holds ? outcome->until : matter->at,
                              .expires = matter->expires,
                              .deadline = matter->released ? matter->deadline : matter->at + policy->hold_max,
                              .then = policy->hold_then};
    set_reasons(held, outcome);
    insert(self, held);
    return held;
}

/* What is in custody without a first verdict that put it there: a cadence's own mail, a retry's copy for whom the
 * message had passed, what the first verdict of was forgotten. */
static Held *take_unannounced(Course *self, ReplayVerdict *verdict) {
    Outcome *due = outcome_new(0, "");
    due->class = verdict->matter.matter.class;
    Held *held = take(self, verdict, &verdict->matter.matter, due);
    held->copy = false;
    outcome_free(due);
    return held;
}

static Held *find_held(const Course *self, const VerdictRecord *record) {
    for (guint i = 0; i < self->held->len; i++) {
        Held *held = self->held->pdata[i];
        if (held->custody.ordinal == record->ordinal && g_str_equal(held->custody.message, record->message))
            return held;
    }
    return NULL;
}

static void end(Course *self, Held *held) {
    past_remove(&self->past, held->custody.message);
    held->verdict->would.ended = !held->copy;
    g_ptr_array_remove(self->held, held);
}

/* Those that a message of this priority may not overtake; own NULL for one that just came. */
static GArray *waiting_for(const Course *self, int priority, const char *own) {
    g_autoptr(GPtrArray) custodies = g_ptr_array_new();
    for (guint i = 0; i < self->held->len; i++) {
        Custody *custody = self->held->pdata[i];
        if (custody->priority >= priority)
            g_ptr_array_add(custodies, custody);
    }
    return waiting_ahead(custodies, own);
}

static void reschedule(Course *self, Instant at) {
    History history = past_history(&self->past, self->rules->rulebook, at, NULL);
    for (guint i = 0; i < self->held->len; i++) {
        Custody *custody = self->held->pdata[i];
        g_autoptr(GPtrArray) reasons = reasons_new();
        Instant due = at;
        if (!waiting_for_capacity(custody))
            continue;
        release_is_free(custody, self->rules->rulebook, &history, NULL, at, reasons, &due);
        custody->due = due;
    }
}

/* Copies that were due at once are out, and counted: they are freed here. */
static void part(Course *self, Instant at) {
    if (self->parted)
        return;
    self->parted = true;
    for (guint i = self->held->len; i-- > 0;)
        if (((Held *)self->held->pdata[i])->copy)
            g_ptr_array_remove_index(self->held, i);
    reschedule(self, at);
}

/* ---- one verdict ---- */

static Outcome *judge(Course *self, const Matter *matter, const char *message) {
    const char *own = matter->released ? message : NULL;
    g_autoptr(GArray) waiting = waiting_for(self, matter->priority, own);
    Outcome *outcome = outcome_new(0, "");
    Question question = {.matter = matter,
                         .rules = self->rules->rulebook->rules,
                         .history = past_history(&self->past, self->rules->rulebook, matter->at, message),
                         .waiting = (const Candidate *)(const void *)waiting->data,
                         .waiting_count = waiting->len};
    if (matter->enforced)
        question.policy = self->rules->rulebook->policy;
    decide(&question, outcome);
    return outcome;
}

static bool is_as_recorded(const Outcome *outcome, const VerdictRecord *record) {
    return outcome->action == record->action && outcome->until == record->until;
}

/* Counts what goes, and lets what is held look at the clock anew. */
static void put_contact(Course *self, const Matter *matter, const Outcome *outcome, const char *message) {
    if (matter->counts)
        past_put(&self->past, message, matter_contact(matter, outcome));
    if (self->parted)
        reschedule(self, matter->at);
}

static void settle_first(Course *self, ReplayVerdict *verdict, const Outcome *outcome) {
    const Matter *matter = &verdict->matter.matter;
    bool copy = json_is_true(json_object_get(verdict->receipt, "copy")) && !self->parted;
    if (outcome_goes(outcome)) {
        verdict->would.left = matter->at;
        put_contact(self, matter, outcome, verdict->record->message);
    }
    if (outcome->action == ACTION_HOLD || (copy && outcome_goes(outcome)))
        take(self, verdict, matter, outcome);
}

static void settle_released(Course *self, Held *held, const Matter *matter, const Outcome *outcome) {
    const char *message = held->custody.message;
    if (outcome->action == ACTION_HOLD) {
        past_remove(&self->past, message);
        held->custody.due = outcome->until;
        set_reasons(held, outcome);
    } else if (outcome_goes(outcome)) {
        if (!held->copy)
            held->verdict->would.left = matter->at;
        g_ptr_array_remove(self->held, held);
        put_contact(self, matter, outcome, message);
    } else {
        end(self, held);
    }
}

/* ---- on the replay's own way: held mail leaves by itself ---- */

static Instant next_moment(const Held *held) {
    const Custody *custody = &held->custody;
    Instant last = MIN(custody->deadline, custody->expires);
    return waiting_for_capacity(custody) ? MIN(custody->due, last) : last;
}

static void release_at_deadline(Course *self, Held *held, Matter *matter, const Outcome *outcome) {
    if (held->custody.then != THEN_SEND || outcome->missing->len > 0 || outcome->action != ACTION_HOLD) {
        end(self, held);
        return;
    }
    matter->forced = true;
    Outcome *sent = judge(self, matter, held->custody.message);
    if (outcome_goes(sent))
        settle_released(self, held, matter, sent);
    else
        end(self, held);
    outcome_free(sent);
}

static void release(Course *self, Held *held) {
    const Custody *custody = &held->custody;
    Matter matter = held->matter;
    matter.at = self->at;
    matter.released = true;
    matter.deadline = custody->deadline;
    Outcome *outcome = judge(self, &matter, custody->message);
    if (outcome_goes(outcome))
        settle_released(self, held, &matter, outcome);
    else if (self->at >= custody->deadline)
        release_at_deadline(self, held, &matter, outcome);
    else if (self->at >= custody->expires)
        end(self, held);
    else
        settle_released(self, held, &matter, outcome);
    g_assert(outcome->action != ACTION_HOLD || outcome->until > self->at);
    outcome_free(outcome);
}

static Held *next_held(const Course *self, Instant *at) {
    Held *next = NULL;
    *at = INSTANT_NEVER;
    for (guint i = 0; i < self->held->len; i++) {
        Instant moment = next_moment(self->held->pdata[i]);
        if (moment < *at) {
            *at = moment;
            next = self->held->pdata[i];
        }
    }
    return next;
}

/* Each turn ends one or moves its next moment on, for decide() holds nothing until an instant that has come. */
static void release_until(Course *self, Instant x) {
    Instant at;
    for (Held *held = next_held(self, &at); held && at <= x; held = next_held(self, &at)) {
        self->at = MAX(self->at, at);
        release(self, held);
    }
    self->at = MAX(self->at, x);
}

/* ---- what the record tells beside verdicts ---- */

/* A contact that no verdict made: an imported one, or a held message that was released past the milter. */
static void tell_contact(Course *self, const Contact *contact, const char *message) {
    bool known = false, waits = false;
    for (guint i = 0; i < self->replay->verdicts->len; i++) {
        ReplayVerdict *verdict = &g_array_index(self->replay->verdicts, ReplayVerdict, i);
        if (!verdict->first || !g_str_equal(verdict->record->message, message))
            continue;
        Held *held = find_held(self, verdict->record);
        known = true;
        waits |= held != NULL;
        verdict->was.left = contact->at;
        if (held) {
            verdict->would.left = contact->at;
            g_ptr_array_remove(self->held, held);
        }
    }
    if (known && !waits && self->parted)
        return;
    past_put(&self->past, message, *contact);
    if (self->parted)
        reschedule(self, contact->at);
}

static Instant told_at(const Course *self, guint i) {
    if (i >= self->told->len)
        return INSTANT_NEVER;
    return g_array_index(self->recorded->ledger->contacts, Contact, g_array_index(self->told, guint, i)).at;
}

static Instant event_at(const Course *self, guint i) {
    const GArray *events = self->recorded->events->events;
    return i < events->len ? g_array_index(events, Event, i).at : INSTANT_NEVER;
}

static void tell_next(Course *self) {
    const Ledger *ledger = self->recorded->ledger;
    if (event_at(self, self->next_event) <= told_at(self, self->next_told)) {
        Instant at = event_at(self, self->next_event++);
        if (self->parted)
            reschedule(self, at);
        return;
    }
    guint i = g_array_index(self->told, guint, self->next_told++);
    tell_contact(self, &g_array_index(ledger->contacts, Contact, i), ledger->messages->pdata[i]);
}

/* All that happens up to x beside the verdicts themselves. */
static void advance(Course *self, Instant x) {
    for (;;) {
        Instant next = MIN(event_at(self, self->next_event), told_at(self, self->next_told));
        if (self->parted)
            release_until(self, MIN(next, x));
        if (next > x)
            return;
        tell_next(self);
    }
}

/* ---- the course of the record ---- */

static bool held_under_another(const Course *self, const ReplayVerdict *verdict) {
    const char *hash = json_string_value(json_object_get(verdict->receipt, "policy_hash"));
    return g_strcmp0(hash, self->rules->rulebook->policy->hash) != 0;
}

/* Two addresses of one customer in one message share one decision. */
static Outcome *decide_first(Course *self, const ReplayVerdict *verdict) {
    const VerdictRecord *record = verdict->record;
    Outcome *outcome;
    bool shared = !verdict->matter.matter.released && g_strcmp0(self->answered, record->message) == 0;
    if (record->at >= self->since && !shared)
        return judge(self, &verdict->matter.matter, record->message);
    outcome = outcome_new(0, "");
    if (record->at >= self->since)
        outcome_copy_decision(outcome, self->answer);
    else
        outcome_restore(outcome, record);
    return outcome;
}

static void step_first(Course *self, ReplayVerdict *verdict) {
    const VerdictRecord *record = verdict->record;
    const Matter *matter = &verdict->matter.matter;
    Held *unannounced = matter->released ? take_unannounced(self, verdict) : NULL;
    Outcome *outcome = decide_first(self, verdict);
    bool same = is_as_recorded(outcome, record);
    self->replay->moved += !same && outcome->action == record->action;
    if (!same || (outcome->action == ACTION_HOLD && held_under_another(self, verdict)))
        part(self, record->at);
    verdict->counted = record->at >= self->since;
    verdict->reasons = g_ptr_array_ref(outcome->reasons);
    verdict->would.action = outcome->action;
    if (unannounced)
        settle_released(self, unannounced, matter, outcome);
    else
        settle_first(self, verdict, outcome);
    g_clear_pointer(&self->answer, outcome_free);
    self->answer = outcome;
    self->answered = record->message;
}

/* A release of the record that still stands after the two have parted: a person's, the author's, or one at which the
 * customer wanted it no longer. */
static bool is_somebodys(const ReplayVerdict *verdict, const Held *held) {
    const Matter *matter = &verdict->matter.matter;
    return (matter->forced && matter->at < matter->deadline) || matter->lacks_consent || matter->fails_requires ||
           !waiting_for_capacity(&held->custody);
}

static Outcome *decide_released(Course *self, const ReplayVerdict *verdict, const Matter *matter) {
    if (matter->at >= self->since)
        return judge(self, matter, verdict->record->message);
    Outcome *outcome = outcome_new(0, "");
    outcome_restore(outcome, verdict->record);
    return outcome;
}

static void step_released(Course *self, ReplayVerdict *verdict) {
    Held *held = find_held(self, verdict->record);
    if (self->parted && (!held || !is_somebodys(verdict, held)))
        return;
    if (!held)
        held = take_unannounced(self, verdict);
    Matter matter = verdict->matter.matter;
    matter.deadline = held->custody.deadline;
    Outcome *outcome = decide_released(self, verdict, &matter);
    bool parts = !self->parted && !is_as_recorded(outcome, verdict->record);
    bool gone = parts && held->copy;
    self->replay->moved += parts;
    if (parts)
        part(self, matter.at);
    if (!gone)
        settle_released(self, held, &matter, outcome);
    outcome_free(outcome);
}

static bool ended_by_hand(const ReplayVerdict *verdict) {
    const json_t *reason = json_array_get(json_object_get(verdict->receipt, "reasons"), 0);
    return g_strcmp0(json_string_value(json_object_get(reason, "name")), "by hand") == 0;
}

static void step_ending(Course *self, const ReplayVerdict *verdict) {
    Held *held = find_held(self, verdict->record);
    if (self->parted && !ended_by_hand(verdict))
        return;
    if (held)
        end(self, held);
    else if (!self->parted)
        past_remove(&self->past, verdict->record->message);
}

static void turn_rules(Course *self, const ReplayVerdict *verdict) {
    if (verdict->judged && replay_rules_turn(self->rules, &verdict->matter) && self->parted)
        reschedule(self, verdict->record->at);
}

static void step(Course *self, ReplayVerdict *verdict) {
    advance(self, verdict->record->at);
    turn_rules(self, verdict);
    if (!verdict->judged)
        step_ending(self, verdict);
    else if (verdict->first)
        step_first(self, verdict);
    else
        step_released(self, verdict);
}

/* ---- the run ---- */

static void course_clear(Course *self) {
    past_clear(&self->past);
    g_ptr_array_unref(self->held);
    g_array_unref(self->told);
    g_clear_pointer(&self->answer, outcome_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Course, course_clear)

static void note_what_waits(const Course *self) {
    for (guint i = 0; i < self->held->len; i++) {
        const Held *held = self->held->pdata[i];
        if (!held->copy && held->custody.due < held->custody.deadline)
            held->verdict->would_go = held->custody.due;
    }
    for (guint i = 0; i < self->replay->verdicts->len; i++) {
        ReplayVerdict *verdict = &g_array_index(self->replay->verdicts, ReplayVerdict, i);
        verdict->would_go = MIN(verdict->would_go, verdict->would.left);
    }
}

void replay_run(Replay *replay, const CustomerHistory *history, ReplayRules *rules, Instant since, Instant now) {
    *replay = (Replay){.verdicts = replay_read(history)};
    g_auto(Course) self = {.rules = rules,
                           .recorded = history,
                           .since = since,
                           .at = INSTANT_ALWAYS,
                           .replay = replay,
                           .held = g_ptr_array_new_with_free_func(g_free),
                           .told = replay_told(replay->verdicts, history)};
    past_init(&self.past, history);
    for (guint i = 0; i < replay->verdicts->len; i++)
        step(&self, &g_array_index(replay->verdicts, ReplayVerdict, i));
    if (self.parted)
        advance(&self, now);
    note_what_waits(&self);
}

void replay_clear(Replay *replay) {
    g_array_unref(replay->verdicts);
}
