/* Packets of the milter protocol (libmilter's mfdef.h) on one connection. Commands gather in a buffer and go out
 * together when an answer is waited for, as Postfix's buffered streams do. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    int descriptor;
    GByteArray *out; /* commands that were not sent yet */
    GByteArray *in;  /* bytes that came; those before `read` are used up */
    guint read;
} Wire;

typedef struct {
    char command;
    const char *data; /* borrowed until the next wire_get */
    gsize length;
} Packet;

/* Connects to a socket in the file system. */
bool wire_open(Wire *wire, const char *path, GError **error);
void wire_close(Wire *wire);

void wire_put(Wire *wire, char command, const void *data, gsize length);

/* Sends what has gathered and waits for the next packet, of at most 1 MiB. */
bool wire_get(Wire *wire, Packet *packet, GError **error);
