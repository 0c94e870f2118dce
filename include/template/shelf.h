/* The shelf of plain templates: a folder with LOCALE.txt files (first line "Subject: …", an empty line, the text) and
 * perhaps LOCALE.html beside them. Read once, never changed, shared by all threads. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *locale; /* as the file is named */
    char *subject, *text;
    char *html; /* NULL: none */
} ShelfText;

typedef struct {
    GPtrArray *texts; /* of ShelfText, by locale */
} Shelf;

/* CADENCE_ERROR_CONFIG, "file:line: what was found, what was expected", where there is no text at all, where one has
 * no Subject, is no UTF-8 of at most 1 MiB, cannot be compiled, or holds a {{#sales}} section. */
Shelf *shelf_read(const char *folder, GError **error);
void shelf_free(Shelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shelf, shelf_free)

/* "pl-PL" finds pl-PL, else pl; else the same for the fallback, else the first that there is. Case and '_' for '-' make
 * no difference. */
const ShelfText *shelf_text(const Shelf *shelf, const char *locale, const char *fallback);
