/* The store: customers, the ledger of contacts and verdicts, custody. One interface; a backend is one file behind it.
 *
 * Reading verbs may be called from any thread and see the last commit, which may be a moment away from the disk:
 * whoever does something in the world on the strength of it writes first, and then what was read is durable too.
 * Writing verbs take a Transaction and live inside store_transact, which runs the given work on the store's single
 * writer: works of concurrent callers are grouped into one commit, so that one fsync serves all who wait. A work that
 * fails is undone alone.
 *
 * Errors: CADENCE_ERROR_TEMPORARY (busy for 2 s, disk full, store gone: nothing was written), _PERMANENT (no such
 * thing), _UNCERTAIN (the commit itself failed half-way; every verb is made so that doing it again is harmless).
 *
 * Ownership: strings in a struct that the caller fills are borrowed for the call. Structs that come out are freed with
 * their _free function. Times are Instants. Keys: the customer comes first in every table of the ledger, so that the
 * same schema shards by customer; `recipient` alone is keyed by message, as the directory from a Cadence-Id to its
 * customers. */
#pragma once

#include "base/instant.h"
#include "policy/class.h"
#include "policy/policy.h"
#include "policy/rule.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Store Store;
typedef struct Transaction Transaction;

/* Makes the store and its folder's file (mode 0600); a store that exists is kept. */
bool store_create(const char *url, GError **error);

/* Brings a store that an older version of this program made up to this one, after a backup beside it, whose path goes
 * to *backup (g_free); NULL where there was nothing to do. If it fails, the store is as it was. */
bool store_upgrade(const char *url, char **backup, GError **error);

/* Starts the writer. A store that cannot be reached now is no error: every verb answers TEMPORARY until it can be, so
 * that a daemon starts before its disk and survives its loss. A malformed url is CADENCE_ERROR_PERMANENT. */
