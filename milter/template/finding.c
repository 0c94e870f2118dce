/* A finding's place is that of its tag, in the same lines and columns as the compiler's errors. */
#include "finding.h"

#include "scan.h"

#include <stdarg.h>

void template_finding_free(TemplateFinding *finding) {
    g_free(finding->what);
    g_free(finding);
}

static void free_finding(gpointer finding) {
    template_finding_free(finding);
}

GPtrArray *findings_new(void) {
    return g_ptr_array_new_with_free_func(free_finding);
}

void finding_add(GPtrArray *findings, const Template *template, const Node *node, const char *format, ...) {
    TemplateFinding *finding = g_new0(TemplateFinding, 1);
    va_list arguments;
    va_start(arguments, format);
    finding->what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    finding->line = scan_line(template->text, template->text + node->tag);
    finding->column = scan_column(template->text, template->text + node->tag);
    g_ptr_array_add(findings, finding);
}
