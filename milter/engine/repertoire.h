/* What the cadences of a configuration are played from: their rules and texts, read with the configuration. */
#pragma once

#include "calendar/recurrence.h"
#include "config/config.h"
#include "template/shelf.h"

typedef struct {
    const Cadence *cadence;
    Recurrence *rule; /* NULL: quiet_for */
    Shelf *shelf;
} Piece;

typedef struct {
    gatomicrefcount references;
    Config *config;    /* owns the cadences */
    GPtrArray *pieces; /* of Piece, in the order of the file */
} Repertoire;

/* CADENCE_ERROR_CONFIG where a rule or a template cannot be read. */
Repertoire *repertoire_load(Config *config, GError **error);
Repertoire *repertoire_ref(Repertoire *repertoire);
void repertoire_unref(Repertoire *repertoire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Repertoire, repertoire_unref)
