/* What the files of this room share about an Engine and nobody else sees. */
#pragma once

#include "engine/engine.h"

const Secret *engine_secret(Engine *engine); /* NULL: no ticket is accepted */
