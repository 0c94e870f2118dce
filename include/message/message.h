/* A message as bytes that are read, never written out anew (RFC 5322, RFC 2045 to 2047). GMime finds the fields and
 * parts; the offsets it gives are what rewriting splices by (message/rewrite.h). Any bytes at all are a message:
 * nothing here fails on bad mail, it only finds less in it. Newlines may be CRLF or LF. Not safe for use by two threads
 * at once. */
#pragma once

#include "base/instant.h"
#include "base/recent.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Message Message;

/* To be called once by main before threads start. */
void message_library_start(void);

Message *message_new(GBytes *raw);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* How the bodies of messages were cut into parts, for others with the same body: shared by any number of messages and
 * threads. A message that is to use it is told so before its texts are asked for; the memory must outlive it. */
Recent *message_memory_new(void);
void message_use_memory(Message *message, Recent *memory);

GBytes *message_raw(const Message *message); /* borrowed */

/* The header section as it stands: fields in order, malformed lines left out. */
typedef struct {
    const char *name; /* as written */
    const char *raw;  /* what follows the colon, blank and folds included, without the last newline; NUL-ended copy */
    gsize start, end; /* of the whole field in the raw bytes, its last newline included */
    int index; /* 1 for the first field of this name (compared without case), 2 for the second … as milters count */
} HeaderField;
const GPtrArray *message_fields(const Message *message); /* of HeaderField */

/* The first field of this name, unfolded and decoded to UTF-8 without surrounding blanks; NULL where there is none.
 * Borrowed. */
const char *message_header(Message *message, const char *name);

/* Anything whose bytes somebody vouches for or has locked: multipart/signed, multipart/encrypted,
 * application/pkcs7-mime, inline PGP, or a DKIM-Signature field. Such a message is never filled or cut. */
bool message_is_sealed(Message *message);

/* The same for every try of one message: its Message-ID, or without one a SHA-256 over Date, From, Subject and body. */
char *message_fingerprint(Message *message);

/* An RFC 5322 or RFC 3339 date-time. */
bool message_parse_date(const char *text, Instant *out);

typedef enum { PLACE_SUBJECT, PLACE_PLAIN, PLACE_HTML } Place;

/* A text that may be filled in: the Subject, and every text/plain and text/html part that is neither an attachment nor
 * in forwarded mail (uuencoded ones excepted). "Content-Type: text" and "html" are such too, though they are no types;
 * only what is ASCII can be filled in there. */
typedef struct {
    Place place;
    char *text; /* UTF-8, newlines as in the mail; NUL-ended; bytes that are not of the charset stand as U+FFFD */
    gsize length;
    gsize part; /* opaque: which one */
} MessageText;

/* All fillable texts, Subject first; of a sealed message none. Borrowed, made on first use. */
const GPtrArray *message_texts(Message *message);

/* What a person reads of the message, sealed or not: what is signed can be read, what is encrypted is not there. The
 * same parts as above; those of one kind joined by a newline. UTF-8, NUL-ended; NULL where there is none. */
typedef struct {
    const char *plain, *html;
    gsize plain_length, html_length;
} MessageReading;
/* Borrowed, made on first use. */
const MessageReading *message_reading(Message *message);
