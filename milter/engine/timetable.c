/* A rule's next occurrence follows from the customer's date and zone and from the last one that was; nothing else is
 * kept, so that any of them may change at any time. Silence ends with every contact and is not followed as contacts
 * come: what is put is the earliest instant possible, and the question is asked anew when it is there. */
#include "timetable.h"

static const char *zone_of(const Timetable *timetable) {
    const char *own = timetable->customer->timezone;
    return own ? own : timetable->config->defaults.timezone;
}

/* *has is false where the customer has no such attribute, or it holds no date. */
static bool read_date(Transaction *transaction, const Timetable *timetable, gint64 *day, bool *has, GError **error) {
    const char *const names[] = {timetable->piece->cadence->from, NULL};
    g_autoptr(GPtrArray) found = NULL;
    if (!transaction_attributes(transaction, timetable->customer->id, names, &found, error))
        return false;
    *has = found->len > 0 && recurrence_date_parse(((AttributeValue *)found->pdata[0])->value, day);
    return true;
}

static bool read_series(Transaction *transaction, const Timetable *timetable, Series *series, bool *has,
                        GError **error) {
    const Cadence *cadence = timetable->piece->cadence;
    *series = (Series){.rule = timetable->piece->rule, .zone = zone_of(timetable), .minute = cadence->at};
    if (cadence->from)
        return read_date(transaction, timetable, &series->first, has, error);
    series->first = recurrence_date_from(series->zone, series->minute, timetable->customer->since);
    *has = true;
    return true;
}

bool timetable_occurrence(Transaction *transaction, const Timetable *timetable, gint64 after_day, Instant after,
                          Occurrence *out, GError **error) {
    Series series;
    bool has;
    if (!read_series(transaction, timetable, &series, &has, error))
        return false;
    if (!has || !recurrence_next(&series, after_day, after, out))
        *out = (Occurrence){.at = INSTANT_NEVER};
    return true;
}

bool timetable_quiet_until(Transaction *transaction, const Timetable *timetable, Instant *due, GError **error) {
    Instant last;
    if (!transaction_relational_last(transaction, timetable->customer->id, &last, error))
        return false;
    *due = MAX(last, timetable->customer->since) + timetable->piece->cadence->quiet_for;
    return true;
}

bool timetable_reckon(Transaction *transaction, const Timetable *timetable, Instant floor, GError **error) {
    const char *customer = timetable->customer->id, *cadence = timetable->piece->cadence->name;
    Occurrence next;
    gint64 last;
    if (!timetable->piece->rule) {
        if (!timetable_quiet_until(transaction, timetable, &next.at, error))
            return false;
    } else if (!transaction_occurrence_last(transaction, customer, cadence, &last, error) ||
               !timetable_occurrence(transaction, timetable, last, floor, &next, error)) {
        return false;
    }
    return transaction_schedule_put(transaction, customer, cadence, next.at, error);
}
