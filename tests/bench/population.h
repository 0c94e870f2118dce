/* The customers of the benchmark, numbered from 0. */
#pragma once

#include <glib.h>

/* Runs that mail nobody whom another run has mailed take customers of one last digit each. */
#define POPULATION_SLOTS 10

/* Free with g_free. */
char *population_id(guint64 customer);
char *population_address(guint64 customer);