Store *store_open(const char *url, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* Runs work inside a transaction and returns after it is durable. work must not block and must not call store_transact;
 * it returns false with an error to be undone. It may be run again from the start where the backend asks for it, so it
 * must only write what the last run found. */
typedef bool (*StoreWork)(Transaction *transaction, gpointer user, GError **error);
bool store_transact(Store *store, StoreWork work, gpointer user, GError **error);
/* So many more works are on their way to store_transact, fewer where negative. Who comes to an idle store waits for
 * them, some milliseconds at the most, so that they share what a commit costs. */
void store_expect(Store *store, int works);

/* One moment of the store, from the first reading verb on, for one thread and reading verbs alone: they cost less
 * together. Not for long: the log of changes cannot begin anew meanwhile. */
Store *store_view(Store *store);
void store_view_end(Store *view);

/* ---- customers ---- */

typedef struct {
    char *id;
    GPtrArray *addresses; /* of char *, canonical */
    char *timezone;       /* NULL: the configuration's default */
    char *locale;         /* NULL: the configuration's default */
    int comfort;          /* -1: the configuration's default */
    /* The customer's own wishes: */
    Instant paused_until; /* no mail that a rule can stop before it; INSTANT_ALWAYS: not paused */
    char *limits;         /* caps, "sales 1/7d, any 3/day"; NULL: none */
    char *quiet;          /* quiet times, the text of an .ics file; NULL: none */
    Instant since;        /* when the store first heard of the customer; only read */
} Customer;
Customer *customer_new(const char *id);
void customer_free(Customer *customer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Customer, customer_free)

/* NULL without an error where there is none. By canonical address, which is then the only one of the customer's that is
 * read: so much is asked for every message. */
bool store_customer_by_address(Store *store, const char *address, Customer **out, GError **error);
bool store_customer_by_id(Store *store, const char *id, Customer **out, GError **error);
bool transaction_customer(Transaction *transaction, const char *id, Customer **out, GError **error);
bool transaction_customer_exists(Transaction *transaction, const char *id, bool *exists, GError **error);

/* Creates or changes: addresses given are added, each address belongs to one customer (another's: PERMANENT, naming
 * both; but who was only enrolled by that address, and of whom nothing was said since, is taken over with all that is
 * recorded of them); timezone, locale NULL and comfort -1 leave what stands. The customer's own wishes are left alone:
 * a new customer has none. */
bool transaction_customer_put(Transaction *transaction, const Customer *customer, Instant at, GError **error);
/* Sets all of the customer's own wishes to what stands in the struct. PERMANENT for an unknown customer. */
bool transaction_wishes_put(Transaction *transaction, const Customer *customer, GError **error);

typedef struct {
    char *name;
    char *value; /* text; numbers and booleans as JSON writes them; JSON text for lists and objects */
    Instant at;
    char *source; /* "import", "set", … */
} AttributeValue;
void attribute_value_free(AttributeValue *value);

/* The attributes of these names (NULL-terminated, each given once), or all where names is NULL; a GPtrArray of
 * AttributeValue, by name. Named ones cost as much whether the customer has ten or ten thousand. */
bool store_attributes(Store *store, const char *customer, const char *const *names, GPtrArray **out, GError **error);
bool transaction_attributes(Transaction *transaction, const char *customer, const char *const *names, GPtrArray **out,
                            GError **error);
/* value NULL deletes. */
bool transaction_attribute_put(Transaction *transaction, const char *customer, const AttributeValue *value,
                               GError **error);

/* What erasing a customer took, as numbers of rows, and what stays. */
typedef struct {
    guint64 addresses, attributes, consents, events, contacts, verdicts, held, occurrences;
    guint64 withdrawals; /* purposes whose withdrawal or objection stays remembered of the addresses */
    guint64 sales;       /* sales contacts that stay remembered of the addresses */
} Erasure;
/* Erases all that is known of the customer, mail in custody included, which is dropped. What stays are withdrawals, and
 * times, topics and campaigns of sales contacts, each under a keyed hash of an address: a later import undoes no no and
 * empties no cap. PERMANENT for an unknown customer. */
bool transaction_erase(Transaction *transaction, const char *customer, Erasure *out, GError **error);
/* Empties the store's log of changes, in which what was erased may still stand. False where others are reading; they
 * empty it in time. */
bool store_empty_log(Store *store);

/* An objection to sales mail is a withdrawal that only a new consent to the same purpose ends. */
typedef enum { CONSENT_NONE, CONSENT_GRANTED, CONSENT_WITHDRAWN, CONSENT_OBJECTED } ConsentState;
typedef enum { BASIS_CONSENT, BASIS_SOFT_OPTIN } ConsentBasis; /* of what was granted */
typedef struct {
    char *purpose;
    ConsentState state;
    Instant at;
    ConsentBasis basis;
    char *wording; /* the version of the words that were agreed to, or NULL */
    char *sale;    /* the sale that a soft opt-in rests on, or NULL */
    char *source;  /* "cadencectl", …; "remembered": from a withdrawal that outlived the customer it was made by */
} Consent;
void consent_free(Consent *consent);

/* GPtrArrays of Consent: what is in force, by purpose; all that was ever said, in the order in which it was recorded.
 * In force is what was recorded last, but an older grant (by `at`) undoes nothing newer, and a withdrawal does not
 * soften an objection. */
bool store_consents(Store *store, const char *customer, GPtrArray **out, GError **error);
bool store_consent_history(Store *store, const char *customer, GPtrArray **out, GError **error);
/* Of one purpose, as far as it had been said at `at`; NULL where nothing had been. Borrowed from the history. */
const Consent *consent_in_force(const GPtrArray *history, const char *purpose, Instant at);
/* Adds to the history; saying the same twice in a row is saying it once. PERMANENT for an unknown customer, and for a
 * soft opt-in against an objection. A withdrawal is remembered under a keyed hash of each of the customer's addresses,
 * for good: whoever has the address later, as a new customer too, has withdrawn until they grant anew. */
bool transaction_consent_put(Transaction *transaction, const char *customer, const Consent *consent, GError **error);
/* What is remembered of a canonical address, by purpose, whether or not it is a customer's now. */
bool store_withdrawals(Store *store, const char *address, GPtrArray **out, GError **error);

/* ---- the ledger ---- */

/* A contact belongs to the message that made it: putting it again for the same customer and message replaces it.
 * message is a message's id, or an identifier of its own for imported ones. */
bool transaction_contact_put(Transaction *transaction, const char *customer, const char *message,
                             const Contact *contact, GError **error);
/* The same where the customer has no contact of that message but at the same instant, which stays: saves looking
 * through all that they have. */
bool transaction_contact_add(Transaction *transaction, const char *customer, const char *message,
                             const Contact *contact, GError **error);
bool transaction_contact_remove(Transaction *transaction, const char *customer, const char *message, GError **error);

typedef struct {
    GArray *contacts;    /* of Contact, ascending; strings owned by the ledger */
    GPtrArray *messages; /* the message of each, same order */
    GStringChunk *strings;
} Ledger;
void ledger_free(Ledger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ledger, ledger_free)

/* The customer's contacts later than since, without those of the message except (NULL: all). */
bool transaction_ledger(Transaction *transaction, const char *customer, Instant since, const char *except, Ledger **out,
                        GError **error);
bool store_ledger(Store *store, const char *customer, Instant since, Ledger **out, GError **error);

/* How many relational contacts the customer has had at since or before it, ever: those that were pruned count. A
 * contact that is put with a time before one that was pruned may be that one come again, and does not count. */
bool transaction_relational_earlier(Transaction *transaction, const char *customer, Instant since, guint64 *count,
                                    GError **error);

/* Events of a customer, ascending by time; the same kind at the same instant is one event. Adding one is PERMANENT for
 * an unknown customer. */
typedef struct {
    GArray *events; /* of Event (policy/rule.h); strings owned by the list */
    GStringChunk *strings;
} EventList;
void event_list_free(EventList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventList, event_list_free)
bool transaction_event_add(Transaction *transaction, const char *customer, const char *kind, Instant at,
                           GError **error);
bool transaction_events(Transaction *transaction, const char *customer, EventList **out, GError **error);
bool store_events(Store *store, const char *customer, EventList **out, GError **error);

typedef enum { ACTION_PASS, ACTION_REWRITE, ACTION_HOLD, ACTION_REFUSE, ACTION_DROP } Action;
const char *action_name(Action action); /* "pass" … */

/* One verdict for one recipient. Of one message and recipient there may be several over time (held, then released); the
 * last is in force. */
typedef struct {
    char *message; /* the Cadence-Id */
    int ordinal; /* of the recipient in the message as it came in, from 0; one customer's for good: adding another's is
                    PERMANENT */
    char *customer;
    char *address; /* as in the envelope */
    Instant at;
    Action action;
    Instant until; /* hold: due; INSTANT_NEVER where there is none */
    bool custody;  /* what leaves, or left, for this recipient comes out of custody, not of the message as it came in */
    char *receipt; /* JSON: what `explain` shows */
    /* Text that is the same for every try of one message; NULL where nobody will try again. The recipient's first is
     * kept. For transaction_verdict_add only: it is NULL in what is read. */
    char *fingerprint;
} VerdictRecord;
void verdict_record_free(VerdictRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VerdictRecord, verdict_record_free)
bool transaction_verdict_add(Transaction *transaction, const VerdictRecord *record, GError **error);
/* GPtrArrays of VerdictRecord; of a message: by ordinal, then as they were added. Of a customer: the newest first, at
 * most limit. */
bool store_verdicts_of_message(Store *store, const char *message, GPtrArray **out, GError **error);
bool store_verdicts_of_customer(Store *store, const char *customer, guint limit, GPtrArray **out, GError **error);

/* What happened to one customer: verdicts in the order in which they were given (their address is NULL), the history of
 * consents, and the ledger and the events as they stand. Of the relational contacts that were pruned only the number is
 * left; they are older than pruned_before (INSTANT_ALWAYS: none were). */
typedef struct {
    const char *customer;
    GPtrArray *verdicts; /* of VerdictRecord */
    GPtrArray *consents; /* of Consent */
    Ledger *ledger;
    EventList *events;
    guint64 pruned_relational;
    Instant pruned_before;
} CustomerHistory;
/* Gives the customers who have a verdict to `each`, one after the other in order of their ids, so that no more than one
 * is in memory. `each` may call other verbs; it returns false with an error to end the walk. */
typedef bool (*StoreReplay)(const CustomerHistory *history, gpointer user, GError **error);
bool store_replay(Store *store, StoreReplay each, gpointer user, GError **error);

/* Retries. What this customer got, at all their addresses, of the newest message with that fingerprint that they got
 * their first verdict for at since or later: a GPtrArray of VerdictRecord as they were given, so that the first of an
 * address is the one its sender was answered with. Empty where there is none. */
bool transaction_verdicts_of_try(Transaction *transaction, const char *customer, const char *fingerprint, Instant since,
                                 GPtrArray **out, GError **error);
/* The ordinal after the last of the message's recipients; 0 where it has none. */
bool transaction_ordinal_next(Transaction *transaction, const char *message, int *ordinal, GError **error);

/* ---- custody ---- */

typedef enum {
    CUSTODY_HELD,      /* waits until due */
    CUSTODY_RELEASING, /* handed to Postfix with a ticket that the milter has not seen yet */
    CUSTODY_PASSED,    /* the milter let the released message pass and counted it; Postfix's 250 is awaited */
} CustodyState;

typedef struct {
    char *id;                                    /* "<message>.<ordinal>" */
    char *message, *customer, *address, *sender; /* sender "" is the null sender */
    int ordinal;
    CustodyState state;
    MailClass class;
    char *topic, *campaign, *stream; /* NULL: none. A notice of ours (a DSN) has the stream "" and is not judged */
    char *cut_as, *fallback_as; /* the topic under which it may go, as relational mail, without its sales part, and by
                                   its fallback: "" for no topic, NULL where it may not */
    int priority;
    Instant since, due, expires, deadline; /* expires, deadline: INSTANT_NEVER where there is none */
    Then then;                             /* at the deadline */
    bool forced;                           /* released by a person, or by then = send: no rule is asked again */
    bool submitted; /* given to sendmail(1), which took it before the milter saw it; its ticket stays good when it is
                       PASSED */
    char *mail_parameters, *recipient_parameters; /* "BODY=8BITMIME RET=HDRS", "NOTIFY=NEVER": as the client gave them,
                                                     one blank between */
    char *reasons;                                /* JSON array: why it is held; "[]" where it is only due */
    char *ticket;                                 /* the nonce of the last hand-over, or NULL */
    char *review;                                 /* of the doubt about its class, or NULL */
    int attempts;                                 /* hand-overs that Postfix did not take */
} Custody;
void custody_free(Custody *custody);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Custody, custody_free)

