/* Counted by reference beside its configuration: a pass of the planner plays from one repertoire to its end, whatever
 * is reloaded meanwhile. */
#include "repertoire.h"

#include "base/error.h"
#include "engine/cadence.h"

static void piece_free(gpointer data) {
    Piece *piece = data;
    g_clear_pointer(&piece->rule, recurrence_free);
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
    return g_steal_pointer(&piece);
}

static bool load_pieces(Repertoire *repertoire, GError **error) {
    const GPtrArray *cadences = repertoire->config->cadences;
    repertoire->pieces = g_ptr_array_new_with_free_func(piece_free);
    for (guint i = 0; i < cadences->len; i++) {
        Piece *piece = piece_new(cadences->pdata[i], error);
        if (!piece)
            return false;
        g_ptr_array_add(repertoire->pieces, piece);
    }
    return true;
}

bool repertoire_add(Shelf *shelf, const TemplateFolder *folder, GError **error) {
    bool sales = folder->class == TEMPLATE_CLASS_SALES || folder->class == TEMPLATE_CLASS_MIXED;
    return shelf_add(shelf, folder->name, folder->path, sales, error);
}

Shelf *repertoire_partials(const Config *config, GError **error) {
    g_autofree char *folder = g_build_filename(config->templates_path, TEMPLATES_PARTIALS, NULL);
    return shelf_new(folder, error);
}

static bool load_shelf(Repertoire *repertoire, GError **error) {
    GHashTableIter iterator;
    gpointer folder;
    if (!(repertoire->shelf = repertoire_partials(repertoire->config, error)))
        return false;
    g_hash_table_iter_init(&iterator, repertoire->config->templates);
    while (g_hash_table_iter_next(&iterator, NULL, &folder))
        if (!repertoire_add(repertoire->shelf, folder, error))
            return false;
    return true;
}

Repertoire *repertoire_load(Config *config, GError **error) {
    g_autoptr(Repertoire) repertoire = g_new0(Repertoire, 1);
    g_atomic_ref_count_init(&repertoire->references);
    repertoire->config = config_ref(config);
    return load_pieces(repertoire, error) && load_shelf(repertoire, error) ? g_steal_pointer(&repertoire) : NULL;
}

Repertoire *repertoire_ref(Repertoire *repertoire) {
    g_atomic_ref_count_inc(&repertoire->references);
    return repertoire;
}

void repertoire_unref(Repertoire *repertoire) {
    if (!g_atomic_ref_count_dec(&repertoire->references))
        return;
    g_clear_pointer(&repertoire->pieces, g_ptr_array_unref);
    shelf_free(repertoire->shelf);
    config_unref(repertoire->config);
    g_free(repertoire);
}

bool cadence_check(Config *config, GError **error) {
    g_autoptr(Repertoire) repertoire = repertoire_load(config, error);
    return repertoire != NULL;
}
