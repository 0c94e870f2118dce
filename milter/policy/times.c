/* The rules that look at nothing but the time: contact hours, and the customer's own pause and quiet times. The almanac
 * says with every answer how long it holds, so closed hours are passed in one leap. */
#include "kinds.h"

bool hours_blocks(const Rule *rule, const History *history, G_GNUC_UNUSED const Candidate *candidate, Instant x,
                  Block *block) {
    g_assert(history->almanac != NULL);
    return !history->almanac->is_open(history->almanac, &rule->hours, x, &block->until);
}

bool pause_blocks(const Rule *rule, G_GNUC_UNUSED const History *history, G_GNUC_UNUSED const Candidate *candidate,
                  Instant x, Block *block) {
    block->until = rule->pause.until;
    return x < rule->pause.until;
}

bool quiet_blocks(G_GNUC_UNUSED const Rule *rule, const History *history, G_GNUC_UNUSED const Candidate *candidate,
                  Instant x, Block *block) {
    g_assert(history->almanac != NULL);
    return history->almanac->is_quiet(history->almanac, x, &block->until);
}
