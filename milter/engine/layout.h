/* Apply: a milter has one body for all recipients. Here it is laid out who stays in the envelope, whose text the body
 * becomes, who gets a copy of their own out of custody, and what Postfix is told. */
#pragma once

#include "judge.h"

/* Sets each outcome's custody and returned, each party's copy, and in_place. */
void layout(Case *self);
/* Sets the judgement's reply and rewrite from what layout found. */
void layout_reply(Case *self);
/* The same where the store failed: exempt mail, and mail that is not ours, passes; the rest is told to come again. */
void layout_fault(Case *self, const GError *error);

/* The edits that make the message what this party gets: filled, stripped of Cadence- fields, tagged. NULL party: nobody
 * in particular. */
Rewrite *layout_rewrite(const Intake *intake, const char *id, const Party *party, GError **error);
