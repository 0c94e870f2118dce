/* Sums and differences of time that stop at the ends of time instead of wrapping round. */
#pragma once

#include "base/instant.h"

static inline Instant later(Instant at, Duration duration) {
    Instant sum;
    return __builtin_add_overflow(at, duration, &sum) ? INSTANT_NEVER : sum;
}

static inline Instant sooner(Instant at, Duration duration) {
    Instant difference;
    return __builtin_sub_overflow(at, duration, &difference) ? INSTANT_ALWAYS : difference;
}
