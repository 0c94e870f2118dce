/* The mail of the benchmark: a personalised offer of 4 KB in two alternatives, as an application hands it in. */
#pragma once

#include <glib.h>

#define LETTER_BYTES 4096

typedef struct {
    const char *name;
    char *value; /* with its leading blank */
} LetterField;

typedef struct {
    char *sender, *recipient; /* with '<' '>' */
    LetterField fields[9];
    guint field_count;
    const char *body; /* CRLF newlines */
    gsize body_length;
} Letter;

/* A letter to customer `customer`, with a Message-ID made of `run` and `serial`. body is from letter_body. */
Letter letter_new(guint64 customer, const char *run, guint64 serial, const GString *body);
void letter_clear(Letter *letter);

/* A body, so long that the whole message has about so many bytes. */
GString *letter_body(gsize bytes);

/* The whole message as a file for smtp-source. */
GString *letter_text(const Letter *letter);
