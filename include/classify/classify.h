/* What a message is, read from the message itself, in two answers: the class that the balance counts, and the class
 * that the law sees (16 CFR 316.3). Evidence comes before the model: structure, header fields and what phrases of a
 * lexicon say become features of a small linear model, and the evidence names those that weighed most.
 *
 * Input is decoded UTF-8; bytes that are none read as U+FFFD. Any input at all is a message: nothing here fails on bad
 * mail. Of each text 256 KiB are read: all of it, or beginning, middle and end. */
#pragma once

#include "policy/class.h"

#include <glib.h>
#include <stdbool.h>

#define CLASSIFY_FEATURES_MAX (8 * 1024)

typedef struct {
    MailClass class;
    LegalClass legal;
    double confidence; /* 0.5 to 0.99 (1: declared), calibrated: of what is said with 0.9 about nine in ten are right */
    GPtrArray *evidence; /* of char *: sentences for a person, the weightiest first */
    bool essential;      /* security, account, invoice, alert: mail that its reader must have. Never sales */
    char *sales_part;    /* of mixed mail: the first words of its commercial part; NULL: it has none */
    bool separable;      /* with sales_part: cutting that part would leave a relational message */
    char *features; /* what the model saw, "name:value name:value", at most CLASSIFY_FEATURES_MAX bytes, without any
                       word of the message: what training learns from; NULL where the class was declared */
} Classification;

/* The first field of this name, decoded and unfolded, or NULL. Borrowed until the next call. */
typedef const char *(*ClassifyHeader)(gpointer user, const char *name);

typedef struct {
    ClassifyHeader header; /* NULL: no header is known */
    gpointer user;
    const char *text; /* all text/plain parts; NULL: none */
    gsize text_length;
    const char *html; /* all text/html parts; NULL: none */
    gsize html_length;
} ClassifyMessage;

/* Lexicon and weights, compiled; immutable, shared by all threads. */
typedef struct Classifier Classifier;

/* Reads the weights in a file that `cadencectl classify train` wrote; NULL: those that are part of the program.
 * CADENCE_ERROR_CONFIG, beginning with "file:line: ", where they cannot be read. */
Classifier *classifier_load(const char *path, GError **error);
void classifier_free(Classifier *classifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Classifier, classifier_free)

Classification *classify_message(const Classifier *classifier, const ClassifyMessage *message);

/* For a class that somebody declared: confidence 1, the one sentence as evidence. */
Classification *classification_declared(MailClass class, const char *evidence);
void classification_free(Classification *classification);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Classification, classification_free)

/* Whether a reader would see any text: of HTML in UTF-8, what stands outside head, style, script, comments and elements
 * that are not displayed (libxml2's HTML parser). HTML is searched up to 256 KiB and 1,000 levels deep. */
bool classify_has_visible_text(const char *text, gsize length, bool html);
