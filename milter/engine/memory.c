/* Everything here follows from the bytes of a text alone, never from who sent it or who gets it, nor from the
 * configuration: so it may be kept as long as there is room, and survives a reload. */
#include "memory.h"

#define TEMPLATES_BYTES (8 << 20)
#define LEFTOVERS_BYTES (4 << 20)
#define LEFTOVER_BYTES 160 /* that one takes: at most 120 between opening and closing */

static gpointer reference_template(gpointer template) {
    return template_ref(template);
}

static void release_template(gpointer template) {
    template_free(template);
}

static gpointer reference_array(gpointer array) {
    return g_ptr_array_ref(array);
}

static void release_array(gpointer array) {
    g_ptr_array_unref(array);
}

Memory *memory_new(void) {
    Memory *memory = g_new0(Memory, 1);
    memory->bodies = message_memory_new();
    memory->templates = recent_new(TEMPLATES_BYTES, reference_template, release_template);
    memory->leftovers = recent_new(LEFTOVERS_BYTES, reference_array, release_array);
    return memory;
}

void memory_free(Memory *memory) {
    if (!memory)
        return;
    recent_free(memory->bodies);
    recent_free(memory->templates);
    recent_free(memory->leftovers);
    g_free(memory);
}

static TemplateForm form_of(Place place) {
    return place == PLACE_SUBJECT ? TEMPLATE_HEADER : place == PLACE_HTML ? TEMPLATE_HTML : TEMPLATE_TEXT;
}

Template *memory_template(const Memory *memory, const MessageText *text, GError **error) {
    const TemplateForm form = form_of(text->place);
    const RecentKey key = {form, text->text, text->length};
    Template *template = recent_find(memory->templates, &key);
    if (template)
        return template;
    template = template_compile(text->text, text->length, form, error);
    if (template)
        recent_keep(memory->templates, &key, template, template_size(template));
    return template;
}

GPtrArray *memory_leftovers(const Memory *memory, const char *text, gsize length, const LeftoverText *kind) {
    const RecentKey key = {kind->html << 1 | kind->mustache, text, length};
    GPtrArray *found = recent_find(memory->leftovers, &key);
    if (found)
        return found;
    found = g_ptr_array_new_with_free_func(g_free);
    leftovers_find(text, length, kind, found);
    recent_keep(memory->leftovers, &key, found, found->len * LEFTOVER_BYTES);
    return found;
}
