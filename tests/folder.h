/* A test's folder of files, and its end. */
#pragma once

#include <glib/gstdio.h>
#include <stdbool.h>

/* name may lead into folders below, which are made. */
static inline void folder_put(const char *folder, const char *name, const char *text) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;
    g_mkdir_with_parents(parent, 0700);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

/* With all that is in it. */
static inline void folder_remove(const char *path) {
    GDir *folder = g_dir_open(path, 0, NULL);
    for (const char *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree char *entry = g_build_filename(path, name, NULL);
        if (g_unlink(entry) != 0)
            folder_remove(entry);
    }
    g_clear_pointer(&folder, g_dir_close);
    g_rmdir(path);
}
