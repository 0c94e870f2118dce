/* `check`: everything that can be found wrong without sending a message. Faults are what keeps us from working;
 * warnings are what works but bites later. Postfix is only warned about, because its milter may stand on another
 * machine. */
#include "program/command.h"

#include "base/names.h"
#include "calendar/calendar.h"
#include "classify/classify.h"
#include "daemons.h"
#include "engine/cadence.h"
#include "postfix.h"
#include "program/output.h"
#include "proof_json.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLOCKS_DIFFER 60 /* seconds, between the machines of one store */

typedef struct {
    Config *config;
    json_t *findings;
    guint faults;
} Check;

static void find(Check *check, const char *kind, const char *about, const char *format, ...) G_GNUC_PRINTF(4, 5);
static void find(Check *check, const char *kind, const char *about, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    check->faults += g_str_equal(kind, "fault");
    json_array_append_new(check->findings,
                          json_pack("{s:s, s:s, s:o}", "kind", kind, "about", about, "what", output_text(what)));
}

static bool is_named_by_template(const Config *config, const char *topic) {
    GHashTableIter iterator;
    gpointer folder;
    g_hash_table_iter_init(&iterator, config->templates);
    while (g_hash_table_iter_next(&iterator, NULL, &folder))
        if (g_strcmp0(((const TemplateFolder *)folder)->topic, topic) == 0)
            return true;
    return false;
}

/* Mail that is exempt may not be counted at all, and then nobody knows. What a template names is spelt right. */
static bool check_topics(Check *check, Store *store, GError **error) {
    g_autoptr(GPtrArray) used = NULL;
    g_autoptr(GPtrArray) names = names_of(check->config->topics);
    if (!store_topics(store, &used, error))
        return false;
    for (guint i = 0; i < names->len && used->len > 0; i++) {
        const char *name = names->pdata[i];
        if (config_topic(check->config, name)->counts && !is_named_by_template(check->config, name) &&
            !g_ptr_array_find_with_equal_func(used, name, g_str_equal, NULL))
            find(check, "warning", "topic", "topic \"%s\": nobody has used it yet; is it spelt another way?", name);
    }
    return true;
}

static bool check_held(Check *check, Store *store, GError **error) {
    guint64 count;
    if (!store_custody_short_lived(store, &count, error))
        return false;
    if (count > 0)
        find(check, "warning", "held",
             "%" G_GUINT64_FORMAT " held messages expire before hold max is over: what waits for longer than its offer"
             " lives is dropped unsent",
             count);
    return true;
}

/* Two machines' clocks may differ by seconds. */
static void check_clock(Check *check, const StoreStatus *status, Instant now) {
    g_autofree char *newest = instant_format(status->newest, check->config->defaults.timezone);
    if (status->newest > now + CLOCKS_DIFFER)
        find(
            check, "warning", "clock",
            "the last verdict was given at %s, later than now: a clock has gone back, or was ahead; until then, what is"
            " recorded for later than now counts as now, and held mail waits for the clock",
            newest);
}

static bool check_planner(Check *check, Store *store, GError **error) {
    g_autoptr(GPtrArray) daemons = NULL;
    if (!store_daemons(store, &daemons, error))
        return false;
    if (daemons_running(daemons, "cadence-planner") == 0)
        find(check, "warning", "planner", "cadence-planner does not run here: held mail stays where it is");
    return true;
}

static void check_store(Check *check, Instant now) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(check->config->store_url, &error);
    StoreStatus status;
    if (store && store_status(store, now, &status, &error) && check_topics(check, store, &error) &&
        check_held(check, store, &error) && check_planner(check, store, &error)) {
        find(check, "fine", "store", "%s: %" G_GUINT64_FORMAT " customers, %" G_GUINT64_FORMAT " messages held",
             check->config->store_url, status.customers, status.held);
        check_clock(check, &status, now);
    } else {
        find(check, "fault", "store", "%s", error->message);
    }
}

static void check_secret(Check *check) {
    g_autoptr(GError) error = NULL;
    Secret secret;
    if (secret_load(check->config->secret_path, &secret, &error))
        find(check, "fine", "secret", "%s", check->config->secret_path);
    else
        find(check, "fault", "secret", "%s", error->message);
}

