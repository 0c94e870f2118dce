/* The text parts of a message: where they stand in its entity and what they say. */
#pragma once

#include "charset.h"
#include "entity.h"
#include "message/message.h"
#include "offset_map.h"

#include <gmime/gmime.h>

typedef struct {
    Place place;
    gsize start, end;                /* the body's bytes in the entity */
    bool top;                        /* its fields are the message's own */
    HeaderField *type, *encoding;    /* Content-Type and Content-Transfer-Encoding, owned, NULL where it has none */
    bool fields_found;               /* false: it has one of them, but not where GMime says, or not as GMime reads it */
    GPtrArray *boundaries;           /* of char *: those of the multiparts that it stands in */
    GMimeContentEncoding encoded_as; /* any but uuencode */
    Charset *charset;
    GBytes *content;       /* without the transfer encoding */
    OffsetMap *escapes;    /* content to body; of quoted-printable parts only */
    OffsetMap *characters; /* text to content; NULL where the charset is not mappable */
    char *text;
    gsize length;
} Part;

/* Adds the text parts (of Part) in the order in which they stand, and returns true where the message is sealed: its
 * parts may then be read but not filled. */
bool part_collect(const Entity *entity, GPtrArray *parts);
void part_free(gpointer part);

/* A message knows its own parts; rewriting asks for them. */
const GPtrArray *message_parts(Message *message); /* of Part */
/* Where in the message a byte of the entity's body stands. */
gsize message_offset(const Message *message, gsize offset);
/* The message's field that is this one of its outermost part; NULL where GMime found one that is none. */
const HeaderField *message_field_of_part(const Message *message, const HeaderField *field);
#define TEXT_IS_SUBJECT G_MAXSIZE /* MessageText.part of the Subject; else an index into message_parts */
/* Where the empty line after the header section begins, and what follows it. */
gsize message_header_end(const Message *message);
gsize message_body_start(const Message *message);
/* "\r\n" or "\n", as the message's first line ends. */
const char *message_newline(const Message *message);
