/* The plan is the planner's work played through in memory. The rows of one customer are read once, with what the rules
 * look at; then the clock leaps from one instant at which a pass would find something ready to the next. Each message
 * that goes becomes a contact for those behind it, who are reckoned anew, exactly as the milter does when it lets one
 * pass. Whether one may go is asked of release.c, as everybody does. So several messages that wait for the same cap get
 * the instants at which they will really go, not all of them the first.
 *
 * What a cadence is going to have is played like what is held, from its date on; silence, which a cadence may wait for,
 * is broken by whatever relational goes before it.
 *
 * Reading takes a short transaction for some customers at a time; the playing, which may be long, keeps no writer
 * waiting. */
#include "engine/plan.h"

#include "coming.h"
#include "engine/receipt.h"
#include "engine_private.h"
#include "facts.h"
#include "outcome.h"
#include "release.h"
#include "waiting.h"

#include <string.h>

#define PAGE 64 /* customers a transaction */

/* A customer whose mail is planned. */
typedef struct {
    char *id;
    Customer *customer; /* NULL: nobody of ours, as the sender who gets a notice */
    Facts facts;
    Rulebook *rulebook; /* NULL too */
    Record record;
    GPtrArray *custodies;
    GPtrArray *coming; /* of Coming */
} Subject;

typedef struct {
    const Subject *subject;
    GArray *contacts;    /* those of the record, and those that are planned */
    GPtrArray *messages; /* of char *: the message of each contact, borrowed */
    GPtrArray *waiting;  /* of Custody: what is still held, in the order of release; what cadences are going to have */
    GHashTable *coming;  /* Custody -> Coming: what of that is a cadence's */
    Instant relational;  /* when relational mail last went or was composed in this play; INSTANT_ALWAYS: not yet */
    Instant start, at;
    GPtrArray *plan; /* of Planned */
} Play;

void planned_free(Planned *planned) {
    custody_free(planned->held);
    g_free(planned->timezone);
    g_free(planned);
}

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

static const char *zone_of(const Subject *subject) {
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

static void note_relational(Play *play, const Custody *custody) {
    if (custody->class == CLASS_RELATIONAL)
        play->relational = MAX(play->relational, play->at);
}

static void add_contact(Play *play, const Custody *custody) {
    note_relational(play, custody);
    Contact contact = {play->at, custody->class, custody->topic, custody->campaign};
    guint place = play->contacts->len;
    while (place > 0 && g_array_index(play->contacts, Contact, place - 1).at > play->at)
        place--;
    g_array_insert_val(play->contacts, place, contact);
    g_ptr_array_insert(play->messages, (int)place, custody->message);
}

static History history_of(const Play *play) {
    History history = play->subject->record.history;
    history.contacts = (const Contact *)(const void *)play->contacts->data;
    history.count = play->contacts->len;
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
        Instant due = play->at;
        if (!waiting_for_capacity(custody))
            continue;
        release_is_free(custody, play->subject->rulebook, &history, NULL, play->at, reasons, &due);
        if (due != custody->due)
            wait_until(play, custody, due, reasons);
    }
}

static void leave(Play *play, Custody *custody, Instant planned) {
    const Topic *topic = config_topic(play->subject->facts.config, custody->topic);
    if (planned == play->start || custody->forced)
        set_reasons(custody, g_strdup("[]"));
    settle(play, custody, planned);
    if (!play->subject->rulebook || !*custody->stream)
        return;
    forget_contact(play, custody->message);
    if (!topic || topic->counts)
        add_contact(play, custody);
    reckon_anew(play);
}

static bool is_asked(const Play *play, const Custody *custody) {
    const Topic *topic = config_topic(play->subject->facts.config, custody->topic);
    if (!play->subject->rulebook || custody->forced || !*custody->stream)
        return false;
    return waiting_for_capacity(custody) || !topic || !topic->exempt;
}