/* Takes the message into custody: the raw bytes are stored once per message, however many of its recipients are taken.
 * An id that is there already is left as it is (a retry). */
bool transaction_custody_take(Transaction *transaction, const Custody *custody, GBytes *raw, GError **error);
/* Changes what a judgement may change: state, class, due, deadline, forced, submitted, reasons, ticket, attempts,
 * review. */
bool transaction_custody_update(Transaction *transaction, const Custody *custody, GError **error);
/* Gives it up; the raw bytes go with the last of the message's recipients. */
bool transaction_custody_end(Transaction *transaction, const char *id, GError **error);

bool transaction_custody(Transaction *transaction, const char *id, Custody **out, GError **error); /* NULL: none */
/* The customer's messages in custody of at least this priority, in every state: highest priority, then earliest expiry,
 * then arrival. */
bool transaction_custody_of_customer(Transaction *transaction, const char *customer, int priority, GPtrArray **out,
                                     GError **error);

/* The same of every priority, outside of a transaction. */
bool store_custody_of_customer(Store *store, const char *customer, GPtrArray **out, GError **error);

bool store_custody(Store *store, const char *id, Custody **out, GError **error);
bool store_custody_list(Store *store, GPtrArray **out, GError **error); /* all, by due, then customer */
bool store_custody_of_customer(Store *store, const char *customer, GPtrArray **out, GError **error);
/* PERMANENT where nothing of the message is in custody. */
bool store_custody_raw(Store *store, const char *message, GBytes **out, GError **error);

