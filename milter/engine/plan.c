/* The plan is the planner's work played through in memory. The rows of one customer are read once, with what the rules
 * look at; then the clock leaps from one instant at which a pass would find something ready to the next. Each message
 * that goes becomes a contact for those behind it, who are reckoned anew, exactly as the milter does when it lets one
 * pass. Whether one may go is asked of release.c, as everybody does. So several messages that wait for the same cap get
 * the instants at which they will really go, not all of them the first.
 *
 * Reading takes a short transaction for some customers at a time; the playing, which may be long, keeps no writer
 * waiting. */
#include "engine/plan.h"

#include "engine/receipt.h"
#include "engine_private.h"
#include "facts.h"
#include "outcome.h"
#include "release.h"
#include "waiting.h"

#define PAGE 64 /* customers a transaction */

/* A customer with mail in custody. */
typedef struct {
    const char *id;
    Customer *customer; /* NULL: nobody of ours, as the sender who gets a notice */
    Facts facts;
    Rulebook *rulebook; /* NULL too */
    Record record;
    GPtrArray *custodies;
} Subject;

typedef struct {
    const Subject *subject;
    GArray *contacts;    /* those of the record, and those that are planned */
    GPtrArray *messages; /* of char *: the message of each contact, borrowed */
    GPtrArray *waiting;  /* of Custody: what is still held, in the order of release */
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

static void add_contact(Play *play, const Custody *custody) {
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

static void step(Play *play, Custody *custody) {
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

static void play_subject(Subject *subject, Instant at, GPtrArray *plan) {
    const Ledger *ledger = subject->record.ledger;
    Play play = {.subject = subject, .start = at, .at = at, .plan = plan};
    play.contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
    play.messages = g_ptr_array_new();
    play.waiting = g_ptr_array_new();
    for (guint i = 0; ledger && i < ledger->contacts->len; i++) {
        g_array_append_val(play.contacts, g_array_index(ledger->contacts, Contact, i));
        g_ptr_array_add(play.messages, ledger->messages->pdata[i]);
    }
    take_custodies(&play, subject->custodies);
    run(&play);
    g_array_unref(play.contacts);
    g_ptr_array_unref(play.messages);
    g_ptr_array_unref(play.waiting);
}

/* ---- reading ---- */

static void subject_free(Subject *subject) {
    record_clear(&subject->record);
    rulebook_free(subject->rulebook);
    customer_free(subject->customer);
    g_clear_pointer(&subject->custodies, g_ptr_array_unref);
    g_free(subject);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Subject, subject_free)

typedef struct {
    Engine *engine;
    Config *config;
    Holidays *holidays;
    Instant at;
    GPtrArray *subjects; /* of Subject: the page */
    GPtrArray *plan;
} Planning;

static Subject *subject_new(const Planning *planning, const char *id, GError **error) {
    g_autoptr(Subject) subject = g_new0(Subject, 1);
    Store *store = engine_store(planning->engine);
    subject->id = id;
    if (!store_customer_by_id(store, id, &subject->customer, error))
        return NULL;
    subject->facts = (Facts){
        .config = planning->config, .holidays = planning->holidays, .store = store, .customer = subject->customer};
    if (subject->customer && !(subject->rulebook = rulebook_new(&subject->facts, error)))
        return NULL;
    return g_steal_pointer(&subject);
}

static bool read_subject(Transaction *transaction, Subject *subject, Instant at, GError **error) {
    record_clear(&subject->record);
    g_clear_pointer(&subject->custodies, g_ptr_array_unref);
    return transaction_custody_of_customer(transaction, subject->id, 0, &subject->custodies, error) &&
           (!subject->rulebook ||
            record_read(&subject->record, transaction, subject->rulebook, subject->id, at, NULL, error));
}

static bool read_work(Transaction *transaction, gpointer user, GError **error) {
    const Planning *planning = user;
    for (guint i = 0; i < planning->subjects->len; i++)
        if (!read_subject(transaction, planning->subjects->pdata[i], planning->at, error))
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

static bool plan_all(Planning *planning, GError **error) {
    g_autofree char *last = g_strdup("");
    for (;;) {
        g_autoptr(GPtrArray) customers = NULL;
        if (!store_custody_customers(engine_store(planning->engine), last, PAGE, &customers, error))
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
    Planning planning = {.engine = engine, .at = at, .subjects = subjects, .plan = plan};
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
