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

#define RUNS_MAX 2

static bool begin(Connection *connection, GError **error) {
    return connection_ready(connection, error) && connection_execute(connection, "BEGIN IMMEDIATE", error);
}

static void roll_back(Connection *connection) {
    if (connection_in_transaction(connection))
        connection_execute(connection, "ROLLBACK", NULL);
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

/* Leaves the transaction open; or none, where every job has an error. */
static void run_guarded(Connection *connection, const GPtrArray *jobs) {
    g_autoptr(GError) fault = NULL;
    for (int run = 0; run < RUNS_MAX && begin(connection, &fault); run++)
        if (run_jobs(connection, jobs))
            return;
    if (!fault)
        g_set_error(&fault, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY,
                    "store %s: the transaction was lost and nothing was written", connection_path(connection));
    fail_rest(jobs, fault);
}

static void forget_errors(const GPtrArray *jobs) {
    for (guint i = 0; i < jobs->len; i++)
        g_clear_error(&((WriterJob *)jobs->pdata[i])->error);
}

/* ---- what the writer does with a group ---- */

static bool run(const GPtrArray *jobs, gpointer user) {
    Connection *connection = ((Committer *)user)->connection;
    WriterJob *job = jobs->pdata[jobs->len - 1];
    if (jobs->len == 1 && !begin(connection, &job->error))
        return false;
    if (run_work(connection, job))
        return true;
    roll_back(connection);
    if (jobs->len > 1) {
        forget_errors(jobs);
        run_guarded(connection, jobs);
    }
    return false;
}

/* A failed fsync, of the log's header, is the one fault after which nobody knows: the pages were written, and may be
 * found after a crash. */
static bool commit_transaction(Connection *connection, GError **error) {
    if (connection_execute(connection, "COMMIT", error))
        return true;
    if (sqlite3_extended_errcode(connection_handle(connection)) == SQLITE_IOERR_FSYNC && error)
        (*error)->code = CADENCE_ERROR_UNCERTAIN;
    return false;
}

static bool commit(const GPtrArray *jobs, gpointer user) {
    const Committer *committer = user;
    Connection *connection = committer->connection;
    g_autoptr(GError) fault = NULL;
    if (!connection_in_transaction(connection))
        return false;
    if (wal_prepare(committer->wal, &fault) && commit_transaction(connection, &fault))
        return true;
    roll_back(connection);
    fail_rest(jobs, fault);
    return false;
}

static bool sync_log(gpointer user, GError **error) {
    return wal_sync(((Committer *)user)->wal, error);
}

const WriterBackend transaction_backend = {.run = run, .commit = commit, .sync = sync_log};
