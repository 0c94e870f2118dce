/* Everything of a folder is read and compiled when the configuration is, so that what is wrong in a text is said to the
 * admin who loads it, and not by a mail that never goes. */
#include "template/shelf.h"

#include "base/error.h"
#include "template/template.h"

#include <string.h>

#define FILE_MAX (1024 * 1024)
#define SUBJECT "Subject:"

static void text_free(gpointer data) {
    ShelfText *text = data;
    g_free(text->locale);
    g_free(text->subject);
    g_free(text->text);
    g_free(text->html);
    g_free(text);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShelfText, text_free)

void shelf_free(Shelf *shelf) {
    if (!shelf)
        return;
    g_ptr_array_unref(shelf->texts);
    g_free(shelf);
}

static bool refuse(const char *path, int line, const char *found, const char *expected, GError **error) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%d: %s was found, %s was expected", path, line, found,
                expected);
    return false;
}

/* ---- one file ---- */

/* Newlines become "\n". */
static char *read_file(const char *path, GError **error) {
    g_autofree char *bytes = NULL;
    gsize length;
    g_autoptr(GError) reason = NULL;
    if (!g_file_get_contents(path, &bytes, &length, &reason)) {
        refuse(path, 1, reason->message, "a readable file", error);
        return NULL;
    }
    if (length > FILE_MAX || !g_utf8_validate(bytes, (gssize)length, NULL)) {
        refuse(path, 1, "another kind of file", "UTF-8 text of at most 1 MiB", error);
        return NULL;
    }
    g_auto(GStrv) lines = g_strsplit(bytes, "\r\n", -1);
    return g_strjoinv("\n", lines);
}

/* line: where in the file the text begins. */
static bool check_template(const char *path, int line, const char *text, TemplateForm form, GError **error) {
    g_autoptr(GError) reason = NULL;
    g_autoptr(Template) template = template_compile(text, strlen(text), form, &reason);
    if (template && !template_has_section(template, "sales"))
        return true;
    if (template)
        return refuse(path, line, "a {{#sales}} section", "relational text", error);
    g_autofree char *expected = g_strdup_printf("a template (counted from here, %s)", reason->message);
    return refuse(path, line, "a broken tag", expected, error);
}

static bool split_subject(const char *path, const char *file, ShelfText *text, GError **error) {
    const char *end = strchr(file, '\n');
    if (!g_str_has_prefix(file, SUBJECT) || !end)
        return refuse(path, 1, "another first line", "\"Subject: \" and the subject", error);
    if (end[1] != '\n')
        return refuse(path, 2, "text", "an empty line", error);
    text->subject = g_strstrip(g_strndup(file + strlen(SUBJECT), (gsize)(end - file) - strlen(SUBJECT)));
    text->text = g_strdup(end + 2);
    return (*text->subject || refuse(path, 1, "an empty subject", "a subject", error)) &&
           check_template(path, 1, text->subject, TEMPLATE_HEADER, error) &&
           check_template(path, 3, text->text, TEMPLATE_TEXT, error);
}

static bool read_html(const char *folder, ShelfText *text, GError **error) {
    g_autofree char *name = g_strconcat(text->locale, ".html", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    text->html = read_file(path, error);
    return text->html && check_template(path, 1, text->html, TEMPLATE_HTML, error);
}

static ShelfText *read_text(const char *folder, const char *name, GError **error) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *file = read_file(path, error);
    g_autoptr(ShelfText) text = g_new0(ShelfText, 1);
    text->locale = g_strndup(name, strlen(name) - strlen(".txt"));
    if (!file || !split_subject(path, file, text, error) || !read_html(folder, text, error))
        return NULL;
    return g_steal_pointer(&text);
}

/* ---- the folder ---- */

static int compare_texts(gconstpointer a, gconstpointer b) {
    return strcmp((*(ShelfText *const *)a)->locale, (*(ShelfText *const *)b)->locale);
}

Shelf *shelf_read(const char *folder, GError **error) {
    g_autoptr(Shelf) shelf = g_new0(Shelf, 1);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    shelf->texts = g_ptr_array_new_with_free_func(text_free);
    for (const char *name; entries && (name = g_dir_read_name(entries));) {
        ShelfText *text = NULL;
        if (*name == '.' || !g_str_has_suffix(name, ".txt"))
            continue;
        if (!(text = read_text(folder, name, error)))
            return NULL;
        g_ptr_array_add(shelf->texts, text);
    }
    if (shelf->texts->len == 0) {
        refuse(folder, 1, "no text", "a folder with a file LOCALE.txt, such as en.txt,", error);
        return NULL;
    }
    g_ptr_array_sort(shelf->texts, compare_texts);
    return g_steal_pointer(&shelf);
}

static bool is_locale(const char *name, const char *locale, gsize length) {
    for (gsize i = 0; i < length; i++) {
        char a = name[i] == '_' ? '-' : g_ascii_tolower(name[i]);
        char b = locale[i] == '_' ? '-' : g_ascii_tolower(locale[i]);
        if (a != b)
            return false;
    }
    return name[length] == '\0';
}

/* The locale itself, then without its last part, and so on. */
static const ShelfText *find_text(const Shelf *shelf, const char *locale) {
    for (gsize length = strlen(locale); length > 0; length--) {
        if (locale[length] != '\0' && !strchr("-_", locale[length]))
            continue;
        for (guint i = 0; i < shelf->texts->len; i++) {
            const ShelfText *text = shelf->texts->pdata[i];
            if (is_locale(text->locale, locale, length))
                return text;
        }
    }
    return NULL;
}

const ShelfText *shelf_text(const Shelf *shelf, const char *locale, const char *fallback) {
    const ShelfText *text = find_text(shelf, locale);
    if (!text)
        text = find_text(shelf, fallback);
    return text ? text : shelf->texts->pdata[0];
}
