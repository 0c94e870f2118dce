/* What proof-reading found, as `template lint` and `check` print it. */
#pragma once

#include "engine/proof.h"

#include <jansson.h>

/* {"template", "place": "file:line:column", "kind": "fault" or "warning", "what"} */
json_t *proof_json(const ProofFinding *finding);
/* "file:line:column", as far as known. Free with g_free. */
char *proof_place(const ProofFinding *finding);
