/* Tab-separated values without quotes: a field ends at a tab and at nothing else. */
#include "program/labelled.h"

#include "files.h"
#include "program/arguments.h"

#include <string.h>

#define INDEX_BYTES_MAX (64 * 1024 * 1024)

typedef struct {
    int path, label, language, group, subject; /* columns, -1: none */
} Columns;

static void labelled_free(gpointer data) {
    LabelledMessage *message = data;
    g_free(message->path);
    g_free(message->language);
    g_free(message->group);
    g_free(message->subject);
    g_free(message->source);
    g_free(message);
}

GPtrArray *labelled_new(void) {
    return g_ptr_array_new_with_free_func(labelled_free);
}

static int column_of(char *const *names, const char *name) {
    for (int i = 0; names[i]; i++) {
        if (g_str_equal(names[i], name))
            return i;
    }
    return -1;
}

static bool read_columns(const char *line, Columns *columns) {
    g_auto(GStrv) names = g_strsplit(line, "\t", -1);
    *columns = (Columns){column_of(names, "path"), column_of(names, "label"), column_of(names, "lang"),
                         column_of(names, "group"), column_of(names, "subject")};
    return columns->path >= 0 && columns->label >= 0;
}

static char *field(char *const *fields, int column, const char *fallback) {
    return g_strdup(column >= 0 && column < (int)g_strv_length((char **)fields) ? fields[column] : fallback);
}

static char *source_of(const char *path) {
    g_autofree char *name = g_path_get_basename(path);
    return g_strndup(name, strcspn(name, "-"));
}

static void read_row(const char *folder, const Columns *columns, const char *line, GPtrArray *messages) {
    g_auto(GStrv) fields = g_strsplit(line, "\t", -1);
    g_autofree char *label = field(fields, columns->label, "");
    MailClass class;
    if (!class_parse(label, &class))
        return;
    LabelledMessage *message = g_new0(LabelledMessage, 1);
    g_autofree char *path = field(fields, columns->path, "");
    message->path = g_build_filename(folder, path, NULL);
    message->language = field(fields, columns->language, "");
    message->group = field(fields, columns->group, path);
    message->subject = field(fields, columns->subject, "");
    message->source = source_of(path);
    message->class = class;
    g_ptr_array_add(messages, message);
}

bool labelled_read(const char *folder, GPtrArray *messages, GError **error) {
    g_autofree char *path = g_build_filename(folder, "index.tsv", NULL);
    g_autoptr(GBytes) bytes = file_read(path, INDEX_BYTES_MAX, error);
    if (!bytes)
        return false;
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(data ? data : "", length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Columns columns;
    if (!lines[0] || !read_columns(g_strchomp(lines[0]), &columns)) {
        usage_error(error, "%s:1: expected a header row with the columns path and label, with tabs between", path);
        return false;
    }
    for (char **line = lines + 1; *line; line++) {
        g_strchomp(*line);
        if (**line)
            read_row(folder, &columns, *line, messages);
    }
    return true;
}
