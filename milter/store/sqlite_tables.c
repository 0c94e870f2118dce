/* The tables, step by step: a new store walks all steps, an older one those that it has not walked yet, so the two
 * cannot differ. What a release has made is never changed here, only added to.
 *
 * Every table of the ledger has the customer first in its key and no rowid: what one verdict reads and writes lies
 * together in a page or two however many customers there are, and the same schema shards by customer.
 *
 * Receipts are an exception: they are many times as long as all else that is kept of a verdict, and nobody reads them
 * before somebody asks why. So they stand in a table of their own in the order in which they come, a page after the
 * other; beside the verdicts, which lie as their customers do, each would have a page of its own to write.
 *
 * contact has no index by message: a customer's contacts fill a page or two, and looking through them costs less than a
 * second tree that every message would have to write. verdict_by_time and custody_ready are ordered by time and
 * therefore grow at one end. What `status` counts is counted by triggers as it comes and goes, whoever writes it: to
 * count millions of rows would take seconds. custody.ready is the least of due, expires and deadline; its index holds
 * only what waits (state 0 is CUSTODY_HELD), so that a pass of the planner that finds nothing to do costs one probe. */
#include "sqlite_tables.h"

static const char VERSION_1[] =
    "CREATE TABLE customer (id TEXT NOT NULL PRIMARY KEY, timezone TEXT, locale TEXT, comfort INTEGER NOT NULL,"
    " since INTEGER NOT NULL, paused_until INTEGER NOT NULL, limits TEXT, quiet TEXT) WITHOUT ROWID, STRICT;"

    "CREATE TABLE address (address TEXT NOT NULL PRIMARY KEY, customer TEXT NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE INDEX address_of_customer ON address (customer);"

    "CREATE TABLE attribute (customer TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL,"
    " source TEXT, PRIMARY KEY (customer, name)) WITHOUT ROWID, STRICT;"

    "CREATE TABLE consent (customer TEXT NOT NULL, sequence INTEGER NOT NULL, purpose TEXT NOT NULL,"
    " state INTEGER NOT NULL, at INTEGER NOT NULL, basis INTEGER NOT NULL, wording TEXT, sale TEXT, source TEXT,"
    " PRIMARY KEY (customer, sequence)) WITHOUT ROWID, STRICT;"

    /* What outlives a customer: hash is of an address, with the store's own salt as the key. */
    "CREATE TABLE withdrawal (hash TEXT NOT NULL, purpose TEXT NOT NULL, state INTEGER NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (hash, purpose)) WITHOUT ROWID, STRICT;"
    "CREATE TABLE salt (salt BLOB NOT NULL) STRICT;"
    "INSERT INTO salt (salt) VALUES (randomblob(32));"

    "CREATE TABLE contact (customer TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL, class INTEGER NOT NULL,"
    " topic TEXT, campaign TEXT, PRIMARY KEY (customer, at, message)) WITHOUT ROWID, STRICT;"

    /* What pruning took: so many relational contacts, all older than before. */
    "CREATE TABLE tally (customer TEXT NOT NULL PRIMARY KEY, relational INTEGER NOT NULL, before INTEGER NOT NULL)"
    " WITHOUT ROWID, STRICT;"

    "CREATE TABLE event (customer TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,"
    " PRIMARY KEY (customer, at, kind)) WITHOUT ROWID, STRICT;"

    "CREATE TABLE recipient (message TEXT NOT NULL, ordinal INTEGER NOT NULL, customer TEXT NOT NULL,"
    " address TEXT NOT NULL, PRIMARY KEY (message, ordinal)) WITHOUT ROWID, STRICT;"

    "CREATE TABLE verdict (customer TEXT NOT NULL, message TEXT NOT NULL, ordinal INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL, at INTEGER NOT NULL, action INTEGER NOT NULL, until INTEGER NOT NULL,"
    " custody INTEGER NOT NULL, receipt TEXT NOT NULL,"
    " PRIMARY KEY (customer, message, ordinal, sequence)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX verdict_by_time ON verdict (at, action);"

    "CREATE TABLE attempt (customer TEXT NOT NULL, fingerprint TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (customer, fingerprint, message)) WITHOUT ROWID, STRICT;"

    "CREATE TABLE custody (customer TEXT NOT NULL, message TEXT NOT NULL, ordinal INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL, address TEXT NOT NULL, sender TEXT NOT NULL, state INTEGER NOT NULL,"
    " class INTEGER NOT NULL, topic TEXT, campaign TEXT, stream TEXT, priority INTEGER NOT NULL, since INTEGER NOT NULL,"
    " due INTEGER NOT NULL, expires INTEGER NOT NULL, deadline INTEGER NOT NULL, ready INTEGER NOT NULL,"
    " \"then\" INTEGER NOT NULL, forced INTEGER NOT NULL, mail_parameters TEXT, recipient_parameters TEXT,"
    " reasons TEXT NOT NULL, ticket TEXT, attempts INTEGER NOT NULL, submitted INTEGER NOT NULL,"
    " PRIMARY KEY (customer, message, ordinal)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX custody_ready ON custody (ready) WHERE state = 0;"
    "CREATE INDEX custody_unfinished ON custody (due) WHERE state <> 0;"
    "CREATE INDEX custody_of_message ON custody (message);"

    "CREATE TABLE raw (message TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID, STRICT;"

    /* When a cadence next has something for a customer; a row for each pair that will have. */
    "CREATE TABLE schedule (customer TEXT NOT NULL, cadence TEXT NOT NULL, due INTEGER NOT NULL,"
    " PRIMARY KEY (customer, cadence)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX schedule_due ON schedule (cadence, due);"

    /* message NULL: it came and nothing was sent. */
    "CREATE TABLE occurrence (customer TEXT NOT NULL, cadence TEXT NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL,"
    " message TEXT, PRIMARY KEY (customer, cadence, day)) WITHOUT ROWID, STRICT;"

    /* Customers whose schedule is to be reckoned anew. */
    "CREATE TABLE stale (customer TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;"

    /* walked: the last customer whose schedule is reckoned by this hash; NULL: all are. */
    "CREATE TABLE cadence (name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, begun INTEGER NOT NULL, walked TEXT)"
    " WITHOUT ROWID, STRICT;"

    "CREATE TABLE daemon (name TEXT NOT NULL, pid INTEGER NOT NULL, started INTEGER NOT NULL, config_hash TEXT,"
    " note TEXT, PRIMARY KEY (name, pid)) WITHOUT ROWID, STRICT;"

    /* At most one row: how far the pruning under way has come. */
    "CREATE TABLE pruned (customer TEXT NOT NULL) STRICT;";

