/* A notice to the sender, put into custody like mail that is due now: the planner hands it to Postfix from the null
 * sender. */
#pragma once

#include "message/notice.h"
#include "store/store.h"

/* Nothing is taken where the sender is null or asked for none (NOTIFY without FAILURE). notice->reporting_host is set
 * here. */
bool bounce_take(Transaction *transaction, const Notice *notice, GError **error);
