/* What is read as a condition obeys logic, whoever is asked: a negation is one, and brackets change nothing. */
#include "fuzz.h"

#include "policy/condition.h"

#include <stdbool.h>
#include <string.h>

/* Names that end in x are absent, in n numbers, in t true; the others are texts. */
static const char *lookup(const char *name, gpointer user) {
    (void)user;
    switch (name[strlen(name) - 1]) {
    case 'x':
        return NULL;
    case 'n':
        return "41.5";
    case 't':
        return "true";
    default:
        return "gold";
    }
}

/* What a condition made of this one by the format holds; `otherwise` where it is too long or too deep to be read. */
static bool holds_as(const char *format, const char *text, bool otherwise) {
    g_auto(GStrv) parts = g_strsplit(format, "X", -1);
    g_autofree char *made = g_strjoinv(text, parts);
    g_autoptr(Condition) condition = condition_parse(made, NULL);
    return condition ? condition_holds(condition, lookup, NULL) : otherwise;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autoptr(GError) error = NULL;
    g_autoptr(Condition) condition = condition_parse(text, &error);
    g_assert((condition == NULL) == (error != NULL));
    if (condition == NULL)
        return 0;
    bool holds = condition_holds(condition, lookup, NULL);
    g_assert(holds_as("(X)", text, holds) == holds);
    g_assert(holds_as("not (X)", text, !holds) == !holds);
    g_assert(holds_as("(X) and (X)", text, holds) == holds);
    g_assert(holds_as("(X) or not (X)", text, true));
    return 0;
}
