/* Character references of HTML, as far as editors write them for what an author types into a tag. */
#pragma once

#include <glib.h>

/* The character that "&quot;", "&#34;" or "&#x22;" at the start of the text stands for, and the reference's length; 0
 * where there is none. Names: quot, apos, amp, lt, gt, nbsp. NUL and surrogates are none. */
gunichar reference_read(const char *text, gsize available, gsize *length);
