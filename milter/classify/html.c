/* Two readers want the same of the parser: to forgive everything, to fetch nothing and to say nothing. */
#include "html.h"

#include <libxml/parser.h>
#include <string.h>

/* libxml2 wants its globals made by one thread before others parse. */
static void start_library(void) {
    static gsize started = 0;
    if (g_once_init_enter(&started)) {
        xmlInitParser();
        g_once_init_leave(&started, 1);
    }
}

void html_read(const char *html, gsize length, startElementSAXFunc on_start, endElementSAXFunc on_end,
               charactersSAXFunc on_text, void *user) {
    start_library();
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    if (!parser)
        return;
    memset(parser->sax, 0, sizeof *parser->sax);
    parser->sax->startElement = on_start;
    parser->sax->endElement = on_end;
    parser->sax->characters = on_text;
    parser->sax->ignorableWhitespace = on_text;
    parser->_private = user;
    int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    xmlFreeDoc(htmlCtxtReadMemory(parser, html, (int)MIN(length, HTML_BYTES_MAX), NULL, "UTF-8", options));
    htmlFreeParserCtxt(parser);
}
