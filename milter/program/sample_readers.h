/* Customers who are made up, so that an author sees a template before there is anybody to send it to. */
#pragma once

#include "config/config.h"
#include "store/store.h"

#include <glib.h>

typedef struct {
    char *label; /* in what they differ, in a few words */
    Customer *customer;
    GPtrArray *attributes; /* of AttributeValue; NULL: a real customer's, to be read from the store */
    bool with_sales;
} SampleReader;

void sample_reader_free(SampleReader *reader);

/* For a template that looks up these names (a set of char *) and has texts in these locales (of char *): one in each of
 * at most four locales who lets us say all, one who lets us say little, one of whom nothing is known and, where the
 * template has sales sections, one who gets it without them. locale: all of them in this one; NULL: see above. */
GPtrArray *sample_readers(const Config *config, GHashTable *names, const GPtrArray *locales, const char *locale);
