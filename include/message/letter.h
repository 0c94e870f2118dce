/* Mail of our own to a customer, as it goes into custody: placeholders stand in it still, and the request headers tell
 * the milter to fill them. */
#pragma once

#include "base/instant.h"

#include <glib.h>

typedef struct {
    const char *sender;    /* From */
    const char *recipient; /* To */
    const char *subject;   /* UTF-8, one line */
    const char *text;      /* UTF-8, newlines "\n" */
    const char *html;      /* the same; NULL: none */
    const char *topic;     /* or NULL */
    const char *id;        /* left part of the Message-ID: ASCII, unique */
    Instant at;            /* Date */
} Letter;

/* The whole message with CRLF newlines: text/plain, or multipart/alternative with HTML; quoted-printable. */
GBytes *letter_compose(const Letter *letter);
