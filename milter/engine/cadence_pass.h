/* The planner's part in cadences (engine/cadence.h). */
#pragma once

#include "engine/engine.h"
#include "repertoire.h"

typedef struct {
    Engine *engine;
    Repertoire *repertoire;
    Instant at;
    void (*say)(const char *line, gpointer user);
    gpointer user;
} CadencePass;

/* A bounded piece of the work: brings the schedule up to date with the configuration and with what has changed of
 * customers, and takes what is due into custody. *busy: there may be more. To be called under the planner's lock. */
bool cadence_step(const CadencePass *pass, bool *busy, GError **error);

/* When a cadence has something for anybody next; INSTANT_NEVER: not as far as is known. */
bool cadence_next(Engine *engine, Instant *out, GError **error);
