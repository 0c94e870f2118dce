/* What Postfix does with mail that the planner gives back: it goes before the milter, which judges it by the clock.
 * Included once by each test program. */
#pragma once

#include "world.h"

#include "engine/planner.h"

/* *left (NULL: not wanted) is the message as it leaves, NULL where it does not; free with g_free. */
static inline Judgement *hand_back(World *world, const Handover *handover, Instant at, char **left) {
    const Custody *custody = handover->custody;
    gsize length;
    const char *bytes = g_bytes_get_data(handover->raw, &length);
    GString *text = g_string_new(NULL);
    if (handover->ticket)
        g_string_append_printf(text, "Cadence-Ticket: %s\r\n", handover->ticket);
    g_string_append_len(text, bytes, (gssize)length);
    g_autoptr(GBytes) raw = g_string_free_to_bytes(text);
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_new(custody->sender);
    envelope->client = g_strdup("127.0.0.1");
    envelope_add_recipient(envelope, custody->address, custody->recipient_parameters);
    Submission submission = {
        .envelope = envelope, .message = message, .at = at, .live = true, .record = true, .deliver = true};
    Judgement *judgement = engine_judge(world->engine, &submission);
    if (left) {
        bool leaves = judgement->reply == REPLY_ACCEPT;
        g_autoptr(GBytes) out = leaves ? rewrite_apply(judgement->rewrite, message) : NULL;
        *left = leaves ? g_strndup(g_bytes_get_data(out, NULL), g_bytes_get_size(out)) : NULL;
    }
    return judgement;
}

static inline void say(const char *line, G_GNUC_UNUSED gpointer user) {
    assert_non_null(strstr(line, "to=<"));
}

static inline bool never(G_GNUC_UNUSED gpointer user) {
    return false;
}

/* One pass of a planner that nobody else keeps waiting. */
static inline PlannerCounts run_pass(World *world, Instant at, const PlannerOutside *outside) {
    PlannerCounts counts;
    GError *error = NULL;
    bool locked;
    if (!planner_pass(world->engine, at, 0, outside, &locked, &counts, &error))
        fail_msg("%s", error->message);
    assert_true(locked);
    return counts;
}
