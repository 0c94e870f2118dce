/* Proof-reading: what is wrong with templates, and what will be. No store and no engine is asked, so that a
 * configuration that no daemon would take can be looked at too. */
#pragma once

#include "config/config.h"

typedef struct {
    char *template_name;
    char *path;         /* of the file, or of the folder */
    guint line, column; /* 0: of the whole */
    bool fault;         /* false: a warning */
    char *what;         /* a sentence */
} ProofFinding;
void proof_finding_free(ProofFinding *finding);

/* What is found in these templates (NULL: in all), by name, then as the files are read: of ProofFinding. */
GPtrArray *proof_read(const Config *config, char *const *names);
