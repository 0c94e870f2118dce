/* What is made here by root is given to the owner of the store, as SQLite does with its own side files. */
#include "sqlite_side_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool give_to_owner(const char *path, const struct stat *store) {
    return geteuid() != 0 || lchown(path, store->st_uid, store->st_gid) == 0;
}

int side_file_open(const char *store_path, const char *path, int flags) {
    struct stat store;
    if (stat(store_path, &store) != 0)
        return -1;
    int descriptor = open(path, (flags & ~O_CREAT) | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor >= 0 || errno != ENOENT || !(flags & O_CREAT))
        return descriptor;
    descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor >= 0 && !give_to_owner(path, &store)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

bool side_file_is_at(int descriptor, const char *path) {
    struct stat open_file, there;
    return fstat(descriptor, &open_file) == 0 && stat(path, &there) == 0 && open_file.st_dev == there.st_dev &&
           open_file.st_ino == there.st_ino;
}

bool side_file_make_fifo(const char *store_path, const char *path) {
    struct stat store;
    if (stat(store_path, &store) != 0)
        return false;
    if (mkfifo(path, 0600) == 0)
        return give_to_owner(path, &store);
    return errno == EEXIST;
}
