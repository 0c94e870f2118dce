/* Test data that nobody here wrote: it lies in ../shared/data, or where $CADENCE_SHARED says. The tests need none of
 * it. */
#pragma once

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The path of a file or folder of it; NULL and a word about it where it is not there. */
static inline char *shared_data(const char *name) {
    const char *shared = g_getenv("CADENCE_SHARED");
    char *path = g_build_filename(shared ? shared : "../shared", "data", name, NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return path;
    print_message("skipped: no %s\n", path);
    g_free(path);
    return NULL;
}

/* skip() leaves by longjmp(3), past all that would be freed: to be called before there is any such thing. */
static inline char *shared_data_or_skip(const char *name) {
    char *path = shared_data(name);
    if (!path)
        skip();
    return path;
}
