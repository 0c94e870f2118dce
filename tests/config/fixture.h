/* A configuration in a folder of its own, which goes with the test. */
#pragma once

#include "../folder.h"
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY (24 * 3600)

typedef struct {
    char *folder, *main, *other;
} Place;

static inline int set_up(void **state) {
    Place *place = g_new(Place, 1);
    place->folder = g_dir_make_tmp("cadence-config-XXXXXX", NULL);
    assert_non_null(place->folder);
    place->main = g_build_filename(place->folder, "cadence.conf", NULL);
    place->other = g_build_filename(place->folder, "other.conf", NULL);
    *state = place;
    return 0;
}

static inline int tear_down(void **state) {
    Place *place = *state;
    folder_remove(place->folder);
    g_free(place->main);
    g_free(place->other);
    g_free(place->folder);
    g_free(place);
    return 0;
}

static inline void write_file(const char *path, const char *text) {
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline Config *load_file(const char *path) {
    g_autoptr(GError) error = NULL;
    Config *config = config_load(path, &error);
    if (!config)
        fail_msg("%s", error->message);
    return config;
}

static inline Config *load(const Place *place, const char *text) {
    write_file(place->main, text);
    return load_file(place->main);
}