/* Up to limit customers who have anything in custody, by id, those after this id ("": from the first); of char *. */
bool store_custody_customers(Store *store, const char *after, guint limit, GPtrArray **out, GError **error);

/* Up to limit held messages whose due, expiry or deadline is at or before x, in the order of release: customer by
 * customer, highest priority, earliest expiry, arrival. Costs nothing to speak of where there are none, whatever is
 * held. */
bool store_custody_due(Store *store, Instant x, guint limit, GPtrArray **out, GError **error);
/* The next instant at which something is due, expires or reaches its deadline; INSTANT_NEVER where nothing will. */
bool store_custody_next(Store *store, Instant *out, GError **error);
/* Messages that are RELEASING or PASSED though their due time has come: left behind by a planner that died, or given to
 * sendmail(1) and not seen since. To be called under the planner's lock. */
bool store_custody_unfinished(Store *store, Instant x, GPtrArray **out, GError **error);

/* ---- review ---- */

typedef enum {
    DOUBT_UNCERTAIN,    /* the text does not tell the class */
    DOUBT_CONTRADICTED, /* the text tells another class than was declared */
} Doubt;

const char *doubt_name(Doubt doubt); /* "uncertain", "contradicted" */

/* A doubt about the class of messages that a person can settle. Messages that read alike, as those of one campaign do,
 * are one review. Of a message it keeps no address and no text but what evidence quotes of the newest one: that is
 * forgotten with any customer who got it. */
