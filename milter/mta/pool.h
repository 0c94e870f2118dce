/* Keeps libmilter's pool of workers from leaving sessions lying. */
#pragma once

#include <glib.h>

typedef struct Pool Pool;

/* socket is libmilter's own ("unix:/path"); of another kind nothing can be done for, and all else does nothing. */
Pool *pool_new(const char *socket);
void pool_free(Pool *pool);

/* To be told of every session that has sent a command, and of its end. */
void pool_session_begins(Pool *pool);
void pool_session_ends(Pool *pool);

/* Around what keeps a worker waiting. */
void pool_worker_waits(Pool *pool);
void pool_worker_goes_on(Pool *pool);
