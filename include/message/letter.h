/* Mail of our own to a customer, as it goes into custody: an envelope for a template, which the milter fills when the
 * mail goes, as the request headers tell it. */
#pragma once

#include "base/instant.h"

#include <glib.h>

typedef struct {
    const char *sender;        /* From */
    const char *recipient;     /* To */
    const char *template_name; /* a word */
    const char *topic;         /* or NULL */
    const char *id;            /* left part of the Message-ID: ASCII, unique */
    Instant at;                /* Date */
} Letter;

/* The whole message with CRLF newlines and no text. */
GBytes *letter_compose(const Letter *letter);
