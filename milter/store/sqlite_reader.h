/* Connections for reading, lent to any thread for one verb. */
#pragma once

#include "sqlite_connection.h"

#define READERS_MAX 8 /* connections at a time; who comes later waits */

typedef struct Readers Readers;

typedef struct {
    Readers *pool;
    Connection *connection;
    bool held; /* by a view, whose end gives it back */
} Reader;

Readers *readers_new(const char *path);
void readers_free(Readers *readers); /* none may be lent */

/* A ready connection; NULL with TEMPORARY where the store cannot be reached. */
Reader *readers_take(Readers *readers, GError **error);
void reader_give_back(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_give_back)

/* For one thread: its one connection sees one moment of the store, from the first take to the view's end. */
Readers *readers_view(Readers *readers);
void readers_view_end(Readers *view);
