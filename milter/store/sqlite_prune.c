/* Forgetting. The ledger is keyed by customer and has no index by age, so pruning walks from customer to customer and
 * remembers in the store how far it came: each call is short, and a walk that was cut off goes on where it stopped.
 *
 * Two things must outlive what is forgotten. `first` counts relational contacts ever: they are tallied as they go. A
 * gate asks for a customer's last event of a kind, however long ago: of each kind the last one older than the limit
 * stays. Staying beside any later one, it leaves every gate as it was at every instant from the limit on. The last
 * occurrence of a cadence stays too: what comes next comes after it. */
#include "sqlite_recipient.h"
#include "sqlite_remembered.h"
#include "sqlite_statement.h"
#include "sqlite_tally.h"
#include "sqlite_transaction.h"

#define CUSTOMERS_MAX 500 /* looked at in one call */
#define ROWS_MAX 1000     /* taken of one table in one step */

typedef struct {
    Connection *connection;
    Instant before;
    int rows; /* forgotten so far in this call */
} Prune;

/* ---- how far the walk has come ---- */

static bool read_progress(Connection *connection, char **customer, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT customer FROM pruned");
    return statement_text(&read, customer, error);
}

/* customer NULL: the walk is over. */
static bool write_progress(Connection *connection, const char *customer, GError **error) {
    if (!connection_execute(connection, "DELETE FROM pruned", error))
        return false;
    if (!customer)
        return true;
    g_auto(Statement) put = statement_of(connection, "INSERT INTO pruned (customer) VALUES (?)");
    bind_text(&put, customer);
    return statement_run(&put, error);
}

/* The first customer after this one (NULL: of all) in any table of the ledger; NULL where there is none. */
static bool next_customer(Connection *connection, const char *after, char **customer, GError **error) {
    g_autofree char *found = NULL;
    g_auto(Statement) find =
        statement_of(connection, "SELECT MIN(c) FROM (SELECT MIN(customer) AS c FROM contact WHERE customer > ?1"
                                 " UNION ALL SELECT MIN(customer) FROM event WHERE customer > ?1"
                                 " UNION ALL SELECT MIN(customer) FROM verdict WHERE customer > ?1"
                                 " UNION ALL SELECT MIN(customer) FROM occurrence WHERE customer > ?1)");
    bind_text(&find, after ? after : "");
    if (!statement_text(&find, &found, error))
        return false;
    g_free(*customer);
    *customer = g_steal_pointer(&found);
    return true;
}

/* ---- one customer ---- */

/* SQL that deletes at most ?3 rows of customer ?1 from before ?2. */
static bool forget_rows(Prune *prune, const char *sql, const char *customer, GError **error) {
    g_auto(Statement) forget = statement_of(prune->connection, sql);
    bind_text(&forget, customer);
    bind_integer(&forget, prune->before);
    bind_integer(&forget, ROWS_MAX);
    if (!statement_run(&forget, error))
        return false;
    prune->rows += statement_changes(&forget);
    return true;
}

/* Forgets contacts and says how many of them were relational and not tallied before. */
static bool forget_contacts(Prune *prune, const char *customer, Instant tallied, guint64 *relational, GError **error) {
    guint64 found = 0;
    g_auto(Statement) forget = statement_of(
        prune->connection, "DELETE FROM contact WHERE (customer, at, message) IN (SELECT customer, at, message"
                           " FROM contact WHERE customer = ? AND at < ? LIMIT ?) RETURNING class, at");
    bind_text(&forget, customer);
    bind_integer(&forget, prune->before);
    bind_integer(&forget, ROWS_MAX);
    while (statement_next(&forget)) {
        bool is_relational = take_integer(&forget) == CLASS_RELATIONAL;
        found += is_relational && take_integer(&forget) >= tallied;
        prune->rows++;
    }
    if (!statement_end(&forget, error))
        return false;
    *relational = found;
    return true;
}

/* Where contacts are left for another step, those stay to be tallied. */
static bool tally_contacts(Prune *prune, const char *customer, GError **error) {
    int rows = prune->rows;
    Instant tallied;
    guint64 relational;
    if (!tally_before(prune->connection, customer, &tallied, error) ||
        !forget_contacts(prune, customer, tallied, &relational, error))
        return false;
    bool all = prune->rows - rows < ROWS_MAX;
    return relational == 0 || tally_add(prune->connection, customer, relational, all ? prune->before : tallied, error);
}

