/* What of a customer a text may see: DESIGN.md section 7. An attribute of sensitivity s is printed up to the customer's
 * comfort and asked about up to comfort + 1; undeclared, too old or without the consent it needs it is absent.
 * Conditions (segments, Cadence-Requires) are not asked here: they see all attributes, because they print nothing. */
#pragma once

#include "party.h"

/* Sets the party's views to customer.* as its message's templates may print it and ask about it, and names in the
 * outcome what was withheld. Only attributes that the templates name are read from the store. "address.city" is a
 * member of "address", unless that has a value of its own that has no members. */
bool comfort_look(Party *party, GError **error);
/* The same of attributes that are given (of AttributeValue, by name), whoever has them. */
bool comfort_show(Party *party, const GPtrArray *values, GError **error);
