/* Header edits and body travel apart, because a milter has to tell Postfix each of them. What is filled in is first
 * worked out for every text and only then put into the Rewrite, so that a part that cannot be changed leaves nothing
 * half done. */
#include "message/rewrite.h"

#include "edit.h"
#include "fill.h"
#include "part.h"
#include "subject.h"

#include "base/error.h"

#include <string.h>

#define REQUEST_PREFIX "Cadence-"

static void edit_free(gpointer data) {
    HeaderEdit *edit = data;
    g_free(edit->name);
    g_free(edit->value);
    g_free(edit);
}

static HeaderEdit *edit_new(const char *name, int index, char *value) {
    HeaderEdit *edit = g_new0(HeaderEdit, 1);
    edit->name = g_strdup(name);
    edit->index = index;
    edit->value = value;
    return edit;
}

Rewrite *rewrite_new(void) {
    Rewrite *rewrite = g_new0(Rewrite, 1);
    rewrite->headers = g_ptr_array_new_with_free_func(edit_free);
    return rewrite;
}

void rewrite_free(Rewrite *rewrite) {
    if (rewrite == NULL)
        return;
    g_ptr_array_unref(rewrite->headers);
    g_clear_pointer(&rewrite->body, g_bytes_unref);
    g_free(rewrite);
}

static void add_edit(Rewrite *rewrite, HeaderEdit *edit) {
    guint at = rewrite->headers->len;
    while (edit->index > 0 && at > 0 && ((HeaderEdit *)g_ptr_array_index(rewrite->headers, at - 1))->index == 0)
        at--;
    g_ptr_array_insert(rewrite->headers, (gint)at, edit);
}

void edit_add(Rewrite *rewrite, const char *name, int index, char *value) {
    add_edit(rewrite, edit_new(name, index, value));
}

void rewrite_strip_requests(Rewrite *rewrite, const Message *message) {
    const GPtrArray *fields = message_fields(message);
    for (guint i = fields->len; i > 0; i--) {
        const HeaderField *field = g_ptr_array_index(fields, i - 1);
        if (g_ascii_strncasecmp(field->name, REQUEST_PREFIX, strlen(REQUEST_PREFIX)) == 0)
            edit_add(rewrite, field->name, field->index, NULL);
    }
}

void rewrite_join(Rewrite *rewrite, const Rewrite *other) {
    g_assert(rewrite->body == NULL || other->body == NULL);
    for (guint i = 0; i < other->headers->len; i++) {
        const HeaderEdit *edit = g_ptr_array_index(other->headers, i);
        edit_add(rewrite, edit->name, edit->index, g_strdup(edit->value));
    }
    if (other->body != NULL)
        rewrite->body = g_bytes_ref(other->body);
}

void rewrite_append(Rewrite *rewrite, const char *name, const char *value) {
    for (const char *p = value; *p != '\0'; p++)
        g_assert(g_ascii_isprint(*p));
    edit_add(rewrite, name, 0, g_strconcat(" ", value, NULL));
}

/* A rewrite in the making: edits of the header, and the new body as far as it is written. */
typedef struct {
    Message *message;
    const char *bytes, *newline;
    GPtrArray *edits; /* of HeaderEdit */
    GString *body;
    gsize done; /* the message's bytes up to here are in the body */
    GError **error;
} Work;

static void copy_to(Work *work, gsize offset) {
    g_string_append_len(work->body, work->bytes + work->done, (gssize)(offset - work->done));
    work->done = offset;
}

/* Text in milter form in the message's newlines. */
static void append_lines(GString *out, const char *text, const char *newline) {
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            g_string_append(out, newline);
        else
            g_string_append_c(out, *text);
    }
}

static void append_field(GString *out, const char *name, const char *value, const char *newline) {
    g_string_append(out, name);
    g_string_append_c(out, ':');
    append_lines(out, value, newline);
    g_string_append(out, newline);
}

/* Takes the value. */
static void set_top_field(Work *work, const HeaderField *old, const char *name, char *value) {
    const HeaderField *field = old != NULL ? message_field_of_part(work->message, old) : NULL;
    g_ptr_array_add(work->edits, edit_new(field != NULL ? field->name : name, field != NULL ? field->index : 0, value));
}

static void set_top_fields(Work *work, const Part *part, const Filled *filled) {
    if (filled->utf8)
        set_top_field(work, part->type, "Content-Type", fill_type_value(part->type));
    if (filled->encoding != NULL)
        set_top_field(work, part->encoding, "Content-Transfer-Encoding", fill_encoding_value(filled));
    if (message_header(work->message, "MIME-Version") == NULL)
        set_top_field(work, NULL, "MIME-Version", g_strdup(" 1.0"));
}