typedef struct {
    char *id;                /* 16 hexadecimal digits over what its messages have in common */
    char *stream, *campaign; /* campaign NULL: none */
    Doubt doubt;
    MailClass declared; /* CLASS_ANY: nothing was */
    MailClass class;    /* this and what follows: what the text reads as */
    LegalClass legal;
    double confidence; /* to three decimals */
    char *evidence;    /* JSON array of sentences */
    char *features;
    char *message;       /* the newest one; NULL: forgotten */
    Instant first, at;   /* of the oldest message and the newest; first is only read */
    guint64 count, held; /* messages, and those of them in custody; only read */
    MailClass label;     /* what a person said; CLASS_ANY: nothing yet */
    Instant labelled;
    char *labeller; /* the name of who said so, or NULL */
} Review;
void review_free(Review *review);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Review, review_free)

/* Adds one message to its review; what the newest message reads as is kept. *label is what a person has said meanwhile,
 * CLASS_ANY: nothing. Beyond 10,000 reviews without a label the oldest is forgotten. */
bool transaction_review_add(Transaction *transaction, const Review *review, MailClass *label, GError **error);
/* PERMANENT where there is no such review. A label may be given again, and differently. */
bool transaction_review_label(Transaction *transaction, const char *id, MailClass label, const char *labeller,
                              Instant at, GError **error);
bool store_review(Store *store, const char *id, Review **out, GError **error); /* NULL: none */
/* At most limit with a label, or without one; those with the newest messages first. */
bool store_reviews(Store *store, bool labelled, guint limit, GPtrArray **out, GError **error);
/* What of a review is in custody, in every state. */
bool transaction_custody_of_review(Transaction *transaction, const char *id, GPtrArray **out, GError **error);

/* ---- cadences ---- */

/* How far the schedule of a cadence is reckoned. */
typedef struct {
    char *name;
    char *hash;    /* of the cadence as it was configured */
    Instant begun; /* when it was first configured */
    char *walked;  /* the last customer, by id, whose schedule follows this hash; "": none yet; NULL: all do */
} CadenceState;
void cadence_state_free(CadenceState *state);
bool store_cadence_states(Store *store, GPtrArray **out, GError **error); /* of CadenceState */
bool transaction_cadence_put(Transaction *transaction, const CadenceState *state, GError **error);
/* Forgets a cadence and its schedule, a thousand customers at a time; *more says whether to call again. What it sent
 * is remembered. */
bool transaction_cadence_remove(Transaction *transaction, const char *name, bool *more, GError **error);

/* Ids of customers (GPtrArrays of char *), at most limit: those that come after an id ("": all), and those whose facts
 * have changed since transaction_stale_end was last called for them. Creating or changing a customer, putting an
 * attribute and adding an event are such changes. */
bool store_customers_after(Store *store, const char *after, guint limit, GPtrArray **out, GError **error);
bool store_stale_customers(Store *store, guint limit, GPtrArray **out, GError **error);
bool transaction_stale_end(Transaction *transaction, const char *customer, GError **error);

/* When a cadence has something for a customer next; INSTANT_NEVER: not as far as is known. */
bool transaction_schedule_put(Transaction *transaction, const char *customer, const char *cadence, Instant due,
                              GError **error);
bool transaction_schedule(Transaction *transaction, const char *customer, const char *cadence, Instant *due,
                          GError **error);
/* Ids of customers for whom the cadence has something at or before x, at most limit, the longest due first. */
bool store_schedule_due(Store *store, const char *cadence, Instant x, guint limit, GPtrArray **out, GError **error);
/* The next instant of all customers; INSTANT_NEVER where there is none. */
bool store_schedule_next(Store *store, const char *cadence, Instant *out, GError **error);

/* One occurrence of a cadence for a customer: its date, as days from 1970-01-01, is what it is known by, so that it
 * stays the same one where the customer's zone changes. */
typedef struct {
    gint64 day;
    Instant at;
    const char *message; /* that was composed for it; NULL: none was */
} CadenceOccurrence;
/* *added is false where that occurrence was there already. */
bool transaction_occurrence_add(Transaction *transaction, const char *customer, const char *cadence,
                                const CadenceOccurrence *occurrence, bool *added, GError **error);
/* The date of the last one; G_MININT64: none. */
bool transaction_occurrence_last(Transaction *transaction, const char *customer, const char *cadence, gint64 *day,
                                 GError **error);
