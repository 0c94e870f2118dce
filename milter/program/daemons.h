/* The daemons that the store knows of, seen from this host. */
#pragma once

#include "store/store.h"

/* The process is there and is that program: a pid that the system gave to another program since is nobody's. */
bool daemon_runs(const Daemon *daemon);
/* How many of these (of Daemon) have that name and run. */
guint daemons_running(const GPtrArray *daemons, const char *name);
