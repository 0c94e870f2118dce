/* By default they are only told: they are known by their looks, and what looks like one may be meant. Mail of every
 * enforced stream is looked at, sealed mail too, since it can be held without being changed. */
#include "leftovers.h"

#include <string.h>

/* Adds what stands in the text to what was found, each once. */
static void find_in(const Intake *intake, const char *text, gsize length, bool html, GPtrArray *found) {
    const LeftoverText kind = {.html = html, .mustache = !intake->fillable};
    if (!text)
        return;
    g_autoptr(GPtrArray) here = memory_leftovers(intake->memory, text, length, &kind);
    for (guint i = 0; i < here->len && found->len < LEFTOVERS_MAX; i++)
        if (!g_ptr_array_find_with_equal_func(found, here->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(found, g_strdup(here->pdata[i]));
}

static GPtrArray *find(const Intake *intake) {
    const MessageReading *reading = message_reading(intake->message);
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    const char *subject = message_header(intake->message, "Subject");
    find_in(intake, subject, subject ? strlen(subject) : 0, false, found);
    find_in(intake, reading->plain, reading->plain_length, false, found);
    find_in(intake, reading->html, reading->html_length, true, found);
    return found;
}

void leftovers_read(Intake *intake) {
    Judgement *judgement = intake->judgement;
    if (!intake->stream->enforce || intake->uncounted || intake->request->template_name)
        return;
    g_autoptr(GPtrArray) found = find(intake);
    if (found->len == 0)
        return;
    g_ptr_array_add(found, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)found->pdata);
    g_ptr_array_set_size(found, (gint)found->len - 1);
    g_ptr_array_add(judgement->notes, g_strdup_printf("placeholders that the sender left unfilled: %s", list));
    judgement->leftovers = g_steal_pointer(&found);
}

static bool is_released_by_hand(const Intake *intake) {
    const Custody *released = intake->released;
    return released && released->forced && intake->at < released->deadline;
}

const GPtrArray *leftovers_that_hold(const Intake *intake) {
    bool strict = intake->stream->strict_placeholders && !is_released_by_hand(intake);
    return strict ? intake->judgement->leftovers : NULL;
}
