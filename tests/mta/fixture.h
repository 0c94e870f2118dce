/* What the tests of injection share: a record of what done was told, and a sendmail(1) that writes down how it was
 * called. */
#pragma once

#include "mta/inject.h"
#include "smtp_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

typedef struct {
    InjectResult result;
    char *answer;
    guint times;
    gint mails; /* MAIL commands that the server had seen when done was called */
} Told;

typedef struct {
    const Server *server;
    GHashTable *told; /* InjectJob -> Told */
    GMutex lock;      /* guards it */
} Record;

static void told_free(gpointer data) {
    Told *told = data;
    g_free(told->answer);
    g_free(told);
}

static void on_done(const InjectJob *job, InjectResult result, const char *answer, gpointer user) {
    Record *record = user;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    Told *told = g_hash_table_lookup(record->told, job);
    if (told == NULL) {
        told = g_new0(Told, 1);
        g_hash_table_insert(record->told, (gpointer)job, told);
    }
    g_free(told->answer);
    told->answer = g_strdup(answer);
    told->result = result;
    told->times++;
    told->mails = record->server != NULL ? g_atomic_int_get(&record->server->mails) : 0;
}

static InjectJob job_to(const char *recipient, GBytes *raw) {
    return (InjectJob){.sender = "s@example.org",
                       .recipient = recipient,
                       .mail_parameters = "",
                       .recipient_parameters = "",
                       .ticket = "t1",
                       .raw = raw};
}

static GBytes *bytes_of(const char *text) {
    return g_bytes_new(text, strlen(text));
}

/* Injects all; the table of what was told is the caller's. */
static GHashTable *inject_all(const char *address, const char *sendmail, InjectJob *jobs, gsize count,
                              const Server *server) {
    char *command[] = {(char *)sendmail, NULL};
    Config config = {.inject_server = (char *)address, .sendmail = command};
    Record record = {.server = server, .told = g_hash_table_new_full(NULL, NULL, NULL, told_free)};
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (gsize i = 0; i < count; i++)
        g_ptr_array_add(list, &jobs[i]);
    inject(&config, list, on_done, &record);
    assert_int_equal(g_hash_table_size(record.told), count);
    for (gsize i = 0; i < count; i++)
        assert_int_equal(((Told *)g_hash_table_lookup(record.told, &jobs[i]))->times, 1);
    return record.told;
}

static Told *told_of(GHashTable *told, const InjectJob *job) {
    return g_hash_table_lookup(told, job);
}

/* A sendmail(1) that writes down its arguments and its input. */
typedef struct {
    char *folder, *path;
} Sendmail;

static Sendmail sendmail_new(int status, const char *complaint) {
    Sendmail sendmail = {.folder = g_dir_make_tmp("inject-XXXXXX", NULL)};
    assert_non_null(sendmail.folder);
    sendmail.path = g_build_filename(sendmail.folder, "sendmail", NULL);
    g_autofree char *script =
        g_strdup_printf("#!/bin/sh\nprintf '%%s\\n' \"$@\" >%s/arguments\ncat >%s/input\nprintf '%%s' '%s' >&2\n"
                        "exit %d\n",
                        sendmail.folder, sendmail.folder, complaint, status);
    assert_true(g_file_set_contents(sendmail.path, script, -1, NULL));
    assert_int_equal(chmod(sendmail.path, 0700), 0);
    return sendmail;
}

/* What it wrote down, NULL where it was not called. */
static char *sendmail_record(const Sendmail *sendmail, const char *name, gsize *length) {
    g_autofree char *path = g_build_filename(sendmail->folder, name, NULL);
    char *content = NULL;
    return g_file_get_contents(path, &content, length, NULL) ? content : NULL;
}

static void sendmail_free(Sendmail *sendmail) {
    static const char *const names[] = {"sendmail", "arguments", "input"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(sendmail->folder, names[i], NULL);
        unlink(path);
    }
    rmdir(sendmail->folder);
    g_free(sendmail->folder);
    g_free(sendmail->path);
}
