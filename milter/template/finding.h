/* What is said of a template that compiles. */
#pragma once

#include "tree.h"

/* Of TemplateFinding, which it frees. */
GPtrArray *findings_new(void);
void finding_add(GPtrArray *findings, const Template *template, const Node *node, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
