/* Small files beside the store: the planner's lock and the bell that wakes it. Both belong to the store's owner, so
 * that root's cadencectl does not shut out the daemons. */
#pragma once

#include <stdbool.h>

/* open(2) with mode 0600, close-on-exec and no symbolic link followed; -1 with errno, ENOENT where the store is not
 * there: beside a store that is not mounted nothing is to be made. */
int side_file_open(const char *store_path, const char *path, int flags);

/* True where the path still leads to the open file. */
bool side_file_is_at(int descriptor, const char *path);

/* mkfifo(3) unless there is something already; false with errno. */
bool side_file_make_fifo(const char *store_path, const char *path);
