/* Whoever logs may hold a lock or be the store's own writer, and the trouble may be the store itself. So a trouble is
 * only remembered when it is logged, the same text once with a count, and written down later from a thread of its own.
 * What comes beyond a bound is left to the log. */
#include "troubles.h"

#include "base/log.h"

#define WAITING_MAX 16

struct Troubles {
    const char *program;
    GMutex lock;
    GPtrArray *waiting; /* of Trouble, guarded by the lock */
};

static GPtrArray *list_new(void) {
    return g_ptr_array_new_with_free_func((GDestroyNotify)trouble_free);
}

static Trouble *find(const GPtrArray *list, const char *text) {
    for (guint i = 0; i < list->len; i++) {
        Trouble *trouble = list->pdata[i];
        if (g_str_equal(trouble->text, text))
            return trouble;
    }
    return NULL;
}

static void remember(GPtrArray *list, const Trouble *news) {
    Trouble *trouble = find(list, news->text);
    if (!trouble) {
        if (list->len >= WAITING_MAX)
            return;
        trouble = g_new0(Trouble, 1);
        trouble->program = g_strdup(news->program);
        trouble->text = g_strdup(news->text);
        g_ptr_array_add(list, trouble);
    }
    trouble->error = news->error;
    trouble->at = MAX(trouble->at, news->at);
    trouble->count += news->count;
}

static void hear(bool is_error, const char *text, gpointer user) {
    Troubles *troubles = user;
    const Trouble news = {
        .program = (char *)troubles->program, .text = (char *)text, .error = is_error, .at = instant_now(), .count = 1};
    g_mutex_lock(&troubles->lock);
    remember(troubles->waiting, &news);
    g_mutex_unlock(&troubles->lock);
}

Troubles *troubles_new(const char *program) {
    Troubles *troubles = g_new0(Troubles, 1);
    troubles->program = program;
    g_mutex_init(&troubles->lock);
    troubles->waiting = list_new();
    log_watch(hear, troubles);
    return troubles;
}

static bool tell_work(Transaction *transaction, gpointer user, GError **error) {
    const GPtrArray *list = user;
    for (guint i = 0; i < list->len; i++)
        if (!transaction_trouble_add(transaction, list->pdata[i], error))
            return false;
    return true;
}

static GPtrArray *take_all(Troubles *troubles) {
    GPtrArray *fresh = list_new();
    g_mutex_lock(&troubles->lock);
    GPtrArray *list = troubles->waiting;
    troubles->waiting = fresh;
    g_mutex_unlock(&troubles->lock);
    return list;
}

static void put_back(Troubles *troubles, const GPtrArray *list) {
    g_mutex_lock(&troubles->lock);
    for (guint i = 0; i < list->len; i++)
        remember(troubles->waiting, list->pdata[i]);
    g_mutex_unlock(&troubles->lock);
}

void troubles_tell(Troubles *troubles, Store *store) {
    g_autoptr(GPtrArray) list = take_all(troubles);
    if (list->len > 0 && !store_transact(store, tell_work, list, NULL))
        put_back(troubles, list);
}