static void ask(Play *play, Custody *custody) {
    g_autoptr(GArray) ahead = waiting_ahead(play->waiting, custody->message);
    g_autoptr(GPtrArray) reasons = reasons_new();
    Instant until;
    forget_contact(play, custody->message);
    History history = history_of(play);
    if (release_is_free(custody, play->subject->rulebook, &history, ahead, play->at, reasons, &until)) {
        leave(play, custody, play->at);
        return;
    }
    wait_until(play, custody, until, reasons);
    if (play->at >= custody->deadline && custody->then == THEN_SEND)
        leave(play, custody, INSTANT_NEVER);
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
    note_relational(play, custody);
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
        leave(play, custody, play->at);
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

static void play_subject(Subject *subject, Instant at, GPtrArray *plan) {
    const Ledger *ledger = subject->record.ledger;
    Play play = {.subject = subject, .relational = INSTANT_ALWAYS, .start = at, .at = at, .plan = plan};
    play.coming = g_hash_table_new(NULL, NULL);
    play.contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
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
    g_ptr_array_unref(play.messages);
    g_ptr_array_unref(play.waiting);
    g_hash_table_unref(play.coming);
}

/* ---- reading ---- */

static void subject_free(Subject *subject) {
    record_clear(&subject->record);
    rulebook_free(subject->rulebook);
    customer_free(subject->customer);
    g_clear_pointer(&subject->custodies, g_ptr_array_unref);
    g_ptr_array_unref(subject->coming);
    g_free(subject->id);
    g_free(subject);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Subject, subject_free)

typedef struct {
    Engine *engine;
    Config *config;
    Holidays *holidays;
    Repertoire *repertoire;
    GArray *begun; /* of Instant: when each of its cadences was first configured */
    Instant at;
    GPtrArray *subjects; /* of Subject: the page */
    GPtrArray *plan;
} Planning;

static Subject *subject_new(const Planning *planning, const char *id, GError **error) {
    g_autoptr(Subject) subject = g_new0(Subject, 1);
    Store *store = engine_store(planning->engine);
    subject->id = g_strdup(id);
    subject->coming = g_ptr_array_new_with_free_func((GDestroyNotify)coming_free);
    if (!store_customer_by_id(store, id, &subject->customer, error))
        return NULL;
    subject->facts = (Facts){
        .config = planning->config, .holidays = planning->holidays, .store = store, .customer = subject->customer};
    if (subject->customer && !(subject->rulebook = rulebook_new(&subject->facts, error)))
        return NULL;
    return g_steal_pointer(&subject);
}

/* It may be run again from the start. */
static bool read_subject(Transaction *transaction, const Planning *planning, Subject *subject, GError **error) {
    const Rulebook *rulebook = subject->rulebook;
    record_clear(&subject->record);
    g_clear_pointer(&subject->custodies, g_ptr_array_unref);
    g_ptr_array_set_size(subject->coming, 0);
    if (!transaction_custody_of_customer(transaction, subject->id, 0, &subject->custodies, error))
        return false;
    return !rulebook || (coming_read(transaction, &subject->facts, rulebook->policy, planning->repertoire,
                                     planning->begun, planning->at, subject->coming, error) &&
                         record_read(&subject->record, transaction, rulebook, subject->id, planning->at, NULL, error));
}

static bool read_work(Transaction *transaction, gpointer user, GError **error) {
    const Planning *planning = user;
    for (guint i = 0; i < planning->subjects->len; i++)
        if (!read_subject(transaction, planning, planning->subjects->pdata[i], error))
            return false;
    return true;
}

static bool plan_page(Planning *planning, const GPtrArray *customers, GError **error) {
    g_ptr_array_set_size(planning->subjects, 0);
    for (guint i = 0; i < customers->len; i++) {
        Subject *subject = subject_new(planning, customers->pdata[i], error);
        if (!subject)
            return false;
        g_ptr_array_add(planning->subjects, subject);
    }
    if (!store_transact(engine_store(planning->engine), read_work, planning, error))
        return false;
    for (guint i = 0; i < planning->subjects->len; i++)
        play_subject(planning->subjects->pdata[i], planning->at, planning->plan);
    return true;
}

static bool plan_one(Planning *planning, const char *customer, GError **error) {
    g_autoptr(GPtrArray) customers = g_ptr_array_new();
    g_ptr_array_add(customers, (gpointer)customer);
    return plan_page(planning, customers, error);
}

/* The first PAGE of two ascending lists in one, each id once. */
static GPtrArray *merge_ids(const GPtrArray *some, const GPtrArray *others) {
    GPtrArray *merged = g_ptr_array_new_with_free_func(g_free);
    guint i = 0, j = 0;
    while (merged->len < PAGE && (i < some->len || j < others->len)) {
        const char *one = i < some->len ? some->pdata[i] : NULL, *other = j < others->len ? others->pdata[j] : NULL;
        int order = !one ? 1 : !other ? -1 : strcmp(one, other);
        g_ptr_array_add(merged, g_strdup(order <= 0 ? one : other));
        i += order <= 0;
        j += order >= 0;
    }
    return merged;
}

/* Those with mail in custody; where there are cadences, all customers beside. */
static bool next_page(const Planning *planning, const char *after, GPtrArray **out, GError **error) {
    Store *store = engine_store(planning->engine);
    g_autoptr(GPtrArray) holding = NULL;
    g_autoptr(GPtrArray) all = NULL;
    if (!store_custody_customers(store, after, PAGE, &holding, error))
        return false;
    if (planning->repertoire->pieces->len > 0 && !store_customers_after(store, after, PAGE, &all, error))
        return false;
    *out = all ? merge_ids(holding, all) : g_steal_pointer(&holding);
    return true;
}

static bool plan_all(Planning *planning, GError **error) {
    g_autofree char *last = g_strdup("");
    for (;;) {
        g_autoptr(GPtrArray) customers = NULL;
        if (!next_page(planning, last, &customers, error))
            return false;
        if (customers->len == 0)
            return true;
        if (!plan_page(planning, customers, error))
            return false;
        g_free(last);
        last = g_strdup(customers->pdata[customers->len - 1]);
    }
}

static int compare_by_time(gconstpointer a, gconstpointer b) {
    const Planned *first = *(Planned *const *)a, *second = *(Planned *const *)b;
    return (first->at > second->at) - (first->at < second->at);
}

bool plan_make(Engine *engine, const char *customer, Instant at, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func((GDestroyNotify)planned_free);
    g_autoptr(GPtrArray) subjects = g_ptr_array_new_with_free_func((GDestroyNotify)subject_free);
    g_autoptr(Repertoire) repertoire = engine_repertoire(engine);
    g_autoptr(GArray) begun = NULL;
    if (!coming_begun(engine_store(engine), repertoire, at, &begun, error))
        return false;
    Planning planning = {
        .engine = engine, .repertoire = repertoire, .begun = begun, .at = at, .subjects = subjects, .plan = plan};
    engine_rules(engine, &planning.config, &planning.holidays);
    bool done = customer ? plan_one(&planning, customer, error) : plan_all(&planning, error);
    g_ptr_array_set_size(subjects, 0); /* they borrow from the configuration */
    config_unref(planning.config);
    holidays_unref(planning.holidays);
    if (!done)
        return false;
    g_ptr_array_sort(plan, compare_by_time); /* stable: of one instant, in the order of release */
    *out = g_steal_pointer(&plan);
    return true;
}
