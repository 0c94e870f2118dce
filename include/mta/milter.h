/* The milter session: libmilter's callbacks around engine_judge, in three steps: collect, judge, apply. */
#pragma once

#include "engine/engine.h"

/* Serves until SIGTERM, SIGINT or SIGHUP (libmilter stops at each of them). `ready` is called when the socket listens.
 * False with an error where the socket cannot be had. To be called once in a process. */
bool milter_serve(Engine *engine, void (*ready)(gpointer user), gpointer user, GError **error);
