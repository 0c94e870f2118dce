/* The clock leaps from one instant at which a pass would find something ready to the next. Each message that goes
 * becomes a contact for those behind it, who are reckoned anew, exactly as the milter does when it lets one pass.
 * Whether one may go is asked of release.c, as everybody does. So several messages that wait for the same cap get the
 * instants at which they will really go, not all of them the first.
 *
 * What a cadence is going to have is played like what is held, from its date on; silence, which a cadence may wait for,
 * is broken by whatever relational goes before it. */
#include "play.h"

#include "bring_forward.h"
#include "engine/plan.h"
#include "engine/receipt.h"
#include "outcome.h"
#include "release.h"
#include "waiting.h"

typedef struct {
    const PlaySubject *subject;
    GArray *contacts;    /* those of the record, and those that are planned */
    GPtrArray *messages; /* of char *: the message of each contact, borrowed */
    GArray *seen, *felt; /* of Contact and of Event: the last history_of */
    GPtrArray *waiting;  /* of Custody: what is still held, in the order of release; what cadences are going to have */
    GHashTable *coming;  /* Custody -> Coming: what of that is a cadence's */
    Instant relational;  /* when relational mail last went or was composed in this play; INSTANT_ALWAYS: not yet */
    Instant start, at;
    GPtrArray *plan; /* of Planned */
} Play;

/* ---- what becomes of one ---- */

/* A person's release that found nothing to fill in either leaves the row forced, and due never. */
static bool waits_for_person(const Custody *custody) {
    if (custody->forced)
        return custody->due == INSTANT_NEVER;
    return !g_str_equal(custody->reasons, "[]") && !waiting_for_capacity(custody);
}

/* Mail that a placeholder keeps is never sent as it is: its sender gets it back. */
static Then end_of(const Custody *custody) {
    if (custody->expires < custody->deadline)
        return THEN_DROP;
    return custody->then == THEN_SEND && waiting_for_author(custody) ? THEN_RETURN : custody->then;
}

static const char *zone_of(const PlaySubject *subject) {
    return subject->customer ? facts_timezone(&subject->facts) : subject->facts.config->defaults.timezone;
}

static void settle(Play *play, Custody *custody, Instant at) {
    Planned *planned = g_new0(Planned, 1);
    planned->held = custody;
    planned->cadence = g_hash_table_contains(play->coming, custody);
    planned->timezone = g_strdup(zone_of(play->subject));
    planned->at = at;
    planned->end = MIN(custody->deadline, custody->expires);
    planned->then = end_of(custody);
    g_ptr_array_add(play->plan, planned);
    g_ptr_array_remove(play->waiting, custody);
}

static void set_reasons(Custody *custody, char *reasons) {
    g_free(custody->reasons);
    custody->reasons = reasons;
}

/* ---- contacts ---- */

/* A copy that is only due has been counted when it was taken, and is counted anew when it goes. */
static void forget_contact(Play *play, const char *message) {
    guint i;
    if (!g_ptr_array_find_with_equal_func(play->messages, message, g_str_equal, &i))
        return;
    g_ptr_array_remove_index(play->messages, i);
    g_array_remove_index(play->contacts, i);
}

static void note_relational(Play *play, MailClass class) {
    if (class == CLASS_RELATIONAL)
        play->relational = MAX(play->relational, play->at);
}

static void add_contact(Play *play, const char *message, const Candidate *as) {
    note_relational(play, as->class);
    Contact contact = {play->at, as->class, as->topic, as->campaign};
    guint place = play->contacts->len;
    while (place > 0 && g_array_index(play->contacts, Contact, place - 1).at > play->at)
        place--;
    g_array_insert_val(play->contacts, place, contact);
    g_ptr_array_insert(play->messages, (int)place, (char *)message);
}

static void copy(GArray *to, const GArray *from) {
    g_array_set_size(to, 0);
    if (from->len > 0)
        g_array_append_vals(to, from->data, from->len);
}

/* As the planner would count it now. Borrowed until the next call. */
static History history_of(const Play *play) {
    const EventList *events = play->subject->record.events;
    History history = play->subject->record.history;
    copy(play->seen, play->contacts);
    bring_forward_contacts(play->seen, play->at);
    history.contacts = (const Contact *)(const void *)play->seen->data;
    history.count = play->seen->len;
    if (!events)
        return history;
    copy(play->felt, events->events);
    bring_forward_events(play->felt, play->at);
    history.events = (const Event *)(const void *)play->felt->data;
    return history;
}

/* ---- one step of the planner ---- */

static void wait_until(const Play *play, Custody *custody, Instant until, const GPtrArray *reasons) {
    custody->due = until;
    if (reasons->len > 0)
        set_reasons(custody, reasons_text(reasons, zone_of(play->subject)));
}

static void reckon_anew(Play *play) {
    History history = history_of(play);
    for (guint i = 0; i < play->waiting->len; i++) {
        Custody *custody = play->waiting->pdata[i];
        g_autoptr(GPtrArray) reasons = reasons_new();
        Candidate as;
        Instant due;
        if (!waiting_for_capacity(custody))
            continue;
        release_is_free(custody, play->subject->rulebook, &history, NULL, play->at, reasons, &due, &as);
        if (due != custody->due)
            wait_until(play, custody, due, reasons);
    }
}

static void leave(Play *play, Custody *custody, Instant planned, const Candidate *as) {
    const Topic *topic = config_topic(play->subject->facts.config, custody->topic);
    if (planned == play->start || custody->forced)
        set_reasons(custody, g_strdup("[]"));
    settle(play, custody, planned);
    if (!play->subject->rulebook || !*custody->stream)
        return;
    forget_contact(play, custody->message);
    if (!topic || topic->counts)
        add_contact(play, custody->message, as);
    reckon_anew(play);
}

