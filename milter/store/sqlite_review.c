/* Reviews. A campaign of a million doubtful messages is one row that is counted up: what a person is asked must stay
 * short, and so must the work of the one writer. Rows without a label are bounded by their sequence, which needs one
 * look at an index and no counting. */
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#include "base/error.h"

#define OPEN_MAX "10000"
#define THOUSAND 1000.0

#define REVIEW_COLUMNS                                                                                                 \
    "id, stream, campaign, doubt, declared, class, legal, thousandths, evidence, features, message, first, at, count," \
    " (SELECT COUNT(*) FROM custody WHERE custody.review = review.id), label, labelled, labeller"

/* ---- writing ---- */

static bool put_review(Connection *connection, const Review *review, GError **error) {
    g_auto(Statement) put = statement_of(
        connection,
        "INSERT INTO review (id, stream, campaign, doubt, declared, class, legal, thousandths, evidence, features,"
        " message, first, at, count, label, labelled, sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12, ?12, 1, 2, 0, COALESCE((SELECT MAX(sequence) + 1 FROM review WHERE label = 2), 1))"
        " ON CONFLICT (id) DO UPDATE SET doubt = excluded.doubt, declared = excluded.declared, class = excluded.class,"
        " legal = excluded.legal, thousandths = excluded.thousandths, evidence = excluded.evidence,"
        " features = excluded.features, message = excluded.message, at = MAX(at, excluded.at), count = count + 1"
        " WHERE label = 2");
    bind_text(&put, review->id);
    bind_text(&put, review->stream);
    bind_text(&put, review->campaign);
    bind_integer(&put, review->doubt);
    bind_integer(&put, review->declared);
    bind_integer(&put, review->class);
    bind_integer(&put, review->legal);
    bind_integer(&put, (gint64)(review->confidence * THOUSAND + 0.5));
    bind_text(&put, review->evidence);
    bind_text(&put, review->features);
    bind_text(&put, review->message);
    bind_integer(&put, review->at);
    return statement_run(&put, error);
}

static bool forget_oldest(Connection *connection, GError **error) {
    g_auto(Statement) forget =
        statement_of(connection, "DELETE FROM review WHERE label = 2 AND sequence <="
                                 " (SELECT MAX(sequence) FROM review WHERE label = 2) - " OPEN_MAX);
    return statement_run(&forget, error);
}

static bool read_label(Connection *connection, const char *id, MailClass *label, GError **error) {
    gint64 found;
    g_auto(Statement) read = statement_of(connection, "SELECT label FROM review WHERE id = ?");
    bind_text(&read, id);
    if (!statement_integer(&read, CLASS_ANY, &found, error))
        return false;
    *label = (MailClass)found;
    return true;
}

bool transaction_review_add(Transaction *transaction, const Review *review, MailClass *label, GError **error) {
    Connection *connection = transaction->connection;
    return put_review(connection, review, error) && forget_oldest(connection, error) &&
           read_label(connection, review->id, label, error);
}

bool transaction_review_label(Transaction *transaction, const char *id, MailClass label, const char *labeller,
                              Instant at, GError **error) {
    g_auto(Statement) put =
        statement_of(transaction->connection, "UPDATE review SET label = ?, labeller = ?, labelled = ? WHERE id = ?");
    bind_integer(&put, label);
    bind_text(&put, labeller);
    bind_integer(&put, at);
    bind_text(&put, id);
    if (!statement_run(&put, error))
        return false;
    if (statement_changes(&put) > 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "there is no review \"%s\"", id);
    return false;
}

/* ---- reading ---- */

static Review *take_review(Statement *row) {
    Review *review = g_new0(Review, 1);
    review->id = take_text(row);
    review->stream = take_text(row);
    review->campaign = take_text(row);
    review->doubt = (Doubt)take_integer(row);
    review->declared = (MailClass)take_integer(row);
    review->class = (MailClass)take_integer(row);
    review->legal = (LegalClass)take_integer(row);
    review->confidence = (double)take_integer(row) / THOUSAND;
    review->evidence = take_text(row);
    review->features = take_text(row);
    review->message = take_text(row);
    review->first = take_integer(row);
    review->at = take_integer(row);
    review->count = (guint64)take_integer(row);
    review->held = (guint64)take_integer(row);
    review->label = (MailClass)take_integer(row);
    review->labelled = take_integer(row);
    review->labeller = take_text(row);
    return review;
}

bool store_review(Store *store, const char *id, Review **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(Review) review = NULL;
    g_auto(Statement) find = statement_of(reader->connection, "SELECT " REVIEW_COLUMNS " FROM review WHERE id = ?");
    bind_text(&find, id);
    if (statement_next(&find))
        review = take_review(&find);
    if (!statement_end(&find, error))
        return false;
    *out = g_steal_pointer(&review);
    return true;
}

bool store_reviews(Store *store, bool labelled, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(GPtrArray) reviews = g_ptr_array_new_with_free_func((GDestroyNotify)review_free);
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT " REVIEW_COLUMNS " FROM review WHERE (label <> 2) = ?"
                                         " ORDER BY at DESC, sequence DESC LIMIT ?");
    bind_integer(&read, labelled);
    bind_integer(&read, limit);
    while (statement_next(&read))
        g_ptr_array_add(reviews, take_review(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&reviews);
    return true;
}
