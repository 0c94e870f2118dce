/* How many times a second one core renders a letter in HTML of 30 KB with 40 values, and whether memory stays where it
 * is. Usage: template_bench [RENDERS] */
#include "template/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LETTER_BYTES (30 * 1024)
#define RENDERS 1000000
#define WARM_UP 1000

/* Forty values, in the places and with the filters of a statement that a bank sends. */
static const char *const rows[] = {
    "<td align=\"left\" title=\"{{customer.first_name}}\">{{customer.first_name | default: \"there\"}}</td>",
    "<td class=\"{{message.kind}}\">{{customer.last_name}} &middot; {{message.number}}</td>",
    "<td><a href=\"https://www.bank.example/statement?no={{message.number}}&amp;c={{customer.id}}\">{{message.title}}</a></td>",
    "<td>{{#message.lines}}{{text}} {{amount}}<br>{{/message.lines}}</td>",
    "{{#customer.city}}<td>{{customer.city | upper}}</td>{{/customer.city}}{{^customer.city}}<td>-</td>{{/customer.city}}",
    "<td>{{message.due | date: \"long\"}}</td><td>{{message.amount | money: \"PLN\"}}</td>",
    "<td>{{customer.street}}</td><td>{{company.name}}</td><td>{{company.phone}}</td>",
    "<td>{{message.balance | number: 2}}</td><td>{{customer.branch}}</td>",
};
#define ROUNDS 2 /* of twenty values each */

static void append_filler(GString *html, gsize length) {
    static const char filler[] =
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"600\" "
        "style=\"border-collapse:collapse;mso-table-lspace:0pt\"><tr><td style=\"font:14px/20px Arial,sans-serif;"
        "color:#333333;padding:12px 24px\">Terms and conditions apply; see our web pages.</td></tr></table>\n";
    for (gsize end = html->len + length; html->len + sizeof filler <= end;)
        g_string_append(html, filler);
}

static char *letter(void) {
    GString *html = g_string_new("<!DOCTYPE html><html><head><title>Statement</title></head><body>\n");
    gsize parts = ROUNDS * G_N_ELEMENTS(rows);
    for (gsize i = 0; i < parts; i++) {
        append_filler(html, (LETTER_BYTES - html->len) / (parts - i));
        g_string_append_printf(html, "<table><tr>%s</tr></table>\n", rows[i % G_N_ELEMENTS(rows)]);
    }
    g_string_append(html, "</body></html>\n");
    return g_string_free(html, FALSE);
}

static json_t *data(void) {
    json_t *customer =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", "C-100 234", "first_name", "Małgorzata", "last_name",
                  "O'Brien-Żak", "city", "Gdynia", "street", "Świętojańska 12", "branch", "Gdynia I");
    json_t *message = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:f}, {s:s, s:f}]}", "kind", "statement",
                                "number", "2026/11/25", "title", "Statement & summary", "due",
                                "2026-11-25T09:00:00+01:00", "amount", "1234.50", "balance", "-98765.4", "lines",
                                "text", "Transfer <in>", "amount", 12.5, "text", "Fee", "amount", 1.0);
    json_t *company = json_pack("{s:s, s:s}", "name", "Bank & Sons", "phone", "+48 58 000 00 00");
    return json_pack("{s:o, s:o, s:o}", "customer", customer, "message", message, "company", company);
}

static gsize resident_kib(void) {
    g_autofree char *statm = NULL;
    gsize pages = 0;
    if (g_file_get_contents("/proc/self/statm", &statm, NULL, NULL))
        sscanf(statm, "%*u %zu", &pages);
    return pages * (gsize)sysconf(_SC_PAGESIZE) / 1024;
}

static void render(const Template *template, const TemplateContext *context, guint64 times) {
    for (guint64 i = 0; i < times; i++)
        g_free(template_render(template, context, NULL));
}

static int bench(const Template *template, guint64 renders) {
    json_auto_t *values = data();
    TemplateContext context = {.printed = values, .locale = "pl-PL", .timezone = "Europe/Warsaw"};
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *once = template_render(template, &context, missing);
    if (missing->len > 0) {
        fprintf(stderr, "template_bench: %s is missing\n", (const char *)missing->pdata[0]);
        return EXIT_FAILURE;
    }
    render(template, &context, WARM_UP);
    gsize before = resident_kib();
    g_autoptr(GTimer) timer = g_timer_new();
    render(template, &context, renders);
    double seconds = g_timer_elapsed(timer, NULL);
    printf("%.0f renders/s, resident %zu KiB before and %zu KiB after %" G_GUINT64_FORMAT " renders\n",
           (double)renders / seconds, before, resident_kib(), renders);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    g_autofree char *html = letter();
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template = template_compile(html, strlen(html), TEMPLATE_HTML, &error);
    if (!template) {
        fprintf(stderr, "template_bench: %s\n", error->message);
        return EXIT_FAILURE;
    }
    return bench(template, argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : RENDERS);
}
