/* GMime reads every field that it is given, addresses and dates too, and that costs as much as finding the parts. So it
 * is given the Content- fields alone. That must not change what it finds: where a line of the header section is no
 * field, or nothing ends the section, GMime has its own idea of where the body begins, and gets all of the message. */
#include "entity.h"

#include <string.h>

#define CONTENT_PREFIX "Content-"

static bool is_content(const HeaderField *field) {
    return g_ascii_strncasecmp(field->name, CONTENT_PREFIX, strlen(CONTENT_PREFIX)) == 0;
}

/* Whether the fields are all that stands before an empty line. */
static bool is_well_formed(const GPtrArray *fields, gsize header_end, gsize body) {
    gsize at = 0;
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        if (field->start != at)
            return false;
        at = field->end;
    }
    return at == header_end && header_end < body;
}

static gsize content_length(const GPtrArray *fields) {
    gsize length = 0;
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        length += is_content(field) ? field->end - field->start : 0;
    }
    return length;
}

static GBytes *join(GBytes *raw, const GPtrArray *fields, gsize content, gsize header_end) {
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    char *joined = g_malloc(content + length - header_end), *at = joined;
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        if (is_content(field))
            at = mempcpy(at, bytes + field->start, field->end - field->start);
    }
    memcpy(at, bytes + header_end, length - header_end);
    return g_bytes_new_take(joined, content + length - header_end);
}

static GBytes *copy(GBytes *raw) {
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    return g_bytes_new(bytes, length);
}

Entity entity_of(GBytes *raw, const GPtrArray *fields, gsize header_end, gsize body) {
    if (!is_well_formed(fields, header_end, body))
        return (Entity){.bytes = copy(raw), .body = body, .whole = true};
    gsize content = content_length(fields);
    return (Entity){.bytes = join(raw, fields, content, header_end), .body = content + body - header_end};
}

void entity_clear(Entity *entity) {
    g_clear_pointer(&entity->bytes, g_bytes_unref);
}

const HeaderField *entity_field(const Entity *entity, const GPtrArray *fields, gsize start) {
    gsize at = 0;
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        if (!entity->whole && !is_content(field))
            continue;
        if ((entity->whole ? field->start : at) == start)
            return field;
        at += field->end - field->start;
    }
    return NULL;
}
