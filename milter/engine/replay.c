/* The record knows when the planner got round to a held message, when a person released one and when Postfix was down;
 * no policy does. So the replay follows the record while it can, which makes it exact where nothing has changed, and
 * reckons releases itself only after the two have parted. */
#include "replay.h"

#include "course.h"
#include "outcome.h"
#include "waiting.h"

/* ---- what the record tells beside verdicts ---- */

/* A contact that no verdict made: an imported one, or a held message that was released past the milter. */
static void tell_contact(Course *self, const Contact *contact, const char *message) {
    bool known = false, waits = false;
    for (guint i = 0; i < self->replay->verdicts->len; i++) {
        ReplayVerdict *verdict = &g_array_index(self->replay->verdicts, ReplayVerdict, i);
        if (!verdict->first || !g_str_equal(verdict->record->message, message))
            continue;
        Held *held = course_find(self, verdict->record);
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
        course_reschedule(self, contact->at);
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

static Instant said_at(const Course *self, guint i) {
    return i < self->said->len ? ((const Consent *)self->said->pdata[i])->at : INSTANT_NEVER;
}

static void tell_event(Course *self) {
    Instant at = event_at(self, self->next_event++);
    if (self->parted)
        course_reschedule(self, at);
}

/* A no ends at once what is held. */
static void tell_consent(Course *self) {
    self->next_said++;
    if (!self->parted)
        return;
    for (guint i = self->held->len; i-- > 0;)
        if (course_unwanted(self, self->held->pdata[i]))
            course_release(self, self->held->pdata[i]);
}

static void tell_next(Course *self) {
    const Ledger *ledger = self->recorded->ledger;
    Instant event = event_at(self, self->next_event), told = told_at(self, self->next_told);
    if (said_at(self, self->next_said) <= MIN(event, told)) {
        tell_consent(self);
    } else if (event <= told) {
        tell_event(self);
    } else {
        guint i = g_array_index(self->told, guint, self->next_told++);
        tell_contact(self, &g_array_index(ledger->contacts, Contact, i), ledger->messages->pdata[i]);
    }
}

static Instant next_tale(const Course *self) {
    Instant next = MIN(event_at(self, self->next_event), told_at(self, self->next_told));
    return MIN(next, said_at(self, self->next_said));
}

/* All that happens up to x beside the verdicts themselves. */
static void advance(Course *self, Instant x) {
    for (;;) {
        Instant next = next_tale(self);
        if (self->parted)
            course_release_until(self, MIN(next, x));
        if (next > x)
            return;
        tell_next(self);
    }
}

/* ---- the course of the record ---- */

static bool is_as_recorded(const Outcome *outcome, const VerdictRecord *record) {
    return outcome->action == record->action && outcome->until == record->until;
}

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
        return course_judge(self, &verdict->matter.matter, record->message);
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
    Held *unannounced = matter->released ? course_take_unannounced(self, verdict) : NULL;
    Outcome *outcome = decide_first(self, verdict);
    bool same = is_as_recorded(outcome, record);
    self->replay->moved += !same && outcome->action == record->action;
    if (!same || (outcome->action == ACTION_HOLD && held_under_another(self, verdict)))
        course_part(self, record->at);
    verdict->counted = record->at >= self->since;
    verdict->reasons = g_ptr_array_ref(outcome->reasons);
    verdict->would.action = outcome->action;
    if (unannounced)
        course_settle_released(self, unannounced, matter, outcome);
    else
        course_settle_first(self, verdict, outcome);
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
        return course_judge(self, matter, verdict->record->message);
    Outcome *outcome = outcome_new(0, "");
    outcome_restore(outcome, verdict->record);
    return outcome;
}

static void step_released(Course *self, ReplayVerdict *verdict) {
    Held *held = course_find(self, verdict->record);
    if (self->parted && (!held || !is_somebodys(verdict, held)))
        return;
    if (!held)
        held = course_take_unannounced(self, verdict);
    Matter matter = verdict->matter.matter;
    matter.deadline = held->custody.deadline;
    Outcome *outcome = decide_released(self, verdict, &matter);
    bool parts = !self->parted && !is_as_recorded(outcome, verdict->record);
    bool gone = parts && held->copy;
    self->replay->moved += parts;
    if (parts)
        course_part(self, matter.at);
    if (!gone)
        course_settle_released(self, held, &matter, outcome);
    outcome_free(outcome);
}

static bool ended_by_hand(const ReplayVerdict *verdict) {
    const json_t *reason = json_array_get(json_object_get(verdict->receipt, "reasons"), 0);
    return g_strcmp0(json_string_value(json_object_get(reason, "name")), "by hand") == 0;
}

static void step_ending(Course *self, const ReplayVerdict *verdict) {
    Held *held = course_find(self, verdict->record);
    if (self->parted && !ended_by_hand(verdict))
        return;
    if (held)
        course_end(self, held);
    else if (!self->parted)
        past_remove(&self->past, verdict->record->message);
}

static void turn_rules(Course *self, const ReplayVerdict *verdict) {
    if (verdict->judged && replay_rules_turn(self->rules, &verdict->matter) && self->parted)
        course_reschedule(self, verdict->record->at);
}

static void step(Course *self, ReplayVerdict *verdict) {
    advance(self, verdict->record->at);
    turn_rules(self, verdict);
    if (verdict->ending)
        step_ending(self, verdict);
    else if (verdict->first)
        step_first(self, verdict);
    else if (verdict->judged)
        step_released(self, verdict);
}

/* ---- the run ---- */

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
                           .told = replay_told(replay->verdicts, history),
                           .said = replay_said(history)};
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
