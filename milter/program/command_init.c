/* `init`: the store and the secret. What is there is kept, so it can be run again at any time. Run as root it gives
 * both to the user whom the daemons become, who could open neither otherwise. */
#include "program/command.h"

#include "base/error.h"
#include "files.h"
#include "program/output.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_BUFFER 16384

/* The file behind a store's url, NULL where there is none. */
static const char *store_file(const char *url) {
    return g_str_has_prefix(url, "sqlite:") ? url + strlen("sqlite:") : NULL;
}

static bool give(const char *file, const struct passwd *owner, GError **error) {
    if (!owner || chown(file, owner->pw_uid, owner->pw_gid) == 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s cannot be given to %s: %s", file, owner->pw_name,
                g_strerror(errno));
    return false;
}

static bool make_folder(const char *file, const struct passwd *owner, GError **error) {
    g_autofree char *folder = g_path_get_dirname(file);
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return true;
    return directory_make(folder, error) && give(folder, owner, error);
}

/* A folder that was there is somebody's and is not given away. But SQLite keeps files beside its own. */
static void warn_of_folder(const char *file, const struct passwd *owner) {
    g_autofree char *folder = g_path_get_dirname(file);
    struct stat status;
    if (!owner || stat(folder, &status) != 0)
        return;
    if ((status.st_uid == owner->pw_uid && status.st_mode & S_IWUSR) ||
        (status.st_gid == owner->pw_gid && status.st_mode & S_IWGRP) || status.st_mode & S_IWOTH)
        return;
    fprintf(stderr, "%s may not write in %s, where the store keeps files beside its own: chown %s %s\n", owner->pw_name,
            folder, owner->pw_name, folder);
}

static bool make_store(const Config *config, const struct passwd *owner, GError **error) {
    const char *file = store_file(config->store_url);
    if (!file)
        return store_create(config->store_url, error);
    if (!make_folder(file, owner, error) || !store_create(config->store_url, error) || !give(file, owner, error))
        return false;
    warn_of_folder(file, owner);
    return true;
}

/* *backup is NULL where there was nothing to upgrade. */
static bool upgrade_store(const Config *config, const struct passwd *owner, char **backup, GError **error) {
    return store_upgrade(config->store_url, backup, error) && (!*backup || give(*backup, owner, error));
}

static bool make_secret(const Config *config, const struct passwd *owner, GError **error) {
    return secret_create(config->secret_path, error) && give(config->secret_path, owner, error);
}

/* Whom things are given to: NULL for anybody but root, who keeps what is made. */
static const struct passwd *owner_of(const Config *config, struct passwd *entry, char *buffer) {
    struct passwd *found = NULL;
    if (geteuid() != 0)
        return NULL;
    getpwnam_r(config->user, entry, buffer, USER_BUFFER, &found);
    if (!found)
        fprintf(
            stderr,
            "there is no user '%s' on this machine, so store and secret stay root's and the daemons cannot use them: "
            "make the user (useradd --system %s) or name another in 'user = …', then run init again\n",
            config->user, config->user);
    return found;
}

static bool exists(const char *file) {
    return file && g_file_test(file, G_FILE_TEST_EXISTS);
}

Answer command_init_run(Session *session, json_t **document, GError **error) {
    const Config *config = session->config;
    struct passwd entry;
    char buffer[USER_BUFFER];
    const struct passwd *owner = owner_of(config, &entry, buffer);
    bool had_store = exists(store_file(config->store_url));
    bool had_secret = exists(config->secret_path);
    g_autofree char *backup = NULL;
    if (!make_store(config, owner, error) || !upgrade_store(config, owner, &backup, error) ||
        !make_secret(config, owner, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:{s:o, s:b, s:o}, s:{s:o, s:b}}", "store", "url", output_text(config->store_url), "made",
                          !had_store, "backup", output_text(backup), "secret", "path", output_text(config->secret_path),
                          "made", !had_secret);
    return ANSWER_YES;
}

static void print_thing(const json_t *thing, const char *what, const char *key) {
    output_line("%s %s %s", what, output_string(thing, key, ""),
                json_is_true(json_object_get(thing, "made")) ? "made" : "was there and is kept");
}

void command_init_print(const json_t *document) {
    const json_t *store = json_object_get(document, "store");
    print_thing(store, "store ", "url");
    if (json_is_string(json_object_get(store, "backup")))
        output_line("store  upgraded to this version; as it was before, it is in %s",
                    output_string(store, "backup", ""));
    print_thing(json_object_get(document, "secret"), "secret", "path");
}
