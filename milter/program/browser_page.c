/* The mail's HTML stands in a frame without rights (sandbox) and the page's policy is inherited by it, so that neither
 * a script nor a picture from elsewhere is ever fetched by looking at a preview. Everything else is text that was
 * escaped.
 */
#include "browser_page.h"

#include "program/output.h"

#define SNIPPET_LENGTH 110 /* characters, as much as mail programs show beside a subject */

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
    "data:\">\n";

static const char style[] =
    "<style>\n"
    ":root{--paper:#fff;--ground:#eef1f4;--ink:#1c2733;--soft:#64717f;--line:#dde3e9;--accent:#0b6e4f;--warm:#8a5a00;"
    "--warm-ground:#fff5dd;--bad:#a3202a;--bad-ground:#fdebec;color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--paper:#1d242c;--ground:#12171d;--ink:#e6ebf0;--soft:#93a1b0;"
    "--line:#323c47;--accent:#4cc39a;--warm:#f0c265;--warm-ground:#3a2f14;--bad:#ff9aa2;--bad-ground:#40191d}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,"
    "Arial,sans-serif}\n"
    "header,main{max-width:1240px;margin:0 auto;padding:0 20px}\n"
    "header{padding-top:36px}\n"
    "h1{margin:0;font-size:26px;letter-spacing:-.01em}\n"
    "header p{margin:4px 0 0;color:var(--soft)}\n"
    "nav{position:sticky;top:0;z-index:1;background:var(--ground);border-bottom:1px solid var(--line);margin-top:20px}\n"
    "nav ul{max-width:1240px;margin:0 auto;padding:10px 20px;display:flex;flex-wrap:wrap;gap:8px;list-style:none}\n"
    "nav a{display:block;padding:4px 12px;border:1px solid var(--line);border-radius:99px;background:var(--paper);"
    "color:var(--ink);text-decoration:none;font-size:13px}\n"
    "nav a:hover,nav a:focus-visible{border-color:var(--accent);color:var(--accent)}\n"
    "nav .held::before{content:'';display:inline-block;width:7px;height:7px;margin-right:7px;border-radius:50%;"
    "background:var(--bad);vertical-align:middle}\n"
    "article{margin:28px 0;background:var(--paper);border:1px solid var(--line);border-radius:14px;overflow:hidden;"
    "scroll-margin-top:64px}\n"
    ".who{display:flex;flex-wrap:wrap;align-items:center;gap:8px 12px;padding:16px 20px;border-bottom:1px solid "
    "var(--line)}\n"
    ".who h2{margin:0;font-size:17px}\n"
    ".tag{padding:1px 9px;border-radius:99px;border:1px solid var(--line);color:var(--soft);font-size:12.5px}\n"
    ".inbox{display:flex;gap:14px;align-items:center;padding:16px 20px;border-bottom:1px solid var(--line)}\n"
    ".face{flex:none;width:42px;height:42px;border-radius:50%;background:var(--accent);color:var(--paper);"
    "display:grid;place-items:center;font-weight:700;font-size:18px}\n"
    ".line{min-width:0}\n"
    ".line b{display:block;font-size:16px;overflow-wrap:anywhere}\n"
    ".line span{display:block;color:var(--soft);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}\n"
    ".note{margin:0;padding:11px 20px;border-bottom:1px solid var(--line);font-size:14px}\n"
    ".note ul{margin:2px 0 0;padding-left:20px}\n"
    ".bad{background:var(--bad-ground);color:var(--bad)}\n"
    ".warm{background:var(--warm-ground);color:var(--warm)}\n"
    ".both{display:grid;grid-template-columns:repeat(2,minmax(0,1fr))}\n"
    ".pane{min-width:0;padding:16px 20px 20px}\n"
    ".pane+.pane{border-left:1px solid var(--line)}\n"
    ".pane h3{margin:0 0 10px;font-size:11.5px;letter-spacing:.09em;text-transform:uppercase;color:var(--soft)}\n"
    "pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:12.5px/1.6 ui-monospace,SFMono-Regular,Consolas,"
    "'DejaVu Sans Mono',monospace}\n"
    "iframe{display:block;width:100%;height:660px;border:1px solid var(--line);border-radius:8px;background:#fff;"
    "resize:vertical}\n"
    ".none{color:var(--soft)}\n"
    "footer{max-width:1240px;margin:0 auto;padding:0 20px 40px;color:var(--soft);font-size:13px}\n"
    "@media (max-width:860px){.both{grid-template-columns:1fr}.pane+.pane{border-left:0;border-top:1px solid "
    "var(--line)}}\n"
    "@media print{nav{display:none}article{break-inside:avoid}}\n"
    "</style>\n";

static const char *text_of(const json_t *object, const char *key) {
    return output_string(object, key, "");
}

static void add_text(GString *page, const char *text) {
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append(page, escaped);
}

static void add_element(GString *page, const char *open, const char *text, const char *close) {
    g_string_append(page, open);
    add_text(page, text);
    g_string_append(page, close);
}

/* ---- one reader ---- */

static void add_who(GString *page, const json_t *rendering) {
    g_autofree char *comfort =
        g_strdup_printf("comfort %" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(rendering, "comfort")));
    const char *locale = text_of(rendering, "locale"), *text_locale = text_of(rendering, "text_locale");
    g_string_append(page, "<div class=\"who\">");
    add_element(page, "<h2>", text_of(rendering, "label"), "</h2>");
    add_element(page, "<span class=\"tag\">", locale, "</span>");
    if (!g_str_equal(locale, text_locale)) {
        g_autofree char *falls = g_strconcat("gets the text in ", text_locale, NULL);
        add_element(page, "<span class=\"tag\">", falls, "</span>");
    }
    add_element(page, "<span class=\"tag\">", comfort, "</span>");
    g_string_append(page, "</div>\n");
}

