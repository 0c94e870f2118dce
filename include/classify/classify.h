/* What a message is, read from the message itself. So far the header alone is evidence, and so confidence is low; the
 * text joins it with the classifier. */
#pragma once

#include "policy/class.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    MailClass class;
    LegalClass legal;
    double confidence;   /* 0.5 to 1 */
    GPtrArray *evidence; /* of char *: sentences for a person, the weightiest first */
} Classification;

/* The first field of this name, decoded and unfolded, or NULL. Borrowed until the next call. */
typedef const char *(*ClassifyHeader)(gpointer user, const char *name);

/* Confidence 0.5 to 0.75. A header that does not tell gives sales with 0.5, and evidence that says so. */
Classification *classify_headers(ClassifyHeader header, gpointer user);
/* For a class that somebody declared: confidence 1, the one sentence as evidence. */
Classification *classification_declared(MailClass class, const char *evidence);
void classification_free(Classification *classification);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Classification, classification_free)

/* Whether a reader would see any text: of HTML in UTF-8, what stands outside head, style, script, comments and elements
 * that are not displayed (libxml2's HTML parser). HTML is searched up to 256 KiB and 1,000 levels deep. */
bool classify_has_visible_text(const char *text, gsize length, bool html);
