/* A test's folder of files, and its end. */
#pragma once

#include <glib/gstdio.h>
#include <stdbool.h>

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
