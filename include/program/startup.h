/* What the two daemons have in common: options, configuration, user, store, key, reload, readiness. */
#pragma once

#include "engine/engine.h"
#include "program/status.h"

typedef struct {
    const char *program;
    const char *config_path;
    bool once; /* cadence-planner --once */
    Instant started;
    Store *store;
    Secret secret;
    Engine *engine;
    /* Called every fifteen seconds, and at the beginning, from the thread that startup_watch_reload starts; NULL:
     * nothing. */
    void (*now_and_then)(Engine *engine);
    char *asked;    /* hash of the configuration under which held mail was asked; NULL: not since the start */
    GThread *watch; /* that thread */
    gint stopping;  /* atomic */
    struct Troubles *troubles;
} Startup;

/* Reads -c FILE, -V, --help and, where has_once, --once; loads the configuration, becomes its user, opens store and
 * key. False: the program ends with *status; everything has been said. */
bool startup_begin(Startup *startup, const char *program, bool has_once, int argc, char **argv, int *status);
void startup_end(Startup *startup);

/* Starts the thread that writes down warnings and errors for `cadencectl status`, and takes SIGUSR1 for a reload: a
 * broken file is named and the old configuration stays. To be called before any other thread starts, as it blocks the
 * signal for all of them. */
void startup_watch_reload(Startup *startup);

/* Has held mail asked anew where the daemon judges by another configuration than it did, in this life or the last. A
 * store that does not answer is warned of; the watch tries again. */
void startup_ask_anew(Startup *startup);

/* Tells systemd (sd_notify(3)) and the store that the daemon serves, or that it stops. */
void startup_ready(Startup *startup);
void startup_stopping(Startup *startup);
