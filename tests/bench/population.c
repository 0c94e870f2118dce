/* The number stands first in an address because that is where smtp-source(1) puts its own. */
#include "population.h"

char *population_id(guint64 customer) {
    return g_strdup_printf("C%09" G_GUINT64_FORMAT, customer);
}

char *population_address(guint64 customer) {
    return g_strdup_printf("%" G_GUINT64_FORMAT "c@customers.example", customer);
}
