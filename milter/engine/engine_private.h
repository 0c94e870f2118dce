/* What the files of this room share about an Engine and nobody else sees. */
#pragma once

#include "calendar/calendar.h"
#include "engine/engine.h"
#include "memory.h"
#include "repertoire.h"
#include "shared_classifier.h"

const Secret *engine_secret(Engine *engine); /* NULL: no ticket is accepted */

const Memory *engine_memory(Engine *engine);

/* References of the configuration in force and of the holidays it names, which belong together. */
void engine_rules(Engine *engine, Config **config, Holidays **holidays);

/* References of what is in force in templates, with its configuration, and of the holidays that belong to it. */
void engine_in_force(Engine *engine, Repertoire **repertoire, Holidays **holidays);

/* A reference of what texts are read by. */
SharedClassifier *engine_classifier(Engine *engine);

/* A reference of what the cadences of the configuration in force are played from; it has that configuration with it. */
Repertoire *engine_repertoire(Engine *engine);
