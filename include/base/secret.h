/* The key that signs tickets: 32 random bytes as 64 hexadecimal digits in a file of mode 0600, and HMAC-SHA256
 * (RFC 2104) with it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SECRET_BYTES 32

typedef struct {
    guint8 key[SECRET_BYTES];
} Secret;

/* Creates the file with a new key; a file that exists is left alone and is no error. */
bool secret_create(const char *path, GError **error);

/* Fails (CADENCE_ERROR_CONFIG) where the file is missing, readable by others than its owner, or malformed. */
bool secret_load(const char *path, Secret *out, GError **error);

/* 64 lower-case hexadecimal digits. Free with g_free. */
char *secret_sign(const Secret *secret, const char *text);

/* Compares in constant time. */
bool secret_verify(const Secret *secret, const char *text, const char *signature);
