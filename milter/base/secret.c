/* The key file and what is signed with it. The file is written whole under another name and then linked into place:
 * whoever finds it finds all of it, and of two programs that create it at once one wins and the other keeps that key.
 */
#include "base/secret.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_DIGITS (2 * SECRET_BYTES)

static bool fail(GError **error, CadenceError code, const char *path, const char *what) {
    g_set_error(error, CADENCE_ERROR, code, "%s: %s: %s", path, what, g_strerror(errno));
    return false;
}

/* One line: the digits of a fresh key. */
static void key_line(char line[SECRET_DIGITS + 2]) {
    guint8 key[SECRET_BYTES];
    ssize_t length = getrandom(key, sizeof key, 0);
    g_assert(length == SECRET_BYTES); /* getrandom(2): up to 256 bytes come whole */
    for (int i = 0; i < SECRET_BYTES; i++)
        g_snprintf(line + 2 * i, 3, "%02x", key[i]);
    memcpy(line + SECRET_DIGITS, "\n", 2);
    explicit_bzero(key, sizeof key);
}

static bool write_key(int file) {
    char line[SECRET_DIGITS + 2];
    key_line(line);
    ssize_t written = write(file, line, SECRET_DIGITS + 1);
    explicit_bzero(line, sizeof line);
    if (written >= 0 && written != SECRET_DIGITS + 1)
        errno = ENOSPC;
    return written == SECRET_DIGITS + 1 && fsync(file) == 0;
}

bool secret_create(const char *path, GError **error) {
    if (access(path, F_OK) == 0)
        return true;
    g_autofree char *draft = g_strdup_printf("%s.XXXXXX", path);
    int file = g_mkstemp_full(draft, O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(error, CADENCE_ERROR_PERMANENT, path, "cannot create the secret in this folder");
    bool done = (write_key(file) && link(draft, path) == 0) || errno == EEXIST;
    if (!done)
        fail(error, CADENCE_ERROR_PERMANENT, path, "cannot write the secret");
    close(file);
    unlink(draft);
    return done;
}

static bool has_private_mode(int file, const char *path, GError **error) {
    struct stat status;
    if (fstat(file, &status) < 0)
        return fail(error, CADENCE_ERROR_CONFIG, path, "cannot look at the secret");
    if (S_ISREG(status.st_mode) && (status.st_mode & 077) == 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG,
                "%s: the secret must be a file that its owner alone can read: chmod 0600 it", path);
    return false;
}

static bool read_key(const char *line, ssize_t length, Secret *out) {
    if (length != SECRET_DIGITS && !(length == SECRET_DIGITS + 1 && line[SECRET_DIGITS] == '\n'))
        return false;
    for (int i = 0; i < SECRET_DIGITS; i++)
        if (!g_ascii_isxdigit(line[i]))
            return false;
    for (int i = 0; i < SECRET_BYTES; i++)
        out->key[i] = (guint8)(g_ascii_xdigit_value(line[2 * i]) << 4 | g_ascii_xdigit_value(line[2 * i + 1]));
    return true;
}

static bool load(int file, const char *path, Secret *out, GError **error) {
    if (!has_private_mode(file, path, error))
        return false;
    char line[SECRET_DIGITS + 2]; /* one more than the longest good one, to see what is too long */
    ssize_t length = read(file, line, sizeof line);
    bool good = read_key(line, length, out);
    explicit_bzero(line, sizeof line);
    if (!good)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG,
                    "%s: this is no secret: expected %d hexadecimal digits, as 'cadencectl init' writes them", path,
                    SECRET_DIGITS);
    return good;
}

bool secret_load(const char *path, Secret *out, GError **error) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return fail(error, CADENCE_ERROR_CONFIG, path, "cannot open the secret ('cadencectl init' makes it)");
    bool loaded = load(file, path, out, error);
    close(file);
    return loaded;
}

char *secret_sign(const Secret *secret, const char *text) {
    return g_compute_hmac_for_string(G_CHECKSUM_SHA256, secret->key, SECRET_BYTES, text, -1);
}

bool secret_verify(const Secret *secret, const char *text, const char *signature) {
    g_autofree char *expected = secret_sign(secret, text);
    if (strlen(signature) != SECRET_DIGITS)
        return false;
    guint difference = 0;
    for (int i = 0; i < SECRET_DIGITS; i++)
        difference |= (guint)(guchar)expected[i] ^ (guchar)signature[i];
    return difference == 0;
}
