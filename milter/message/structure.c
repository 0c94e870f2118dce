/* What is read of a body with one text of a kind, as nearly all have, is that text itself. */
#include "structure.h"

/* Adds a part's text to what is read of its kind. */
static void read_part(const Part *part, const char **text, gsize *length, GString **joined) {
    if (*text == NULL) {
        *text = part->text;
        *length = part->length;
        return;
    }
    if (*joined == NULL)
        *joined = g_string_new_len(*text, (gssize)*length);
    g_string_append_c(*joined, '\n');
    g_string_append_len(*joined, part->text, (gssize)part->length);
    *text = (*joined)->str;
    *length = (*joined)->len;
}

static void read_parts(Structure *structure) {
    MessageReading *reading = &structure->reading;
    for (guint i = 0; i < structure->parts->len; i++) {
        const Part *part = structure->parts->pdata[i];
        if (part->place == PLACE_HTML)
            read_part(part, &reading->html, &reading->html_length, &structure->html);
        else
            read_part(part, &reading->plain, &reading->plain_length, &structure->plain);
    }
}

Structure *structure_new(const Entity *entity) {
    Structure *structure = g_atomic_rc_box_new0(Structure);
    structure->entity = *entity;
    structure->entity.bytes = g_bytes_ref(entity->bytes);
    structure->parts = g_ptr_array_new_with_free_func(part_free);
    structure->sealed = part_collect(entity, structure->parts);
    read_parts(structure);
    return structure;
}

Structure *structure_ref(Structure *structure) {
    return g_atomic_rc_box_acquire(structure);
}

static void clear(gpointer data) {
    Structure *structure = data;
    entity_clear(&structure->entity);
    g_ptr_array_unref(structure->parts);
    if (structure->plain != NULL)
        g_string_free(structure->plain, TRUE);
    if (structure->html != NULL)
        g_string_free(structure->html, TRUE);
}

void structure_unref(Structure *structure) {
    g_atomic_rc_box_release_full(structure, clear);
}

/* ---- memory ---- */

#define MEMORY_BYTES (8 << 20)
#define PART_BYTES 1024 /* that a part takes beside its text, about */

static gpointer reference(gpointer structure) {
    return structure_ref(structure);
}

static void release(gpointer structure) {
    structure_unref(structure);
}

Recent *message_memory_new(void) {
    return recent_new(MEMORY_BYTES, reference, release);
}

/* Each text is there as it came, without its transfer encoding, and as UTF-8. */
static gsize size_of(const Structure *structure) {
    return 3 * g_bytes_get_size(structure->entity.bytes) + structure->parts->len * PART_BYTES;
}

Structure *structure_of(const Entity *entity, Recent *memory) {
    RecentKey key = {.kind = entity->whole};
    key.bytes = g_bytes_get_data(entity->bytes, &key.length);
    Structure *structure = memory != NULL ? recent_find(memory, &key) : NULL;
    if (structure != NULL)
        return structure;
    structure = structure_new(entity);
    if (memory != NULL)
        recent_keep(memory, &key, structure, size_of(structure));
    return structure;
}