static void check_warnings(Check *check) {
    g_autoptr(GPtrArray) warnings = config_warnings(check->config);
    for (guint i = 0; i < warnings->len; i++)
        find(check, "warning", "configuration", "%s", (const char *)warnings->pdata[i]);
}

static void check_calendar(Check *check, const Holidays *holidays, const char *path, Instant now) {
    Instant end = holidays_end(holidays, path);
    g_autofree char *day = instant_format(end, NULL);
    if (end == INSTANT_ALWAYS)
        find(check, "warning", "calendar", "%s has no holiday in it", path);
    else if (end <= now)
        find(check, "warning", "calendar", "%s has run out: its last holiday ended %s", path, day);
}

static void check_calendars(Check *check, Instant now) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Holidays) holidays = holidays_load(check->config->holidays, &error);
    if (!holidays)
        find(check, "fault", "calendar", "%s", error->message);
    for (guint i = 0; holidays && i < check->config->holidays->len; i++)
        check_calendar(check, holidays, check->config->holidays->pdata[i], now);
}

/* Names that conditions know of every customer need no declaration. */
static bool is_declared(const Config *config, const char *name) {
    const char *attribute = g_str_has_prefix(name, "customer.") ? name + strlen("customer.") : NULL;
    return !attribute || g_str_has_prefix(attribute, "event.") || attribute_is_built_in(attribute) ||
           config_attribute(config, attribute);
}

/* Conditions may ask for what no text may say; but it may be a slip of the pen too. */
static void check_condition(Check *check, const char *kind, const char *owner, const Condition *condition) {
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    condition_collect_names(condition, names);
    g_autoptr(GPtrArray) sorted = names_of(names);
    for (guint i = 0; i < sorted->len; i++)
        if (!is_declared(check->config, sorted->pdata[i]))
            find(check, "hint", "attribute", "%s \"%s\" asks for %s, which is not declared: texts cannot print it",
                 kind, owner, (const char *)sorted->pdata[i]);
}

static void check_conditions(Check *check) {
    for (guint i = 0; i < check->config->segments->len; i++) {
        const Segment *segment = check->config->segments->pdata[i];
        check_condition(check, "segment", segment->name, segment->when);
    }
    for (guint i = 0; i < check->config->cadences->len; i++) {
        const Cadence *cadence = check->config->cadences->pdata[i];
        check_condition(check, "cadence", cadence->name, cadence->when);
    }
}

/* Faults of templates keep mail from going; what lint merely warns of is for their authors. */
static void check_templates(Check *check) {
    g_autoptr(GPtrArray) findings = proof_read(check->config, NULL);
    for (guint i = 0; i < findings->len; i++) {
        const ProofFinding *finding = findings->pdata[i];
        g_autofree char *place = proof_place(finding);
        if (finding->fault)
            find(check, "fault", "template", "%s: %s", place, finding->what);
    }
}

static void check_cadences(Check *check) {
    g_autoptr(GError) error = NULL;
    if (!cadence_check(check->config, &error))
        find(check, "fault", "cadence", "%s", error->message);
}

static void check_model(Check *check) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Classifier) classifier = classifier_load(check->config->classify.model, &error);
    if (!classifier)
        find(check, "fault", "model", "%s", error->message);
}

/* Who starts the daemons as an ordinary user needs none. */
static void check_user(Check *check) {
    const char *user = check->config->user;
    if (!getpwnam(user))
        find(check, "warning", "user", "there is no user \"%s\": started as root, the daemons would refuse to run",
             user);
}

static void check_default_action(Check *check) {
    g_autofree char *action = postfix_parameter("milter_default_action");
    if (g_strcmp0(action, "accept") == 0)
        find(check, "warning", "postfix",
             "milter_default_action = accept lets all mail pass uncounted while the milter is down: say "
             "'postconf -e milter_default_action=tempfail'");
}

static void check_milters(Check *check, const char *parameter, const char *missed) {
    const char *socket = check->config->milter_socket;
    g_autofree char *milters = postfix_parameter(parameter);
    g_autofree char *queue_directory = postfix_parameter("queue_directory");
    if (milters && queue_directory && !postfix_lists_milter(milters, socket, queue_directory))
        find(check, "warning", "postfix", "%s does not have our socket %s, so %s", parameter, socket, missed);
}

