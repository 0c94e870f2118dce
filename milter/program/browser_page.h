/* A template as a page for a browser: what each reader gets, side by side. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* renderings: of objects with "label", "locale", "comfort", "subject", "text", "html", "missing", "withheld", as
 * `template render --json` prints them. One HTML file that loads nothing from anywhere and runs no script, neither its
 * own nor the mail's. Free with g_free. */
char *browser_page(const char *template_name, const char *company, const json_t *renderings);
