/* Values made safe for where they stand. */
#pragma once

#include "template/template.h"

/* Appends the text as the form needs it. */
void escape_append(GString *out, const char *text, gsize length, TemplateForm form);
