/* What each part of the file means: one function a part, each fills its fields of a Config that already holds the
 * defaults. Order matters where one part refers to another: rules may not look further back than the store keeps, and a
 * segment names a policy. All fail with CADENCE_ERROR_CONFIG. */
#pragma once

#include "config/config.h"

#include <confuse.h>

bool conf_service_read(cfg_t *root, Config *config, GError **error);    /* how the daemons run */
bool conf_stream_read(cfg_t *root, Config *config, GError **error);     /* stream */
bool conf_vocabulary_read(cfg_t *root, Config *config, GError **error); /* topic, attribute, comfort, company */
bool conf_policy_read(cfg_t *root, Config *config, GError **error);     /* policy; after conf_service_read */
bool conf_segment_read(cfg_t *root, Config *config, GError **error);    /* segment; after conf_policy_read */

/* Policy.hash. Free with g_free. */
char *conf_policy_hash(const Policy *policy);
