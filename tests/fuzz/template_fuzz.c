/* Mustache: a template, a partial and a value, with 0x1e between. Whatever they are, the two ways of rendering agree, a
 * header stays one line where the template is one, and a value in HTML leaves no more tags than another does. */
#include "fuzz.h"

#include "template/template.h"

#include <string.h>

#define SEPARATOR "\x1e"

static json_t *data(const char *value) {
    return json_pack("{s:s, s:s, s:[s, {s:s}, {s:s}], s:{s:s}, s:b, s:s, s:f}", "x", value, "p", "p", "l", value, "x",
                     value, "y", "z", "o", "x", value, "no", 0, "d", "2026-11-25T09:00:00+01:00", "n", 1234.5);
}

static gsize count(const char *text, char character) {
    gsize found = 0;
    for (; (text = strchr(text, character)); text++)
        found++;
    return found;
}

static char *rendered(const Template *template, GHashTable *partials, const char *value) {
    json_auto_t *values = data(value);
    TemplateContext context = {.printed = values, .partials = partials, .locale = "pl", .timezone = "Europe/Warsaw"};
    return template_render(template, &context, NULL);
}

static void ways_agree(const Template *template, GHashTable *partials, const char *text, const char *value) {
    json_auto_t *values = data(value);
    TemplateContext context = {.printed = values, .partials = partials, .plain = true};
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *whole = template_render(template, &context, missing);
    g_autoptr(GArray) splices = template_splices(template, &context, NULL);
    g_autoptr(GBytes) spliced = splices_apply(splices, text, strlen(text));
    gsize length = g_bytes_get_size(spliced);
    g_assert(length == strlen(whole) && (length == 0 || memcmp(g_bytes_get_data(spliced, NULL), whole, length) == 0));
}

/* Both values show something and name no partial, so the same sections are there. */
static void values_do_no_harm(const Template *template, GHashTable *partials, TemplateForm form, bool one_line,
                              const char *value) {
    g_autofree char *name = g_strconcat("Ann", value, NULL);
    g_autofree char *ours = rendered(template, partials, name);
    g_autofree char *ann = rendered(template, partials, "Ann");
    if (form == TEMPLATE_HEADER && one_line)
        g_assert(!strpbrk(ours, "\r\n"));
    if (form == TEMPLATE_HTML)
        g_assert(count(ours, '<') <= count(ann, '<') && count(ours, '>') <= count(ann, '>'));
}

static void run(TemplateForm form, const char *text, const char *partial, const char *value) {
    g_autoptr(GHashTable) partials =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template = template_compile(text, strlen(text), form, &error);
    Template *part = template_compile(partial, strlen(partial), form, NULL);
    if (part)
        g_hash_table_insert(partials, (char *)"p", part);
    g_assert((template == NULL) == (error != NULL));
    if (!template)
        return;
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) findings = template_lint(template);
    g_autoptr(GPtrArray) absent = template_absent_partials(template, partials);
    g_assert(findings && absent);
    template_collect_names(template, names);
    ways_agree(template, partials, text, value);
    values_do_no_harm(template, partials, form, !strpbrk(text, "\r\n") && !strpbrk(partial, "\r\n"), value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const TemplateForm forms[] = {TEMPLATE_TEXT, TEMPLATE_HTML, TEMPLATE_HEADER};
    g_autofree char *input = g_strndup((const char *)bytes, length);
    g_autofree char *valid = g_utf8_make_valid(input, -1);
    g_auto(GStrv) parts = g_strsplit(valid, SEPARATOR, 3);
    guint count_of_parts = g_strv_length(parts);
    const char *partial = count_of_parts > 1 ? parts[1] : "";
    const char *value = count_of_parts > 2 ? parts[2] : "<a b='c' d=\"e\">--></script>{{x}}";
    for (gsize i = 0; count_of_parts > 0 && i < G_N_ELEMENTS(forms); i++)
        run(forms[i], parts[0], partial, value);
    return 0;
}
