/* URLs inside attributes: which piece a value is of, character by character (WHATWG URL, 4.4, as far as scheme and host
 * go), and values made fit for it. A backslash counts as a slash, as in browsers. */
#pragma once

#include "place.h"

#include <glib.h>

#define URL_SCHEME_BYTES 16

typedef enum {
    URL_START,
    URL_SCHEME,       /* or the first word of a relative path */
    URL_AFTER_SCHEME, /* before // */
    URL_SLASH,        /* behind a first / */
    URL_SLASHES,      /* before the host, however many there are */
    URL_HOST,         /* up to the first / ? # */
    URL_PART,
    URL_OPAQUE, /* behind mailto:, tel: and other schemes without // */
    URL_SCRIPT, /* javascript: and data:, which are programs or documents of their own */
} UrlState;

/* scheme: what there is of it, in lower case. */
UrlState url_walk(UrlState url, char scheme[URL_SCHEME_BYTES], char character);
UrlState url_pass_value(UrlState url);
/* What is known where one of the two is the case. */
UrlState url_join(UrlState a, UrlState b);
/* The place, made that of a value in such a URL. */
Place url_place(UrlState url, Place place);

/* Appends a value percent-encoded: all but letters, digits, "-._~" and those that are kept. */
void url_append_part(GString *out, const char *value, const char *kept);
/* Appends a whole URL, encoding what cannot stand in one; a comma too in lists. False, appending nothing, for any other
 * than http:// and https:// with a host, mailto: and tel:. */
bool url_append_whole(GString *out, const char *value, bool in_list);