/* Counts for status, doubts about the class, and what is remembered of erased customers, the daemons' troubles. */
static const char VERSION_2[] =
    /* What the sales contacts of erased customers leave behind: hash is as in withdrawal. */
    "CREATE TABLE remembered (hash TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL, topic TEXT, campaign TEXT,"
    " PRIMARY KEY (hash, at, message)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX remembered_by_time ON remembered (at);"

    "ALTER TABLE custody ADD COLUMN review TEXT;"
    "CREATE INDEX custody_since ON custody (since) WHERE state = 0;"
    "CREATE INDEX custody_of_review ON custody (review) WHERE review IS NOT NULL;"

    /* label 2 is CLASS_ANY: no person has spoken yet. Of those the sequence grows, and says which are the oldest. */
    "CREATE TABLE review (id TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL, stream TEXT NOT NULL, campaign TEXT,"
    " doubt INTEGER NOT NULL, declared INTEGER NOT NULL, class INTEGER NOT NULL, legal INTEGER NOT NULL,"
    " thousandths INTEGER NOT NULL, evidence TEXT NOT NULL, features TEXT NOT NULL, message TEXT,"
    " first INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL, label INTEGER NOT NULL,"
    " labelled INTEGER NOT NULL, labeller TEXT) WITHOUT ROWID, STRICT;"
    "CREATE INDEX review_open ON review (sequence) WHERE label = 2;"
    "CREATE INDEX review_by_time ON review (at);"

    "CREATE TABLE total (name TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
    "INSERT INTO total (name, count) SELECT 'customer', COUNT(*) FROM customer;"
    "INSERT INTO total (name, count) SELECT 'contact', COUNT(*) FROM contact;"
    "CREATE TABLE verdict_hour (hour INTEGER NOT NULL, action INTEGER NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY (hour, action)) WITHOUT ROWID, STRICT;"
    "INSERT INTO verdict_hour SELECT at / 3600, action, COUNT(*) FROM verdict GROUP BY 1, 2;"
    /* What has been forgotten of it, so that what there ever was can be told. */
    "CREATE TABLE verdict_gone (action INTEGER NOT NULL PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE TABLE contact_hour (hour INTEGER NOT NULL, class INTEGER NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY (hour, class)) WITHOUT ROWID, STRICT;"
    "INSERT INTO contact_hour SELECT at / 3600, class, COUNT(*) FROM contact GROUP BY 1, 2;"
    /* A message counts when it gets its first verdict; total has what there ever were. */
    "CREATE TABLE message_minute (minute INTEGER NOT NULL PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
    "INSERT INTO message_minute SELECT first / 60, COUNT(*) FROM (SELECT MIN(at) AS first FROM verdict GROUP BY message)"
    " GROUP BY 1;"
    "INSERT INTO total (name, count) SELECT 'message', COALESCE(SUM(count), 0) FROM message_minute;"
    "CREATE TRIGGER message_comes AFTER INSERT ON verdict WHEN NOT EXISTS (SELECT 1 FROM recipient r CROSS JOIN verdict v"
    " ON v.customer = r.customer AND v.message = r.message AND v.ordinal = r.ordinal WHERE r.message = NEW.message AND"
    " (v.ordinal <> NEW.ordinal OR v.sequence <> NEW.sequence)) BEGIN"
    " UPDATE total SET count = count + 1 WHERE name = 'message';"
    " INSERT INTO message_minute (minute, count) VALUES (NEW.at / 60, 1)"
    " ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER customer_comes AFTER INSERT ON customer BEGIN"
    " UPDATE total SET count = count + 1 WHERE name = 'customer'; END;"
    "CREATE TRIGGER customer_goes AFTER DELETE ON customer BEGIN"
    " UPDATE total SET count = count - 1 WHERE name = 'customer'; END;"
    "CREATE TRIGGER contact_comes AFTER INSERT ON contact BEGIN"
    " UPDATE total SET count = count + 1 WHERE name = 'contact';"
    " INSERT INTO contact_hour (hour, class, count) VALUES (NEW.at / 3600, NEW.class, 1)"
    " ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER contact_goes AFTER DELETE ON contact BEGIN"
    " UPDATE total SET count = count - 1 WHERE name = 'contact';"
    " UPDATE contact_hour SET count = count - 1 WHERE hour = OLD.at / 3600 AND class = OLD.class;"
    " DELETE FROM contact_hour WHERE hour = OLD.at / 3600 AND class = OLD.class AND count = 0; END;"
    "CREATE TRIGGER verdict_comes AFTER INSERT ON verdict BEGIN"
    " INSERT INTO verdict_hour (hour, action, count) VALUES (NEW.at / 3600, NEW.action, 1)"
    " ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER verdict_goes AFTER DELETE ON verdict BEGIN"
    " INSERT INTO verdict_gone (action, count) VALUES (OLD.action, 1) ON CONFLICT DO UPDATE SET count = count + 1;"
    " UPDATE verdict_hour SET count = count - 1 WHERE hour = OLD.at / 3600 AND action = OLD.action;"
    " DELETE FROM verdict_hour WHERE hour = OLD.at / 3600 AND action = OLD.action AND count = 0; END;"

    /* The last warnings and errors of the daemons. */
    "CREATE TABLE trouble (program TEXT NOT NULL, text TEXT NOT NULL, error INTEGER NOT NULL, at INTEGER NOT NULL,"
    " count INTEGER NOT NULL, PRIMARY KEY (program, text)) WITHOUT ROWID, STRICT;";

