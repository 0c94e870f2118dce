/* A configuration is read or refused with its place; what was read can be warned of. */
#include "fuzz.h"

#include "config/config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        abort();
    path = g_strdup_printf("/proc/self/fd/%d", file);
    g_autoptr(Config) config = config_load(path, &error);
    if (config) {
        g_autoptr(GPtrArray) warnings = config_warnings(config);
        g_assert(warnings);
    } else {
        g_assert(strstr(error->message, path));
    }
    close(file);
    return 0;
}
