/* The course of a replay: what is held, what was counted, and how held mail leaves where the record no longer says.
 * Held messages are Custody rows as in the store, so that who waits for whom is decided by the code that decides it in
 * service. */
#include "course.h"

#include "consents.h"
#include "decide.h"
#include "release.h"
#include "waiting.h"

/* ---- held messages ---- */

static bool waits_for_rules(const Outcome *outcome) {
    for (guint i = 0; i < outcome->reasons->len; i++)
        if (!g_str_equal(((Reason *)outcome->reasons->pdata[i])->rule, "placeholder"))
            return true;
    return false;
}

/* Of the reasons a message is held for waiting.c reads one thing. */
static void set_reasons(Held *held, const Outcome *outcome) {
    static const char due[] = "[]", author[] = "[{\"rule\":\"placeholder\"}]", rules[] = "[{\"rule\":\"\"}]";
    bool holds = outcome->action == ACTION_HOLD;
    held->custody.reasons = (char *)(!holds ? due : waits_for_rules(outcome) ? rules : author);
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
                              .cut_as = (char *)matter_cut_as(matter),
                              .fallback_as = (char *)matter_fallback_as(matter),
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

Held *course_take_unannounced(Course *self, ReplayVerdict *verdict) {
    Outcome *due = outcome_new(0, "");
    due->class = verdict->matter.matter.class;
    Held *held = take(self, verdict, &verdict->matter.matter, due);
    held->copy = false;
    outcome_free(due);
    return held;
}

Held *course_find(const Course *self, const VerdictRecord *record) {
    for (guint i = 0; i < self->held->len; i++) {
        Held *held = self->held->pdata[i];
        if (held->custody.ordinal == record->ordinal && g_str_equal(held->custody.message, record->message))
            return held;
    }
    return NULL;
}

void course_end(Course *self, Held *held) {
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

void course_reschedule(Course *self, Instant at) {
    const PastView view = {.at = at, .live = true};
    History history = past_history(&self->past, self->rules->rulebook, &view);
    for (guint i = 0; i < self->held->len; i++) {
        Custody *custody = self->held->pdata[i];
        g_autoptr(GPtrArray) reasons = reasons_new();
        Candidate as;
        if (waiting_for_capacity(custody))
            release_is_free(custody, self->rules->rulebook, &history, NULL, at, reasons, &custody->due, &as);
    }
}

void course_part(Course *self, Instant at) {
    if (self->parted)
        return;
    self->parted = true;
    for (guint i = self->held->len; i-- > 0;)
        if (((Held *)self->held->pdata[i])->copy)
            g_ptr_array_remove_index(self->held, i);
    course_reschedule(self, at);
}

/* ---- one verdict ---- */

Outcome *course_judge(Course *self, const Matter *matter, const char *message) {
    const char *own = matter->released ? message : NULL;
    g_autoptr(GArray) waiting = waiting_for(self, matter->priority, own);
    const PastView view = {.at = matter->at, .live = matter->live, .except = message};
    Outcome *outcome = outcome_new(0, "");
    Question question = {.matter = matter,
                         .rules = self->rules->rulebook->rules,
                         .history = past_history(&self->past, self->rules->rulebook, &view),
                         .waiting = (const Candidate *)(const void *)waiting->data,
                         .waiting_count = waiting->len};
    if (matter->enforced)
        question.policy = self->rules->rulebook->policy;
    decide(&question, outcome);
    return outcome;
}

/* Counts what goes, and lets what is held look at the clock anew. */
static void put_contact(Course *self, const Matter *matter, const Outcome *outcome, const char *message) {
    if (matter->counts)
        past_put(&self->past, message, matter_contact(matter, outcome));
    if (self->parted)
        course_reschedule(self, matter->at);
}

void course_settle_first(Course *self, ReplayVerdict *verdict, const Outcome *outcome) {
    const Matter *matter = &verdict->matter.matter;
    bool copy = json_is_true(json_object_get(verdict->receipt, "copy")) && !self->parted;
    if (outcome_goes(outcome)) {
        verdict->would.left = matter->at;
        put_contact(self, matter, outcome, verdict->record->message);
    }
    if (outcome->action == ACTION_HOLD || (copy && outcome_goes(outcome)))
        take(self, verdict, matter, outcome);
}

void course_settle_released(Course *self, Held *held, const Matter *matter, const Outcome *outcome) {
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
        course_end(self, held);
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
        course_end(self, held);
        return;
    }
    matter->forced = true;
    Outcome *sent = course_judge(self, matter, held->custody.message);
    if (outcome_goes(sent))
        course_settle_released(self, held, matter, sent);
    else
        course_end(self, held);
    outcome_free(sent);
}

const char *course_unwanted(const Course *self, const Held *held) {
    g_autoptr(GPtrArray) consents = past_consents(&self->past, self->at);
    return consents_stop(consents, held->matter.class, config_topic(self->rules->config, held->matter.topic));
}

void course_release(Course *self, Held *held) {
    const Custody *custody = &held->custody;
    Matter matter = held->matter;
    matter.lacks_consent = course_unwanted(self, held);
    matter.at = self->at;
    matter.live = true;
    matter.released = true;
    matter.deadline = custody->deadline;
    Outcome *outcome = course_judge(self, &matter, custody->message);
    if (outcome_goes(outcome))
        course_settle_released(self, held, &matter, outcome);
    else if (self->at >= custody->deadline)
        release_at_deadline(self, held, &matter, outcome);
    else if (self->at >= custody->expires)
        course_end(self, held);
    else
        course_settle_released(self, held, &matter, outcome);
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
void course_release_until(Course *self, Instant x) {
    Instant at;
    for (Held *held = next_held(self, &at); held && at <= x; held = next_held(self, &at)) {
        self->at = MAX(self->at, at);
        course_release(self, held);
    }
    self->at = MAX(self->at, x);
}

/* ---- */

void course_clear(Course *self) {
    past_clear(&self->past);
    g_ptr_array_unref(self->held);
    g_array_unref(self->told);
    g_ptr_array_unref(self->said);
    g_clear_pointer(&self->answer, outcome_free);
}
