/* A progress bar on stderr, where a person is looking at it; otherwise nothing. */
#pragma once

#include <glib.h>

typedef struct {
    guint64 total;
    int shown; /* percent; -1: no bar */
} Progress;

void progress_start(Progress *progress, guint64 total);
void progress_show(Progress *progress, guint64 done);
/* Wipes it out. */
void progress_end(Progress *progress);
