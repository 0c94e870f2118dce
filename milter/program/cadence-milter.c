/* cadence-milter(8): the milter daemon. */
#include "base/log.h"
#include "mta/milter.h"
#include "program/startup.h"

#include <stdlib.h>

static void ready(gpointer startup) {
    startup_ready(startup);
}

int main(int argc, char **argv) {
    Startup startup;
    int status;
    g_autoptr(GError) error = NULL;
    if (!startup_begin(&startup, "cadence-milter", false, argc, argv, &status))
        return status;
    startup_watch_reload(&startup);
    if (!milter_serve(startup.engine, ready, &startup, &error)) {
        log_error("%s", error->message);
        return STATUS_CONFIGURATION;
    }
    startup_stopping(&startup);
    exit(STATUS_DONE); /* libmilter's threads may still hold the engine: it goes with the process */
}
