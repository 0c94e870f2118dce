/* One BEGIN IMMEDIATE and one COMMIT around a group. IMMEDIATE, because in WAL mode a transaction that has read and
 * then wants to write gets SQLITE_BUSY at once if somebody wrote in between, whatever the timeout: the lock must come
 * first.
 *
 * Works hardly ever fail, and a savepoint makes SQLite copy each page before it is changed. So a group is first run
 * without; where one of several fails, all is undone and the group runs again with a savepoint around each work, to
 * which the one that fails is rolled back. But some errors (a full disk above all) make SQLite roll back the
 * whole transaction, and with it works that had succeeded. Then the one that met the error gets it, and the others run
 * again from the start, once: if it happens again the fault is not in one work, and all who are left are told to come
 * back later. */
#include "sqlite_transaction.h"

#include "base/error.h"
#include "writer.h"

#define RUNS_MAX 2

static bool begin(Connection *connection, GError **error) {
    return connection_ready(connection, error) && connection_execute(connection, "BEGIN IMMEDIATE", error);
}

static void roll_back(Connection *connection) {
    if (connection_in_transaction(connection))
        connection_execute(connection, "ROLLBACK", NULL);
}

/* A failed fsync is the one fault after which nobody knows: the pages were written, and may be found after a crash. */
static bool commit(Connection *connection, GError **error) {
    if (connection_execute(connection, "COMMIT", error))
        return true;
    if (sqlite3_extended_errcode(connection_handle(connection)) == SQLITE_IOERR_FSYNC && error)
        (*error)->code = CADENCE_ERROR_UNCERTAIN;
    roll_back(connection);
    return false;
}

static void undo_work(Connection *connection) {
    if (!connection_execute(connection, "ROLLBACK TO work", NULL) ||
        !connection_execute(connection, "RELEASE work", NULL))
        roll_back(connection);
}

/* False with the job's error where the work failed or the transaction was lost. */
static bool run_work(Connection *connection, WriterJob *job) {
    Transaction transaction = {.connection = connection};
    if (job->work(&transaction, job->user, &job->error) && connection_in_transaction(connection))
        return true;
    if (!job->error)
        g_set_error(&job->error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY,
                    "store %s: a transaction failed and was undone", connection_path(connection));
    return false;
}

static bool run_in_savepoint(Connection *connection, WriterJob *job) {
    return connection_execute(connection, "SAVEPOINT work", &job->error) && run_work(connection, job) &&
           connection_execute(connection, "RELEASE work", &job->error);
}

/* False where the transaction is lost with all that was done in it. */
static bool run_job(Connection *connection, WriterJob *job) {
    if (run_in_savepoint(connection, job))
        return true;
    if (connection_in_transaction(connection))
        undo_work(connection);
    return connection_in_transaction(connection);
}

static bool run_jobs(Connection *connection, const GPtrArray *jobs) {
    for (guint i = 0; i < jobs->len; i++) {
        WriterJob *job = jobs->pdata[i];
        if (!job->error && !run_job(connection, job))
            return false;
    }
    return true;
}

static void fail_rest(const GPtrArray *jobs, const GError *fault) {
    for (guint i = 0; i < jobs->len; i++) {
        WriterJob *job = jobs->pdata[i];
        if (!job->error)
            job->error = g_error_copy(fault);
    }
}

static void run_guarded(Connection *connection, const GPtrArray *jobs) {
    g_autoptr(GError) fault = NULL;
    for (int run = 0; run < RUNS_MAX; run++) {
        if (!begin(connection, &fault))
            break;
        if (!run_jobs(connection, jobs))
            continue;
        if (commit(connection, &fault))
            return;
        break;
    }
    if (!fault)
        g_set_error(&fault, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY,
                    "store %s: the transaction was lost and nothing was written", connection_path(connection));
    fail_rest(jobs, fault);
}

/* Everything at once, nothing guarded. False where a work failed, and then nothing is left of any. */
static bool run_all(Connection *connection, const GPtrArray *jobs) {
    for (guint i = 0; i < jobs->len; i++)
        if (!run_work(connection, jobs->pdata[i])) {
            roll_back(connection);
            return false;
        }
    return true;
}

static void forget_errors(const GPtrArray *jobs) {
    for (guint i = 0; i < jobs->len; i++)
        g_clear_error(&((WriterJob *)jobs->pdata[i])->error);
}

void transaction_run_group(const GPtrArray *jobs, gpointer user) {
    Connection *connection = user;
    g_autoptr(GError) fault = NULL;
    if (!begin(connection, &fault)) {
        fail_rest(jobs, fault);
    } else if (run_all(connection, jobs)) {
        if (!commit(connection, &fault))
            fail_rest(jobs, fault);
    } else if (jobs->len > 1) {
        forget_errors(jobs);
        run_guarded(connection, jobs);
    }
}
