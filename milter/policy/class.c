/* Names of the classes, as headers, configuration and receipts write them. */
#include "policy/class.h"

#include <glib.h>
#include <string.h>

static const char *const class_names[] = {"relational", "sales", "any"};
static const char *const legal_names[] = {"transactional", "other", "commercial"};

const char *class_name(MailClass class) {
    g_assert((gsize) class < G_N_ELEMENTS(class_names));
    return class_names[class];
}

bool class_parse(const char *name, MailClass *out) {
    bool sales = strcmp(name, class_names[CLASS_SALES]) == 0;
    if (!sales && strcmp(name, class_names[CLASS_RELATIONAL]) != 0)
        return false;
    *out = sales ? CLASS_SALES : CLASS_RELATIONAL;
    return true;
}

const char *legal_name(LegalClass legal) {
    g_assert((gsize)legal < G_N_ELEMENTS(legal_names));
    return legal_names[legal];
}
