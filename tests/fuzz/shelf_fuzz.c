/* A folder of templates: its settings, a text and a page, with 0x1e between. It is read or refused with its place. */
#include "fuzz.h"

#include "../folder.h"

#include "config/config.h"
#include "template/shelf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEPARATOR "\x1e"

static char *folder;

static void remove_folder(void) {
    folder_remove(folder);
}

static void prepare(void) {
    if (folder)
        return;
    folder = g_strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/cadence-fuzz-XXXXXX" : "/tmp/cadence-fuzz-XXXXXX");
    if (!g_mkdtemp(folder))
        abort();
    atexit(remove_folder);
    folder_put(folder, "cadence.conf", "templates = \"templates\"\ntopic \"loans\" { class = \"sales\" }\n");
}

static void put(const char *name, const char *text) {
    folder_put(folder, name, text ? text : "");
}

static void load_settings(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, "cadence.conf", NULL);
    g_autoptr(Config) config = config_load(path, &error);
    g_assert(config ? config_template(config, "offer") != NULL : strstr(error->message, "template.conf:") != NULL);
}

static void load_texts(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, "templates", "offer", NULL);
    g_autoptr(Shelf) shelf = shelf_new("/nonexistent", NULL);
    if (!shelf_add(shelf, "offer", path, true, &error)) {
        g_assert(strstr(error->message, path) != NULL);
        return;
    }
    g_autoptr(GPtrArray) findings = shelf_lint(shelf_template(shelf, "offer"));
    const ShelfText *text = shelf_text(shelf_template(shelf, "offer"), (const char *[]){"en-GB", NULL});
    g_assert(text && text->subject && text->text && findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autofree char *input = g_strndup((const char *)bytes, length);
    g_auto(GStrv) parts = g_strsplit(input, SEPARATOR, 3);
    guint count = g_strv_length(parts);
    prepare();
    put("templates/offer/template.conf", parts[0]);
    put("templates/offer/en.txt", count > 1 ? parts[1] : NULL);
    put("templates/offer/en.html", count > 2 ? parts[2] : NULL);
    load_settings();
    load_texts();
    return 0;
}
