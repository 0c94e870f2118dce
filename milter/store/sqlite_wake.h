/* The bell: how a process that has put something into custody wakes a planner that waits. */
#pragma once

typedef struct Wake Wake;

Wake *wake_new(const char *path); /* the store's path */
void wake_free(Wake *wake);

/* From now on no wake is missed, also between waits. Where the store is not there, the next call tries again. */
void wake_listen(Wake *wake);
