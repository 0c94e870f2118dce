/* What an import's row or the assignments of `customer set` say about one customer, checked and ready for the store. */
#pragma once

#include "store/store.h"

typedef struct {
    Customer *customer;
    GPtrArray *attributes;                        /* of AttributeValue */
    bool has_paused_until, has_limits, has_quiet; /* which of the customer's own wishes are to be set */
} CustomerRow;

/* PERMANENT where the id is none: 1 to 255 bytes of UTF-8 without control characters. */
CustomerRow *customer_row_new(const char *id, GError **error);
void customer_row_free(CustomerRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CustomerRow, customer_row_free)

/* True for the fields of a customer: "address", "timezone", "locale", "comfort", "paused_until", "limits", "quiet". */
bool customer_row_has_field(const char *name);
/* True for those and for words, which are attributes. */
bool customer_row_knows(const char *name);

/* BCP 47 as far as its shape goes: "pl", "pl-PL", "zh-Hant-TW"; '_' for '-' is taken too. */
bool customer_row_is_locale(const char *value);

/* One column: its name must be known. Value NULL removes an attribute or a wish, and no text at all ends a wish too.
 * PERMANENT with what was found and expected. */
bool customer_row_set(CustomerRow *row, const char *name, const char *value, Instant at, const char *source,
                      GError **error);

/* Writes it and reckons anew when the customer's held messages may go. */
bool customer_row_put(Transaction *transaction, const CustomerRow *row, Instant at, GError **error);