/* Where a field may be added to a part's header: before the empty line that ends it. */
static bool find_header_end(const Work *work, const Part *part, gsize *end) {
    gsize at = message_offset(work->message, part->start);
    if (at == 0 || work->bytes[at - 1] != '\n')
        return false;
    at -= at > 1 && work->bytes[at - 2] == '\r' ? 2 : 1;
    *end = at;
    return at > 0 && work->bytes[at - 1] == '\n' && at >= work->done;
}

static void replace_field(Work *work, const HeaderField *old, const char *value) {
    copy_to(work, message_offset(work->message, old->start));
    append_field(work->body, old->name, value, work->newline);
    work->done = message_offset(work->message, old->end);
}

static bool stands_before(const Work *work, const HeaderField *field, gsize end) {
    return field == NULL || (message_offset(work->message, field->start) >= work->done &&
                             message_offset(work->message, field->end) <= end);
}

/* The fields of a part inside the body: those that stand there first, in their order, then what is missing. */
static bool set_inner_fields(Work *work, const Part *part, const Filled *filled, gsize end) {
    g_autofree char *type = filled->utf8 ? fill_type_value(part->type) : NULL;
    g_autofree char *encoding = filled->encoding != NULL ? fill_encoding_value(filled) : NULL;
    if (!stands_before(work, part->type, end) || !stands_before(work, part->encoding, end))
        return false;
    bool type_stands = type != NULL && part->type != NULL, encoding_stands = encoding != NULL && part->encoding != NULL;
    bool type_first = type_stands && (!encoding_stands || part->type->start < part->encoding->start);
    if (type_first)
        replace_field(work, part->type, type);
    if (encoding_stands)
        replace_field(work, part->encoding, encoding);
    if (type_stands && !type_first)
        replace_field(work, part->type, type);
    copy_to(work, end);
    if (type != NULL && !type_stands)
        append_field(work->body, "Content-Type", type, work->newline);
    if (encoding != NULL && !encoding_stands)
        append_field(work->body, "Content-Transfer-Encoding", encoding, work->newline);
    return true;
}

static bool set_fields(Work *work, const Part *part, const Filled *filled) {
    gsize end = 0;
    if (!part->top && !find_header_end(work, part, &end))
        return false;
    if (!filled->utf8 && filled->encoding == NULL)
        return true;
    if (!part->fields_found)
        return false;
    if (!part->top)
        return set_inner_fields(work, part, filled, end);
    set_top_fields(work, part, filled);
    return true;
}

/* An empty part may have the boundary right behind its header; a text in it needs a newline of its own. */
static void end_inner_part(Work *work, const Part *part) {
    gsize end = work->done;
    bool open = !part->top && part->start == part->end && end < g_bytes_get_size(message_raw(work->message));
    if (open && work->bytes[end] != '\r' && work->bytes[end] != '\n')
        g_string_append(work->body, work->newline);
}

static bool fill_body(Work *work, const Part *part, const GArray *splices) {
    g_auto(Filled) filled = {NULL, NULL, false};
    gsize start = message_offset(work->message, part->start);
    const char *body = work->bytes + start;
    if (!fill_part(part, body, splices, work->newline, &filled, work->error))
        return false;
    if (start < work->done || !set_fields(work, part, &filled)) {
        g_set_error_literal(work->error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                            "a text part cannot be filled in, as its header is malformed");
        return false;
    }
    copy_to(work, start);
    gsize length;
    const char *bytes = g_bytes_get_data(filled.body, &length);
    g_string_append_len(work->body, bytes != NULL ? bytes : "", (gssize)length);
    work->done = message_offset(work->message, part->end);
    end_inner_part(work, part);
    return true;
}

static void fill_subject(Work *work, const GArray *splices) {
    const GPtrArray *fields = message_fields(work->message);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(fields, i);
        if (g_ascii_strcasecmp(field->name, "Subject") == 0) {
            g_ptr_array_add(work->edits, edit_new(field->name, field->index, subject_fill(field->raw, splices)));
            return;
        }
    }
}

static bool fill_texts(Work *work, GArray *const *splices) {
    const GPtrArray *texts = message_texts(work->message), *parts = message_parts(work->message);
    for (guint i = 0; i < texts->len; i++) {
        const MessageText *text = g_ptr_array_index(texts, i);
        if (splices[i] == NULL || splices[i]->len == 0)
            continue;
        if (text->part == TEXT_IS_SUBJECT)
            fill_subject(work, splices[i]);
        else if (!fill_body(work, g_ptr_array_index(parts, text->part), splices[i]))
            return false;
    }
    return true;
}

