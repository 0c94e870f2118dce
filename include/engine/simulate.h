/* Simulate: the recorded history under another policy, verdict by verdict. Only the policies and segments of the other
 * configuration are tried: stream, topic, class, consent and what could be filled in stay as the receipts say, and so
 * do a customer's zone and wishes. A segment is asked of today's attributes, unless the receipt names another policy
 * than the customer has today, and the segments are not what differs.
 *
 * A customer's messages are judged again in the order in which they were. As long as every verdict comes out as it was
 * recorded, held mail leaves when it did leave. From the first that comes out otherwise, or that is held under a policy
 * that is not the recorded one, the contacts are those that the other policy would have let through, and held mail
 * leaves at its earliest instant, or ends at its expiry, at its deadline, or when the customer withdrew their consent;
 * only what a person released or dropped by hand and what waited for its author still follows the record.
 *
 * The first release kept too little of a message to judge it again: such verdicts are left out, and counted as that.
 * What went out of them is a contact like an imported one. */
#pragma once

#include "engine/engine.h"

/* What became of the messages on one side. */
typedef struct {
    guint64 actions[5];               /* the first verdicts, by Action */
    guint64 released, ended, waiting; /* of those held: left later, were dropped or returned, are held still */
    Duration waited;                  /* of those released, all together */
} SimulationSide;

typedef struct {
    guint64 customers, messages; /* a message to two customers is two */
    SimulationSide before, after;
    guint64 moved;                              /* held in both, but until another instant */
    guint64 spared, spared_customers;           /* went out, and never would have */
    guint64 let_through, let_through_customers; /* never went out, and would have */
    guint64 left_out, left_out_customers; /* their receipts tell too little to judge them again; not in messages */
} Simulation;

/* A first verdict that would have been another. Borrowed for the call. */
typedef struct {
    const char *id, *customer, *timezone;
    Instant at;
    Action was, would_be;
    const GPtrArray *reasons; /* of Reason: why it would be so */
    Instant went, would_go;   /* when it left, and would have or will; INSTANT_NEVER: not */
} SimulationChange;

typedef struct {
    void (*changed)(const SimulationChange *change, gpointer user);
    void (*progress)(guint64 verdicts, gpointer user); /* so many have been looked at; after each customer */
    gpointer user;
} SimulationOutside;

/* engine: the configuration in force; other: the one that is tried, over the same store. Verdicts from before since are
 * taken as they were. now: held mail that would leave later still waits. Nothing is written. */
bool simulate(Engine *engine, Engine *other, Instant since, Instant now, const SimulationOutside *outside,
              Simulation *out, GError **error);
