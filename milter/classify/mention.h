/* What a sentence names and does not say itself: what somebody else is quoted with, whom it names, who sent it. "A
 * purchase at BEST BARGAINS ONLINE" offers no bargain, and "Sam commented on "Spring Sale"" sells nothing. */
#pragma once

#include "document.h"

typedef enum {
    MENTION_SENDER,  /* the sender's own name */
    MENTION_ADDRESS, /* a mail address or a link */
    MENTION_QUOTED,  /* in quotation marks, a part of its sentence */
    MENTION_NAME,    /* two capitalised words and more, not at the beginning, in a sentence that has small ones too */
} MentionKind;

typedef struct {
    gsize start, end; /* in Document.folded */
    MentionKind kind;
} Mention;

/* Folds text, a sentence, onto the end of document->folded and notes in document->mentions what it mentions. What is a
 * placeholder not filled yet ("{shop_name}", "{{customer.name}}") names a value, says nothing and is left out. */
void mention_fold(Document *document, const char *text, gsize length);

/* Behind the quotation that begins at `at`, NULL where none does: an opening mark behind a blank, and the closing one
 * that answers it within MENTION_QUOTE_BYTES_MAX bytes. */
#define MENTION_QUOTE_BYTES_MAX 240
const char *mention_quote_end(const char *text, const char *at, const char *end);
