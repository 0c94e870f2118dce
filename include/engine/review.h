/* What a person answers to a doubt about a message's class. The answer rewrites no verdict that was given: it is the
 * class of all further messages of that review, training learns from it, and what of it is held is judged again. */
#pragma once

#include "engine/engine.h"

/* *held: how many held messages are to be judged again; the planner is woken for them. PERMANENT where there is no such
 * review. */
bool review_label(Engine *engine, const char *review, MailClass label, const char *labeller, Instant at, guint *held,
                  GError **error);
