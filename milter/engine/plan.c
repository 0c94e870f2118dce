/* The rows of one customer are read once, with what the rules look at; then the planner's work on them is played
 * through (play.c). Reading takes a short transaction for some customers at a time; the playing, which may be long,
 * keeps no writer waiting. */
#include "engine/plan.h"

#include "engine_private.h"
#include "play.h"

#include <string.h>

#define PAGE 64 /* customers a transaction */

void planned_free(Planned *planned) {
    custody_free(planned->held);
    g_free(planned->timezone);
    g_free(planned);
}

/* ---- one customer ---- */

static void subject_free(PlaySubject *subject) {
    record_clear(&subject->record);
    rulebook_free(subject->rulebook);
    customer_free(subject->customer);
    g_clear_pointer(&subject->custodies, g_ptr_array_unref);
    g_ptr_array_unref(subject->coming);
    g_free(subject->id);
    g_free(subject);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlaySubject, subject_free)

typedef struct {
    Engine *engine;
    Config *config;
    Holidays *holidays;
    Repertoire *repertoire;
    GArray *begun; /* of Instant: when each of its cadences was first configured */
    Instant at;
    GPtrArray *subjects; /* of PlaySubject: the page */
    GPtrArray *plan;
} Planning;

static PlaySubject *subject_new(const Planning *planning, const char *id, GError **error) {
    g_autoptr(PlaySubject) subject = g_new0(PlaySubject, 1);
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
static bool read_subject(Transaction *transaction, const Planning *planning, PlaySubject *subject, GError **error) {
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
        PlaySubject *subject = subject_new(planning, customers->pdata[i], error);
        if (!subject)
            return false;
        g_ptr_array_add(planning->subjects, subject);
    }
    if (!store_transact(engine_store(planning->engine), read_work, planning, error))
        return false;
    for (guint i = 0; i < planning->subjects->len; i++)
        play_through(planning->subjects->pdata[i], planning->at, planning->plan);
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
