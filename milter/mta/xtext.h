/* xtext, the form of ENVID and ORCPT on the wire (RFC 3461 section 4). */
#pragma once

#include <glib.h>

/* The text that an xtext stands for; NULL where it is malformed or holds a NUL. Free with g_free. */
char *xtext_decode(const char *xtext);
/* The bytes that the text takes as xtext. */
gsize xtext_length(const char *text);
