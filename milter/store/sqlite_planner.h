/* The lock that lets one planner pass at a time work on a store. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct PlannerLock PlannerLock;

PlannerLock *planner_lock_new(const char *path); /* the store's path */
void planner_lock_free(PlannerLock *lock);       /* releases it */
