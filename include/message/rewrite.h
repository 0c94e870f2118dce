/* What is to be changed in a message: header edits and perhaps a new body. One value serves both the milter, which
 * tells Postfix each edit, and `try`, which applies them to the bytes; the two give the same message. */
#pragma once

#include "base/splice.h"
#include "message/message.h"

typedef struct {
    char *name;
    int index;   /* of the field to change, as HeaderField.index; 0 appends a new field after the last */
    char *value; /* what follows the colon, leading blank included, folds as "\n" plus blank, no last newline; NULL
                    removes */
} HeaderEdit;

typedef struct {
    GPtrArray *headers; /* of HeaderEdit; edits of one name from its highest index down, appended fields last */
    GBytes *body;       /* everything after the empty line, or NULL where it stays */
} Rewrite;

Rewrite *rewrite_new(void);
void rewrite_free(Rewrite *rewrite);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rewrite, rewrite_free)

/* Removes every field whose name begins with "Cadence-". */
void rewrite_strip_requests(Rewrite *rewrite, const Message *message);

/* Adds what another rewrite of the same message changes; only one of the two may have a body. */
void rewrite_join(Rewrite *rewrite, const Rewrite *other);

/* Appends "name: value". The value must be one line of printable ASCII. */
void rewrite_append(Rewrite *rewrite, const char *name, const char *value);

/* Carries out splices in the message's texts: splices[i] (a GArray of Splice, or NULL) is for message_texts()[i], its
 * offsets are into that text. Only what the splices touch changes:
 *  - 7bit, 8bit, binary and quoted-printable parts are spliced in place; a base64 part is encoded anew as a whole;
 *  - text that the part's charset cannot hold turns that part into UTF-8 (its Content-Type and, where needed,
 *    Content-Transfer-Encoding say so); 8-bit text goes only where the part is 8bit already, else quoted-printable;
 *  - the Subject becomes RFC 2047 encoded words where it is not ASCII;
 *  - no line grows beyond 998 bytes.
 * Never called for a sealed message. Fails (PERMANENT) only where a part cannot be mapped back to its bytes. */
bool rewrite_fill(Rewrite *rewrite, Message *message, GArray *const *splices, GError **error);

/* New texts for a whole message: UTF-8, newlines "\n". */
typedef struct {
    const char *subject; /* control characters become blanks */
    const char *text;
    const char *html; /* NULL: none */
} Content;

/* Gives the message this subject and, for its body, the text, or text and HTML as multipart/alternative, in
 * quoted-printable. MIME-Version and the Content- fields say so; all other fields stay. Never called for a sealed
 * message, nor together with rewrite_fill. */
void rewrite_replace(Rewrite *rewrite, const Message *message, const Content *content);

/* The whole message with the edits carried out, in the message's own newlines. */
GBytes *rewrite_apply(const Rewrite *rewrite, const Message *message);