static void add_edits(Work *work, Rewrite *rewrite) {
    g_ptr_array_set_free_func(work->edits, NULL);
    for (guint i = 0; i < work->edits->len; i++)
        add_edit(rewrite, g_ptr_array_index(work->edits, i));
}

/* Completes the body; false where it stays as it is. */
static bool finish_body(Work *work) {
    bool changed = work->done > message_body_start(work->message) || work->body->len > 0;
    if (changed)
        copy_to(work, g_bytes_get_size(message_raw(work->message)));
    return changed;
}

bool rewrite_fill(Rewrite *rewrite, Message *message, GArray *const *splices, GError **error) {
    g_assert(!message_is_sealed(message) && rewrite->body == NULL);
    g_autoptr(GPtrArray) edits = g_ptr_array_new_with_free_func(edit_free);
    g_autoptr(GString) body = g_string_sized_new(g_bytes_get_size(message_raw(message)));
    Work work = {.message = message,
                 .bytes = g_bytes_get_data(message_raw(message), NULL),
                 .newline = message_newline(message),
                 .edits = edits,
                 .body = body,
                 .done = message_body_start(message),
                 .error = error};
    if (!fill_texts(&work, splices))
        return false;
    add_edits(&work, rewrite);
    if (finish_body(&work))
        rewrite->body = g_string_free_to_bytes(g_steal_pointer(&body));
    return true;
}

static char *edit_key(const char *name, int index) {
    g_autofree char *lower = g_ascii_strdown(name, -1);
    return g_strdup_printf("%s:%d", lower, index);
}

/* Edits of fields that stand in the message, by name and index. */
static GHashTable *index_edits(const Rewrite *rewrite) {
    GHashTable *edits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < rewrite->headers->len; i++) {
        HeaderEdit *edit = g_ptr_array_index(rewrite->headers, i);
        if (edit->index > 0)
            g_hash_table_replace(edits, edit_key(edit->name, edit->index), edit);
    }
    return edits;
}

static void apply_edits(const Rewrite *rewrite, Work *work) {
    g_autoptr(GHashTable) edits = index_edits(rewrite);
    const GPtrArray *fields = message_fields(work->message);
    for (guint i = 0; i < fields->len && g_hash_table_size(edits) > 0; i++) {
        const HeaderField *field = g_ptr_array_index(fields, i);
        g_autofree char *key = edit_key(field->name, field->index);
        const HeaderEdit *edit = g_hash_table_lookup(edits, key);
        if (edit == NULL)
            continue;
        copy_to(work, field->start);
        if (edit->value != NULL)
            append_field(work->body, field->name, edit->value, work->newline);
        work->done = field->end;
    }
}

static void end_line(Work *work) {
    if (work->body->len > 0 && work->body->str[work->body->len - 1] != '\n')
        g_string_append(work->body, work->newline);
}

static void append_edits(const Rewrite *rewrite, Work *work) {
    for (guint i = 0; i < rewrite->headers->len; i++) {
        const HeaderEdit *edit = g_ptr_array_index(rewrite->headers, i);
        if (edit->index == 0) {
            end_line(work);
            append_field(work->body, edit->name, edit->value, work->newline);
        }
    }
}

/* The empty line, made where the message has none, and the new body. */
static void append_body(const Rewrite *rewrite, Work *work) {
    gsize length, body = message_body_start(work->message);
    const char *bytes = g_bytes_get_data(rewrite->body, &length);
    if (work->done < body) {
        copy_to(work, body);
    } else if (length > 0) {
        end_line(work);
        g_string_append(work->body, work->newline);
    }
    g_string_append_len(work->body, bytes != NULL ? bytes : "", (gssize)length);
}

GBytes *rewrite_apply(const Rewrite *rewrite, const Message *message) {
    gsize length;
    const char *bytes = g_bytes_get_data(message_raw(message), &length);
    g_autoptr(GString) out = g_string_sized_new(length + 1024);
    Work work = {.message = (Message *)message, .bytes = bytes, .newline = message_newline(message), .body = out};
    apply_edits(rewrite, &work);
    copy_to(&work, message_header_end(message));
    append_edits(rewrite, &work);
    if (rewrite->body != NULL)
        append_body(rewrite, &work);
    else
        copy_to(&work, length);
    return g_bytes_new(out->str, out->len);
}
