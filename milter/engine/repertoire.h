/* What a configuration has in templates, and the rules of its cadences: read with the configuration. */
#pragma once

#include "calendar/recurrence.h"
#include "config/config.h"
#include "template/shelf.h"

typedef struct {
    const Cadence *cadence;
    Recurrence *rule; /* NULL: quiet_for */
} Piece;

typedef struct {
    gatomicrefcount references;
    Config *config;    /* owns the cadences and the folders of the shelf */
    Shelf *shelf;      /* every template of the configuration */
    GPtrArray *pieces; /* of Piece, in the order of the file */
} Repertoire;

/* CADENCE_ERROR_CONFIG where a rule or a template cannot be read. */
Repertoire *repertoire_load(Config *config, GError **error);
/* One folder onto a shelf, and a shelf with nothing but partials: for whoever wants to know each fault and not the
 * first. */
bool repertoire_add(Shelf *shelf, const TemplateFolder *folder, GError **error);
Shelf *repertoire_partials(const Config *config, GError **error);

Repertoire *repertoire_ref(Repertoire *repertoire);
void repertoire_unref(Repertoire *repertoire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Repertoire, repertoire_unref)