/* All that came to a customer, by cadence and date; a GPtrArray of CustomerOccurrence. */
typedef struct {
    char *cadence;
    gint64 day;
    Instant at;
    char *message;
} CustomerOccurrence;
void customer_occurrence_free(CustomerOccurrence *occurrence);
bool store_occurrences(Store *store, const char *customer, GPtrArray **out, GError **error);
/* When the last relational contact was, or the last message of any cadence composed; INSTANT_ALWAYS: never. */
bool transaction_relational_last(Transaction *transaction, const char *customer, Instant *at, GError **error);

/* ---- processes ---- */

/* One planner pass at a time per store, whatever dies: waits up to patience milliseconds for the lock; false without an
 * error where another planner has it. The system frees it with the process. */
bool store_planner_lock(Store *store, int patience, bool *locked, GError **error);
void store_planner_unlock(Store *store);

/* Wakes planners that wait; where none does, nothing. Never blocks, never fails. */
void store_wake(Store *store);
/* Waits for store_wake of any process, at most patience milliseconds (-1: for ever), or until the descriptor stop (-1:
 * none) becomes readable. May return earlier, for a look at whether the store is still the same one. */
void store_wait(Store *store, int patience, int stop);

typedef struct {
    char *name; /* "cadence-milter", "cadence-planner" */
    gint64 pid;
    Instant started;
    char *config_hash;
    char *note; /* the last thing worth saying, or "" */
} Daemon;
void daemon_free(Daemon *daemon);
bool transaction_daemon_put(Transaction *transaction, const Daemon *daemon, GError **error);
bool transaction_daemon_remove(Transaction *transaction, const char *name, gint64 pid, GError **error);
bool store_daemons(Store *store, GPtrArray **out, GError **error); /* of Daemon */

/* The configuration under which a daemon of this name last had what is held asked, as its hash; it stays when the
 * daemon goes. NULL: never yet. */
bool transaction_asked_put(Transaction *transaction, const char *name, const char *config_hash, GError **error);
bool store_asked(Store *store, const char *name, char **config_hash, GError **error);

/* A warning or an error of a daemon. The same text again is the same trouble, later. */
typedef struct {
    char *program;
    char *text;
    bool error; /* not just a warning */
    Instant at; /* the last time */
    guint64 count;
} Trouble;
void trouble_free(Trouble *trouble);
#define TROUBLES_KEPT 3 /* warnings, and as many errors, of each program */
/* Adds count to what is there; the oldest beyond TROUBLES_KEPT are forgotten. */
bool transaction_trouble_add(Transaction *transaction, const Trouble *trouble, GError **error);
bool store_troubles(Store *store, GPtrArray **out, GError **error); /* of Trouble, the newest first */

typedef struct {
    guint64 messages;   /* that got their first verdict; to the minute */
    guint64 actions[5]; /* verdicts, by Action */
} StoreRate;
typedef struct {
    guint64 customers, contacts, verdicts, held, releasing;
    StoreRate hour, day; /* back from x */
    StoreRate day_before;
    StoreRate ever;                /* what was forgotten counts too: these only grow */
    Instant oldest_held, next_due; /* INSTANT_NEVER where nothing is held */
    Instant newest;                /* verdict; INSTANT_ALWAYS where there is none */
    guint64 relational, sales;     /* contacts of 30 days back from x, to the hour */
    guint64 size, free;            /* bytes: of the store, and of the disk that it is on */
    int schema;
} StoreStatus;
/* Reads counts that are kept, and rows of parts of hours: milliseconds, however much is in the store. */
bool store_status(Store *store, Instant x, StoreStatus *out, GError **error);
/* For `check`, which may take its time. The topics of all that was counted or is held, of char *; how many held
 * messages expire before their deadline. */
bool store_topics(Store *store, GPtrArray **out, GError **error);
bool store_custody_short_lived(Store *store, guint64 *count, GError **error);

/* A copy of the store as it stands at one moment, at a path where there is nothing yet, readable by its owner alone.
 * Nobody has to wait for it. PERMANENT where the path is taken or cannot be written. */
bool store_backup(Store *store, const char *path, GError **error);

/* Forgets contacts (those remembered of the erased too), events, verdicts, reviews and troubles older than
 * before, some customers and about a thousand rows at a time; *more says whether to call again. A walk that was cut off
 * goes on where it stopped, so customers before that point wait for the next. Of each kind a customer's last event
 * older than before stays: every gate answers as it did, at every instant from before on. So does the last occurrence
 * of each cadence, and of a review with a label what training learns from. */
bool transaction_prune(Transaction *transaction, Instant before, bool *more, GError **error);