static bool forget_verdicts(Prune *prune, const char *customer, GError **error) {
    g_auto(Statement) forget = statement_of(
        prune->connection,
        "DELETE FROM verdict WHERE (customer, fingerprint, message, ordinal, sequence) IN"
        " (SELECT customer, fingerprint, message, ordinal, sequence FROM verdict WHERE customer = ? AND at < ? LIMIT ?) RETURNING message, ordinal");
    bind_text(&forget, customer);
    bind_integer(&forget, prune->before);
    bind_integer(&forget, ROWS_MAX);
    while (statement_next(&forget)) {
        const char *message = peek_text(&forget);
        int ordinal = (int)take_integer(&forget);
        prune->rows++;
        if (!recipient_forget(prune->connection, message, ordinal, error))
            return false;
    }
    return statement_end(&forget, error);
}

static bool forget_customer(Prune *prune, const char *customer, GError **error) {
    return tally_contacts(prune, customer, error) &&
           forget_rows(prune,
                       "DELETE FROM event WHERE (customer, at, kind) IN (SELECT customer, at, kind FROM event AS e"
                       " WHERE customer = ?1 AND at < ?2 AND EXISTS (SELECT 1 FROM event AS later WHERE"
                       " later.customer = ?1 AND later.at > e.at AND later.at < ?2 AND later.kind = e.kind) LIMIT ?3)",
                       customer, error) &&
           forget_rows(
               prune,
               "DELETE FROM occurrence WHERE (customer, cadence, day) IN (SELECT customer, cadence, day"
               " FROM occurrence AS o WHERE customer = ?1 AND at < ?2 AND EXISTS (SELECT 1 FROM occurrence AS later"
               " WHERE later.customer = ?1 AND later.cadence = o.cadence AND later.day > o.day) LIMIT ?3)",
               customer, error) &&
           forget_verdicts(prune, customer, error);
}

/* ---- reviews ---- */

static bool forget_unlabelled(Prune *prune, GError **error) {
    g_auto(Statement) forget =
        statement_of(prune->connection, "DELETE FROM review WHERE id IN (SELECT id FROM review INDEXED BY"
                                        " review_by_time WHERE at < ? AND label = 2 LIMIT ?)");
    bind_integer(&forget, prune->before);
    bind_integer(&forget, ROWS_MAX);
    if (!statement_run(&forget, error))
        return false;
    prune->rows += statement_changes(&forget);
    return true;
}

/* A person's labels are kept for training, without what leads back to a message. */
static bool strip_labelled(Prune *prune, GError **error) {
    g_auto(Statement) strip = statement_of(prune->connection, "UPDATE review SET message = NULL, evidence = '[]'"
                                                              " WHERE at < ? AND label <> 2 AND message IS NOT NULL");
    bind_integer(&strip, prune->before);
    return statement_run(&strip, error);
}

/* ---- what is no customer's ---- */

static bool forget_minutes(Prune *prune, GError **error) {
    g_auto(Statement) forget = statement_of(prune->connection, "DELETE FROM message_minute WHERE minute < ?");
    bind_integer(&forget, prune->before / 60);
    return statement_run(&forget, error);
}

static bool forget_troubles(Prune *prune, GError **error) {
    g_auto(Statement) forget = statement_of(prune->connection, "DELETE FROM trouble WHERE at < ?");
    bind_integer(&forget, prune->before);
    return statement_run(&forget, error);
}

/* ---- the walk ---- */

/* Leaves *customer at the last one that is done with; NULL where the walk is over. A customer with more rows than one
 * step takes is come back to. */
static bool walk(Prune *prune, char **customer, GError **error) {
    for (int looked_at = 0; looked_at < CUSTOMERS_MAX && prune->rows < ROWS_MAX; looked_at++) {
        g_autofree char *done = g_strdup(*customer);
        if (!next_customer(prune->connection, done, customer, error))
            return false;
        if (!*customer)
            return true;
        int before = prune->rows;
        if (!forget_customer(prune, *customer, error))
            return false;
        if (prune->rows - before >= ROWS_MAX) {
            g_free(*customer);
            *customer = g_steal_pointer(&done);
        }
    }
    return true;
}

bool transaction_prune(Transaction *transaction, Instant before, bool *more, GError **error) {
    Prune prune = {.connection = transaction->connection, .before = before};
    g_autofree char *customer = NULL;
    if (!remembered_prune(prune.connection, before, error) || !read_progress(prune.connection, &customer, error) ||
        !forget_unlabelled(&prune, error) || !strip_labelled(&prune, error) || !forget_minutes(&prune, error) ||
        !forget_troubles(&prune, error) || !walk(&prune, &customer, error) ||
        !write_progress(prune.connection, customer, error))
        return false;
    *more = customer != NULL || prune.rows >= ROWS_MAX;
    return true;
}
