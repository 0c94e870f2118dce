/* A recorded verdict as a page that can be read out to the customer. */
#pragma once

#include <jansson.h>

/* One element of the "verdicts" of `explain`. */
void receipt_page_print(const json_t *verdict);
