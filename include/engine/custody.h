/* Custody as a person handles it: release, drop, and what must be looked at anew when a customer's facts change. */
#pragma once

#include "engine/engine.h"

/* Due now, whatever the rules say (consent, expiry and unfilled placeholders still count). PERMANENT where there is no
 * such id. The planner is woken. */
bool custody_release(Engine *engine, const char *id, Instant at, GError **error);
/* Ends it: the verdict becomes a drop with the reason "by hand". */
bool custody_drop(Engine *engine, const char *id, Instant at, GError **error);
/* The held message as it would leave were a person to release it at `at`; nothing is changed. *filled stays NULL where
 * there is nothing in it to be filled, and where it would not leave: then *reasons (of Reason, to be unreferenced) say
 * why. PERMANENT where it is held no more. */
bool custody_fill(Engine *engine, const Custody *custody, GBytes *raw, Instant at, GBytes **filled, GPtrArray **reasons,
                  GError **error);
/* Reckons anew when the customer's held messages may go. To be called in the transaction that changed the customer's
 * contacts, attributes or consents. */
bool custody_reschedule(Transaction *transaction, const char *customer, Instant at, GError **error);
/* For when the rules have changed: whatever waits for them is due at `at`, so that the planner, which is woken, asks
 * them anew and puts back what still may not go. What a person must see to first stays as it is. */
bool custody_ask_anew(Engine *engine, Instant at, GError **error);
/* Notes that it was, under the configuration in force, for the daemon of this name, which judges by that. */
bool custody_note_asked(Engine *engine, const char *daemon, GError **error);
/* Both, unless it is noted already: for a daemon that starts. */
bool custody_ask_anew_once(Engine *engine, const char *daemon, Instant at, GError **error);
