/* HTML in UTF-8 read as events by libxml2: no tree is built, so a page costs no more than its bytes. */
#pragma once

#include <glib.h>
#include <libxml/HTMLparser.h>

#define HTML_BYTES_MAX (256 * 1024) /* libxml2 needs quadratic time for one element with attributes without end */
#define HTML_DEPTH_MAX 1000

/* What callbacks get first is the xmlParserCtxt, with `user` in its _private; xmlStopParser() ends the reading. The
 * charset is given, because a meta element that names another is from before the text was decoded. At most
 * HTML_BYTES_MAX bytes are read; depth is the callbacks' to count. */
void html_read(const char *html, gsize length, startElementSAXFunc on_start, endElementSAXFunc on_end,
               charactersSAXFunc on_text, void *user);