/* NULL where the socket is no file. */
static const char *socket_file(const Check *check) {
    const char *socket = check->config->milter_socket;
    return g_str_has_prefix(socket, "unix:") ? socket + strlen("unix:") : NULL;
}

static void check_access(Check *check) {
    const char *file = socket_file(check);
    g_autofree char *owner = postfix_parameter("mail_owner");
    if (!file)
        return;
    if (access(file, F_OK) != 0 && errno == ENOENT)
        find(check, "warning", "postfix", "there is no socket %s: does cadence-milter run?", file);
    else if (!postfix_may_connect(file))
        find(check, "warning", "postfix",
             "user %s may not use our socket %s: 'adduser %s cadence' puts it in its group", owner, file, owner);
}

static void check_chroot(Check *check, const char *program) {
    const char *file = socket_file(check);
    const char *socket = check->config->milter_socket;
    g_autofree char *queue_directory = postfix_parameter("queue_directory");
    g_autofree char *chrooted = postfix_chrooted(program);
    if (!file || !queue_directory || !chrooted || g_str_has_prefix(file, queue_directory))
        return;
    find(check, "warning", "postfix",
         "%s is chrooted to %s and cannot see our socket %s: say 'postconf -F %s/chroot=n', and restart Postfix",
         program, queue_directory, socket, chrooted);
}

static void check_injection(Check *check) {
    const char *server = check->config->inject_server;
    g_autofree char *queue_directory = postfix_parameter("queue_directory");
    if (queue_directory && postfix_listener_asks_others(server, check->config->milter_socket, queue_directory))
        find(
            check, "warning", "postfix",
            "the service of master.cf on %s (inject server) does not ask our milter: held mail would leave unjudged, with"
            " its ticket; take smtpd_milters and no_milters out of it",
            server);
    if (!postfix_listens(server))
        find(check, "warning", "postfix",
             "no service of master.cf listens on %s (inject server), where held mail is handed back", server);
}

static void check_order(Check *check) {
    g_autofree char *milters = postfix_parameter("smtpd_milters");
    if (milters && strpbrk(milters, " ,\t"))
        find(check, "hint", "postfix", "smtpd_milters = %s: a DKIM signer must stand after cadence-milter", milters);
}

static void check_postfix(Check *check) {
    if (!postfix_is_here()) {
        find(check, "hint", "postfix", "no postconf on this machine, so nothing is said of Postfix's settings");
        return;
    }
    size_t before = json_array_size(check->findings);
    check_default_action(check);
    check_milters(check, "smtpd_milters", "mail that comes by SMTP is not seen");
    check_milters(check, "non_smtpd_milters", "mail of local programs (sendmail, cron) is not seen");
    check_access(check);
    check_chroot(check, "smtpd");
    check_chroot(check, "cleanup");
    check_injection(check);
    if (json_array_size(check->findings) == before)
        find(check, "fine", "postfix", "it asks us about all mail, and takes held mail back");
    check_order(check);
}

Answer command_check_run(Session *session, json_t **document, G_GNUC_UNUSED GError **error) {
    Check check = {.config = session->config, .findings = json_array()};
    find(&check, "fine", "configuration", "%s, hash %s", check.config->path, check.config->hash);
    check_warnings(&check);
    check_calendars(&check, session->now);
    check_conditions(&check);
    check_templates(&check);
    check_cadences(&check);
    check_model(&check);
    check_store(&check, session->now);
    check_secret(&check);
    check_user(&check);
    check_postfix(&check);
    *document = json_pack("{s:b, s:o}", "ok", check.faults == 0, "findings", check.findings);
    return check.faults ? ANSWER_NO : ANSWER_YES;
}

void command_check_print(const json_t *document) {
    size_t index;
    json_t *finding;
    json_array_foreach (json_object_get(document, "findings"), index, finding) {
        output_line("%-8s %s: %s", output_string(finding, "kind", ""), output_string(finding, "about", ""),
                    output_string(finding, "what", ""));
    }
}
