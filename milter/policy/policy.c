/* Policies as values: the names of what is done with a message that breaks them, and their end. */
#include "policy/policy.h"

#include <string.h>

static const char *const over_names[] = {"rewrite", "hold", "refuse", "drop"};
static const char *const then_names[] = {"drop", "send", "return"};

static bool find_name(const char *const *names, gsize count, const char *name, gsize *out) {
    for (gsize i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) {
            *out = i;
            return true;
        }
    return false;
}

const char *over_name(Over over) {
    g_assert((gsize)over < G_N_ELEMENTS(over_names));
    return over_names[over];
}

bool over_parse(const char *name, Over *out) {
    gsize found;
    if (!find_name(over_names, G_N_ELEMENTS(over_names), name, &found))
        return false;
    *out = (Over)found;
    return true;
}

const char *then_name(Then then) {
    g_assert((gsize)then < G_N_ELEMENTS(then_names));
    return then_names[then];
}

bool then_parse(const char *name, Then *out) {
    gsize found;
    if (!find_name(then_names, G_N_ELEMENTS(then_names), name, &found))
        return false;
    *out = (Then)found;
    return true;
}

void policy_free(Policy *policy) {
    g_free(policy->name);
    g_clear_pointer(&policy->rules, g_array_unref);
    g_clear_pointer(&policy->over, g_array_unref);
    g_free(policy->hash);
    g_free(policy);
}
