/* Small text things that several rooms need: globs over addresses, canonical addresses, identifiers. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Glob with '*' and '?' (one character of UTF-8) over the whole text, ASCII letters compared without case. Linear in
 * pattern x text. */
bool glob_matches(const char *pattern, const char *text);

/* True where any of the NULL-terminated patterns matches; an empty or NULL list matches nothing. */
bool glob_matches_any(char *const *patterns, const char *text);

/* The mailbox that a path of RFC 5321 names, as written: without '<' '>' and source route. Between '<' and '>'
 * comments, blanks and backslashes outside of quotes, which MTAs take too, are left out; text without these, as MTAs
 * give it for local mail, is no syntax but the mailbox itself. Free with g_free. */
char *address_of_path(const char *path);

/* The form in which addresses are compared: the mailbox of the path, lower case and composed (Unicode NFC, as RFC 6530
 * section 10.1 wants), a local part in quotes where it needs them and only there, the domain in letters instead of xn--
 * and without a dot at its end. Text that is no UTF-8 is lowered as ASCII. Free with g_free. */
char *address_canonical(const char *address);

/* True for local@domain with both present, at most 320 bytes, no control character, valid UTF-8, a blank only
 * within a quoted local part. */
bool address_is_plausible(const char *address);

/* A new identifier: 24 lower-case hexadecimal digits. The first 8 are the given second and the next 5 the clock's
 * microsecond, so that an index of identifiers grows at its end; 44 random bits follow. Free with g_free. */
char *identifier_new(gint64 second);

/* One word of [A-Za-z0-9._-], 1 to 64 bytes: topics, campaigns, purposes, event kinds, template and attribute names. */
bool text_is_word(const char *text);
#define TEXT_A_WORD "a word of letters, digits, '.', '_' and '-'" /* for errors: what was expected */
