/* Cadences: relational mail that the planner sends of itself. What is due is composed and taken into custody, due now;
 * from there it goes the way of all held mail, past the milter's judgement.
 *
 * An occurrence of a rule that could not be sent within a day is recorded as missed; later ones go. It is sent no
 * second time where the customer moves to another zone. What happened before a cadence was first configured is no
 * occurrence of it. */
#pragma once

#include "engine/engine.h"

/* Whether the rules and templates that the configuration's cadences name can be read; CADENCE_ERROR_CONFIG. An engine
 * is only made of a configuration of which this is true. */
bool cadence_check(Config *config, GError **error);