static void leave_whole(Play *play, Custody *custody, Instant planned) {
    const Candidate whole = waiting_candidate(custody);
    leave(play, custody, planned, &whole);
}

static bool is_asked(const Play *play, const Custody *custody) {
    return play->subject->rulebook && !custody->forced && *custody->stream &&
           release_asks_rules(custody, play->subject->facts.config, play->subject->rulebook->policy);
}

static void ask(Play *play, Custody *custody) {
    g_autoptr(GArray) ahead = waiting_ahead(play->waiting, custody->message);
    g_autoptr(GPtrArray) reasons = reasons_new();
    Instant until;
    Candidate as;
    forget_contact(play, custody->message);
    History history = history_of(play);
    if (release_is_free(custody, play->subject->rulebook, &history, ahead, play->at, reasons, &until, &as)) {
        leave(play, custody, play->at, &as);
        return;
    }
    wait_until(play, custody, until, reasons);
    if (play->at >= custody->deadline && custody->then == THEN_SEND)
        leave_whole(play, custody, INSTANT_NEVER);
    else if (play->at >= MIN(custody->deadline, custody->expires))
        settle(play, custody, INSTANT_NEVER);
}

/* ---- cadences ---- */

/* Whether silence was broken since the date was reckoned; then it is moved. */
static bool wait_for_silence(const Play *play, const Coming *coming, Custody *custody) {
    Duration quiet_for = coming->piece->cadence->quiet_for;
    if (coming->piece->rule || play->relational == INSTANT_ALWAYS || play->relational + quiet_for <= play->at)
        return false;
    coming_move(custody, play->relational + quiet_for, play->subject->rulebook->policy->hold_max);
    return true;
}

/* What is composed now breaks the silence for others, even where it has to wait. */
static bool waits_for_its_time(Play *play, Custody *custody) {
    const Coming *coming = g_hash_table_lookup(play->coming, custody);
    if (!coming || waiting_for_capacity(custody))
        return false;
    if (wait_for_silence(play, coming, custody))
        return true;
    note_relational(play, custody->class);
    return false;
}

/* ---- */

static void step(Play *play, Custody *custody) {
    if (waits_for_its_time(play, custody))
        return;
    if (play->at > custody->expires || play->at == INSTANT_NEVER || waits_for_person(custody))
        settle(play, custody, INSTANT_NEVER);
    else if (is_asked(play, custody))
        ask(play, custody);
    else
        leave_whole(play, custody, play->at);
}

/* ---- all of one customer ---- */

static Instant ready_at(const Custody *custody) {
    return MIN(custody->due, MIN(custody->expires, custody->deadline));
}

/* The first in the order of release that is ready when anything next is, and that instant. */
static Custody *next_ready(Play *play) {
    Instant next = INSTANT_NEVER;
    for (guint i = 0; i < play->waiting->len; i++)
        next = MIN(next, ready_at(play->waiting->pdata[i]));
    play->at = MAX(play->at, next);
    for (guint i = 0; i < play->waiting->len; i++)
        if (ready_at(play->waiting->pdata[i]) <= play->at)
            return play->waiting->pdata[i];
    g_assert_not_reached();
}

static void run(Play *play) {
    while (play->waiting->len > 0)
        step(play, next_ready(play));
}

/* What was handed over and not seen by the milter yet is under way now. What it let pass is counted and gone. */
static void take_custodies(Play *play, GPtrArray *custodies) {
    for (guint i = 0; i < custodies->len; i++) {
        Custody *custody = custodies->pdata[i];
        if (custody->state == CUSTODY_PASSED)
            continue;
        if (custody->state == CUSTODY_RELEASING)
            custody->due = MIN(custody->due, play->start);
        custody->state = CUSTODY_HELD;
        g_ptr_array_add(play->waiting, custody);
        custodies->pdata[i] = NULL;
    }
}

/* It comes after all that is held already, but before what has less priority. */
static void take_coming(Play *play, GPtrArray *list) {
    for (guint i = 0; i < list->len; i++) {
        Coming *coming = list->pdata[i];
        guint place = play->waiting->len;
        while (place > 0 && ((Custody *)play->waiting->pdata[place - 1])->priority < coming->custody->priority)
            place--;
        g_hash_table_insert(play->coming, coming->custody, coming);
        g_ptr_array_insert(play->waiting, (int)place, g_steal_pointer(&coming->custody));
    }
}

void play_through(PlaySubject *subject, Instant at, GPtrArray *plan) {
    const Ledger *ledger = subject->record.ledger;
    Play play = {.subject = subject, .relational = INSTANT_ALWAYS, .start = at, .at = at, .plan = plan};
    play.coming = g_hash_table_new(NULL, NULL);
    play.contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
    play.seen = g_array_new(FALSE, FALSE, sizeof(Contact));
    play.felt = g_array_new(FALSE, FALSE, sizeof(Event));
    play.messages = g_ptr_array_new();
    play.waiting = g_ptr_array_new();
    for (guint i = 0; ledger && i < ledger->contacts->len; i++) {
        g_array_append_val(play.contacts, g_array_index(ledger->contacts, Contact, i));
        g_ptr_array_add(play.messages, ledger->messages->pdata[i]);
    }
    take_custodies(&play, subject->custodies);
    take_coming(&play, subject->coming);
    run(&play);
    g_array_unref(play.contacts);
    g_array_unref(play.seen);
    g_array_unref(play.felt);
    g_ptr_array_unref(play.messages);
    g_ptr_array_unref(play.waiting);
    g_hash_table_unref(play.coming);
}
