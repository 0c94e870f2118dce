/* What was worked out of a text and is worth keeping for when the text comes again: the same letter goes to a hundred
 * thousand customers. Bounded in bytes; what was not asked for longest goes first. Shared by all threads. */
#pragma once

#include <glib.h>

typedef struct Recent Recent;

/* Values are counted by reference, from any thread: reference returns the value it is given. bytes: how many all
 * entries may take together; one alone may take a quarter of them. */
Recent *recent_new(gsize bytes, gpointer (*reference)(gpointer value), GDestroyNotify release);
void recent_free(Recent *recent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recent, recent_free)

/* What a value is kept under: any bytes, and which of the things that can be worked out of them it is. */
typedef struct {
    int kind;
    const char *bytes;
    gsize length;
} RecentKey;

/* A reference of what was kept; NULL: nothing, or no longer. */
gpointer recent_find(Recent *recent, const RecentKey *key);
/* Keeps a reference, and a copy of the key's bytes. size: the bytes that the value takes. Where another thread was
 * faster, its value stays. */
void recent_keep(Recent *recent, const RecentKey *key, gpointer value, gsize size);
