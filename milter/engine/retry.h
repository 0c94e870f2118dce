/* Another try of a message that was answered before: a customer gets the verdict of the first. */
#pragma once

#include "judge.h"

/* Looks for earlier verdicts and restores them (Party.earlier, repeated, its outcome). Where every customer has one,
 * the judgement keeps the identifier of that try. */
bool retry_restore(Case *self, Transaction *transaction, GError **error);

/* What the party's verdict and copy are known by; the message is borrowed from the case. */
typedef struct {
    const char *message;
    int ordinal;
} RetryPlace;
bool retry_place(const Case *self, Transaction *transaction, const Party *party, RetryPlace *place, GError **error);
