/* Counted by reference beside its configuration: a pass of the planner plays from one repertoire to its end, whatever
 * is reloaded meanwhile. */
#include "repertoire.h"

#include "base/error.h"
#include "engine/cadence.h"

static void piece_free(gpointer data) {
    Piece *piece = data;
    g_clear_pointer(&piece->rule, recurrence_free);
    shelf_free(piece->shelf);
    g_free(piece);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Piece, piece_free)

static Piece *piece_new(const Cadence *cadence, GError **error) {
    g_autoptr(GError) reason = NULL;
    g_autoptr(Piece) piece = g_new0(Piece, 1);
    piece->cadence = cadence;
    if (cadence->rrule && !(piece->rule = recurrence_parse(cadence->rrule, &reason))) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s: rrule = \"%s\": %s", cadence->place,
                    cadence->rrule, reason->message);
        return NULL;
    }
    piece->shelf = shelf_read(cadence->folder, error);
    return piece->shelf ? g_steal_pointer(&piece) : NULL;
}

Repertoire *repertoire_load(Config *config, GError **error) {
    g_autoptr(Repertoire) repertoire = g_new0(Repertoire, 1);
    g_atomic_ref_count_init(&repertoire->references);
    repertoire->config = config_ref(config);
    repertoire->pieces = g_ptr_array_new_with_free_func(piece_free);
    for (guint i = 0; i < config->cadences->len; i++) {
        Piece *piece = piece_new(config->cadences->pdata[i], error);
        if (!piece)
            return NULL;
        g_ptr_array_add(repertoire->pieces, piece);
    }
    return g_steal_pointer(&repertoire);
}

Repertoire *repertoire_ref(Repertoire *repertoire) {
    g_atomic_ref_count_inc(&repertoire->references);
    return repertoire;
}

void repertoire_unref(Repertoire *repertoire) {
    if (!g_atomic_ref_count_dec(&repertoire->references))
        return;
    g_ptr_array_unref(repertoire->pieces);
    config_unref(repertoire->config);
    g_free(repertoire);
}

bool cadence_check(Config *config, GError **error) {
    g_autoptr(Repertoire) repertoire = repertoire_load(config, error);
    return repertoire != NULL;
}