static char *snippet_of(const char *text) {
    g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n", -1);
    g_autoptr(GString) line = g_string_new(NULL);
    for (char **word = words; *word && line->len < SNIPPET_LENGTH * 4; word++)
        if (**word)
            g_string_append_printf(line, "%s%s", line->len ? " " : "", *word);
    return g_utf8_substring(line->str, 0, MIN(SNIPPET_LENGTH, g_utf8_strlen(line->str, -1)));
}

/* As a mail program lists it: sender, subject, and how the text begins. */
static void add_inbox(GString *page, const char *company, const json_t *rendering) {
    g_autofree char *initial = g_utf8_substring(company, 0, *company ? 1 : 0);
    g_autofree char *snippet = snippet_of(text_of(rendering, "text"));
    g_string_append(page, "<div class=\"inbox\">");
    add_element(page, "<div class=\"face\" aria-hidden=\"true\">", initial, "</div><div class=\"line\">");
    add_element(page, "<span>", company, "</span>");
    add_element(page, "<b>", text_of(rendering, "subject"), "</b>");
    add_element(page, "<span>", snippet, "</span></div></div>\n");
}

static void add_missing(GString *page, const json_t *rendering) {
    const json_t *missing = json_object_get(rendering, "missing");
    size_t i;
    json_t *name;
    if (json_array_size(missing) == 0)
        return;
    g_string_append(page, "<div class=\"note bad\">Held for its author: there is nothing to fill in for<ul>");
    json_array_foreach ((json_t *)missing, i, name)
        add_element(page, "<li><code>", json_string_value(name), "</code></li>");
    g_string_append(page, "</ul></div>\n");
}

static void add_withheld(GString *page, const json_t *rendering) {
    const json_t *withheld = json_object_get(rendering, "withheld");
    size_t i;
    json_t *one;
    if (json_array_size(withheld) == 0)
        return;
    g_string_append(page, "<div class=\"note warm\">Kept back from this reader<ul>");
    json_array_foreach ((json_t *)withheld, i, one) {
        add_element(page, "<li><code>", text_of(one, "name"), "</code>: ");
        add_element(page, "", text_of(one, "detail"), "</li>");
    }
    g_string_append(page, "</ul></div>\n");
}

static void add_panes(GString *page, const json_t *rendering) {
    const char *html = json_string_value(json_object_get(rendering, "html"));
    add_element(page, "<div class=\"both\"><div class=\"pane\"><h3>Text</h3><pre>", text_of(rendering, "text"),
                "</pre></div>\n<div class=\"pane\"><h3>HTML</h3>");
    if (html)
        add_element(page, "<iframe sandbox title=\"The message as HTML\" srcdoc=\"", html, "\"></iframe>");
    else
        g_string_append(page, "<p class=\"none\">There is none: text is all that is sent.</p>");
    g_string_append(page, "</div></div>\n");
}

static void add_reader(GString *page, const char *company, const json_t *rendering, size_t number) {
    g_string_append_printf(page, "<article id=\"reader-%zu\">\n", number);
    add_who(page, rendering);
    add_missing(page, rendering);
    add_withheld(page, rendering);
    add_inbox(page, company, rendering);
    add_panes(page, rendering);
    g_string_append(page, "</article>\n");
}

/* ---- the page ---- */

static void add_navigation(GString *page, const json_t *renderings) {
    size_t i;
    json_t *rendering;
    g_string_append(page, "<nav aria-label=\"Readers\"><ul>\n");
    json_array_foreach ((json_t *)renderings, i, rendering) {
        bool held = json_array_size(json_object_get(rendering, "missing")) > 0;
        g_autofree char *label = g_strdup_printf("%s · %s", text_of(rendering, "locale"), text_of(rendering, "label"));
        g_string_append_printf(page, "<li><a%s href=\"#reader-%zu\">", held ? " class=\"held\"" : "", i + 1);
        add_element(page, "", label, "</a></li>\n");
    }
    g_string_append(page, "</ul></nav>\n");
}

static void add_header(GString *page, const char *template_name, size_t readers) {
    g_string_append(page, head);
    add_element(page, "<title>", template_name, "</title>\n");
    g_string_append(page, style);
    add_element(page, "</head>\n<body>\n<header><h1>", template_name, "</h1>\n");
    g_string_append_printf(page, "<p>What %zu reader%s get%s of it: subject, text and HTML.</p></header>\n", readers,
                           readers == 1 ? "" : "s", readers == 1 ? "s" : "");
}

char *browser_page(const char *template_name, const char *company, const json_t *renderings) {
    GString *page = g_string_new(NULL);
    size_t i;
    json_t *rendering;
    add_header(page, template_name, json_array_size(renderings));
    add_navigation(page, renderings);
    g_string_append(page, "<main>\n");
    json_array_foreach ((json_t *)renderings, i, rendering)
        add_reader(page, company, rendering, i + 1);
    g_string_append(page,
                    "</main>\n<footer>Written by cadencectl. Pictures from elsewhere are not loaded here.</footer>\n"
                    "</body>\n</html>\n");
    return g_string_free(page, FALSE);
}
