/* Splices: what we change in somebody's mail is put into their bytes by offset, so that all other bytes stay identical.
 */
#include "base/splice.h"

#include <string.h>

static void splice_clear(gpointer splice) {
    g_free(((Splice *)splice)->text);
}

GArray *splices_new(void) {
    GArray *splices = g_array_new(FALSE, FALSE, sizeof(Splice));
    g_array_set_clear_func(splices, splice_clear);
    return splices;
}

void splices_add(GArray *splices, gsize start, gsize end, const char *text, gsize length) {
    g_assert(start <= end);
    g_assert(splices->len == 0 || g_array_index(splices, Splice, splices->len - 1).end <= start);
    Splice splice = {start, end, length > 0 ? g_strndup(text, length) : g_strdup("")};
    g_array_append_val(splices, splice);
}

static void append(GByteArray *out, const char *bytes, gsize start, gsize end) {
    g_assert(end - start <= G_MAXUINT - out->len);
    if (end > start)
        g_byte_array_append(out, (const guint8 *)bytes + start, (guint)(end - start));
}

static gsize replaced_length(const GArray *splices, gsize length) {
    for (guint i = 0; i < splices->len; i++) {
        const Splice *splice = &g_array_index(splices, Splice, i);
        length += strlen(splice->text) - (splice->end - splice->start);
    }
    return length;
}

GBytes *splices_apply(const GArray *splices, const char *bytes, gsize length) {
    GByteArray *out = g_byte_array_sized_new((guint)MIN(replaced_length(splices, length), G_MAXUINT));
    gsize done = 0;
    for (guint i = 0; i < splices->len; i++) {
        const Splice *splice = &g_array_index(splices, Splice, i);
        g_assert(done <= splice->start && splice->end <= length);
        append(out, bytes, done, splice->start);
        append(out, splice->text, 0, strlen(splice->text));
        done = splice->end;
    }
    append(out, bytes, done, length);
    return g_byte_array_free_to_bytes(out);
}
