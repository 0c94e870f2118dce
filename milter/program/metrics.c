/* One table of metrics: the screen, the command and the planner's file all tell what is in StoreStatus. Counters are of
 * what there ever was, so that forgetting old records is no reset.
 *
 * The file is made under another name and renamed. It is for a program of another user, so the mode is given, whatever
 * the umask is. */
#include "program/metrics.h"

#include "base/error.h"
#include "daemons.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- text ---- */

static void add_head(GString *text, const char *name, const char *type, const char *help) {
    g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add(GString *text, const char *name, const char *type, const char *help, guint64 value) {
    add_head(text, name, type, help);
    g_string_append_printf(text, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void add_daemons(GString *text, const GPtrArray *daemons) {
    static const char *const names[] = {"cadence-milter", "cadence-planner"};
    add_head(text, "cadence_up", "gauge", "Daemons of this name that run on this host.");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_string_append_printf(text, "cadence_up{daemon=\"%s\"} %u\n", names[i], daemons_running(daemons, names[i]));
}

static void add_verdicts(GString *text, const StoreRate *ever) {
    add_head(text, "cadence_verdicts_total", "counter", "Verdicts by action, one for each customer of a message.");
    for (gsize i = 0; i < G_N_ELEMENTS(ever->actions); i++)
        g_string_append_printf(text, "cadence_verdicts_total{action=\"%s\"} %" G_GUINT64_FORMAT "\n",
                               action_name((Action)i), ever->actions[i]);
}

static void add_balance(GString *text, const StoreStatus *status) {
    add_head(text, "cadence_contacts_30d", "gauge", "Contacts of the last 30 days by class.");
    g_string_append_printf(text, "cadence_contacts_30d{class=\"relational\"} %" G_GUINT64_FORMAT "\n",
                           status->relational);
    g_string_append_printf(text, "cadence_contacts_30d{class=\"sales\"} %" G_GUINT64_FORMAT "\n", status->sales);
}

static guint64 seconds_since(Instant since, Instant now) {
    return since == INSTANT_NEVER ? 0 : (guint64)MAX(now - since, 0);
}

static void add_custody(GString *text, const StoreStatus *status, Instant now) {
    add(text, "cadence_held", "gauge", "Messages in custody that wait.", status->held);
    add(text, "cadence_held_oldest_seconds", "gauge", "How long the oldest of them has waited.",
        seconds_since(status->oldest_held, now));
    add(text, "cadence_held_overdue_seconds", "gauge", "How long the first that is due has been so.",
        seconds_since(status->next_due, now));
    add(text, "cadence_releasing", "gauge", "Messages on their way from custody to Postfix.", status->releasing);
}

char *metrics_text(const StoreStatus *status, const GPtrArray *daemons, Instant now) {
    GString *text = g_string_new(NULL);
    add(text, "cadence_store_up", "gauge", "Whether the store answers.", status != NULL);
    if (status) {
        add_daemons(text, daemons);
        add(text, "cadence_messages_total", "counter", "Messages that got a verdict.", status->ever.messages);
        add_verdicts(text, &status->ever);
        add_custody(text, status, now);
        add(text, "cadence_customers", "gauge", "Customers.", status->customers);
        add_balance(text, status);
        add(text, "cadence_store_bytes", "gauge", "Size of the store.", status->size);
        add(text, "cadence_store_free_bytes", "gauge", "What is free on the store's disk.", status->free);
        add(text, "cadence_schema", "gauge", "Version of the store's tables.", (guint64)status->schema);
    }
    return g_string_free(text, FALSE);
}

char *metrics_of_store(Store *store, Instant now) {
    g_autoptr(GPtrArray) daemons = NULL;
    StoreStatus status;
    bool answers = store_status(store, now, &status, NULL) && store_daemons(store, &daemons, NULL);
    return metrics_text(answers ? &status : NULL, daemons, now);
}

/* ---- file ---- */

static bool fill(int descriptor, const char *text) {
    gsize length = strlen(text);
    return fchmod(descriptor, 0644) == 0 && TEMP_FAILURE_RETRY(write(descriptor, text, length)) == (gssize)length;
}

bool metrics_write(const char *path, const char *text, GError **error) {
    g_autofree char *other = g_strconcat(path, ".new", NULL);
    int descriptor = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    bool filled = descriptor >= 0 && fill(descriptor, text);
    int cause = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (filled && rename(other, path) == 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "metrics %s: %s", path,
                g_strerror(filled ? errno : cause));
    if (descriptor >= 0)
        g_unlink(other);
    return false;
}
