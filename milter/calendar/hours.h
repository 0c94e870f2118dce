/* Contact hours by the clock on the wall: x is in them iff the wall then shows an allowed time of an allowed day. So an
 * hour that comes twice is open twice or not at all, one that is jumped over does not count, and nothing is ever sent
 * while the wall shows an hour outside. */
#pragma once

#include "holidays.h"
#include "policy/almanac.h"
#include "zone.h"

/* As Almanac.is_open. */
bool hours_open(const Zone *zone, const Holidays *holidays, const Hours *hours, Instant x, Instant *change);
