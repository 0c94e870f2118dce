/* A daemon's warnings and errors on their way to the store, where `cadencectl status` finds them. */
#pragma once

#include "store/store.h"

typedef struct Troubles Troubles;

/* Hears of all that is logged from now on; lives as long as the process. */
Troubles *troubles_new(const char *program);
/* Writes down what has come since; where the store fails, nothing is lost and the next call does it. */
void troubles_tell(Troubles *troubles, Store *store);