#define VERDICT_ORDER "ORDER BY at, sequence, customer, message, ordinal"

/* Receipts leave the verdicts, attempts become part of their key, and what is ordered by time is so within a second
 * too. Dropping a table drops its index and its triggers. */
static const char VERSION_3[] =
    "ALTER TABLE recipient ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';"
    "UPDATE recipient SET fingerprint = COALESCE((SELECT a.fingerprint FROM attempt a WHERE a.customer ="
    " recipient.customer AND a.message = recipient.message ORDER BY a.at LIMIT 1), '');"
    "DROP TABLE attempt;"

    "CREATE TABLE receipt (id INTEGER NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "INSERT INTO receipt SELECT ROW_NUMBER() OVER (" VERDICT_ORDER "), receipt FROM verdict;"

    "CREATE TABLE verdict_3 (customer TEXT NOT NULL, fingerprint TEXT NOT NULL, message TEXT NOT NULL,"
    " ordinal INTEGER NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, action INTEGER NOT NULL,"
    " until INTEGER NOT NULL, custody INTEGER NOT NULL, receipt INTEGER NOT NULL,"
    " PRIMARY KEY (customer, fingerprint, message, ordinal, sequence)) WITHOUT ROWID, STRICT;"
    "INSERT INTO verdict_3 SELECT customer, COALESCE(fingerprint, ''), message, ordinal, sequence, at, action, until, custody,"
    " ROW_NUMBER() OVER (" VERDICT_ORDER ") FROM verdict LEFT JOIN recipient USING (message, ordinal, customer)"
    " ORDER BY 1, 2, 3, 4, 5;"
    "DROP TABLE verdict;"
    "ALTER TABLE verdict_3 RENAME TO verdict;"
    "CREATE INDEX verdict_by_time ON verdict (at, sequence, action);"
    "DROP INDEX custody_since;"
    "CREATE INDEX custody_since ON custody (since, sequence) WHERE state = 0;"

    "CREATE TRIGGER message_comes AFTER INSERT ON verdict WHEN NOT EXISTS (SELECT 1 FROM recipient r CROSS JOIN verdict v"
    " ON v.customer = r.customer AND v.fingerprint = r.fingerprint AND v.message = r.message AND v.ordinal = r.ordinal"
    " WHERE r.message = NEW.message AND (v.ordinal <> NEW.ordinal OR v.sequence <> NEW.sequence)) BEGIN"
    " UPDATE total SET count = count + 1 WHERE name = 'message';"
    " INSERT INTO message_minute (minute, count) VALUES (NEW.at / 60, 1)"
    " ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER verdict_comes AFTER INSERT ON verdict BEGIN"
    " INSERT INTO verdict_hour (hour, action, count) VALUES (NEW.at / 3600, NEW.action, 1)"
    " ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER verdict_goes AFTER DELETE ON verdict BEGIN"
    " DELETE FROM receipt WHERE id = OLD.receipt;"
    " INSERT INTO verdict_gone (action, count) VALUES (OLD.action, 1) ON CONFLICT DO UPDATE SET count = count + 1;"
    " UPDATE verdict_hour SET count = count - 1 WHERE hour = OLD.at / 3600 AND action = OLD.action;"
    " DELETE FROM verdict_hour WHERE hour = OLD.at / 3600 AND action = OLD.action AND count = 0; END;";

/* Held mail knows as what else it may go. */
static const char VERSION_4[] = "ALTER TABLE custody ADD COLUMN cut_as TEXT;"
                                "ALTER TABLE custody ADD COLUMN fallback_as TEXT;";

const char *const table_steps[SCHEMA_VERSION] = {VERSION_1, VERSION_2, VERSION_3, VERSION_4};
