/* What each part of the file means: one function a part, each fills its fields of a Config that already holds the
 * defaults. Order matters where one part refers to another: rules may not look further back than the store keeps, and a
 * segment names a policy. All fail with CADENCE_ERROR_CONFIG. */
#pragma once

#include "config/config.h"

#include <confuse.h>

bool conf_service_read(cfg_t *root, Config *config, GError **error);    /* how the daemons run */
bool conf_stream_read(cfg_t *root, Config *config, GError **error);     /* stream, classify */
bool conf_vocabulary_read(cfg_t *root, Config *config, GError **error); /* topic, attribute, comfort, company */
bool conf_policy_read(cfg_t *root, Config *config, GError **error);     /* policy; after conf_service_read */
bool conf_segment_read(cfg_t *root, Config *config, GError **error);    /* segment; after conf_policy_read */
bool conf_template_read(Config *config, GError **error);                /* every template.conf; after topics */
bool conf_cadence_read(cfg_t *root, Config *config, GError **error);    /* cadence; after all of the others */

/* The rules of one policy section, and of one hours section in it. The .ics files that hours name are added to
 * config->holidays. */
bool conf_rule_read(cfg_t *section, Config *config, Policy *policy, GError **error);
bool conf_minute_read(cfg_t *section, const char *name, int *out, GError **error); /* "00:00" to "24:00" */
bool conf_hours_read(cfg_t *section, Hours *hours, GError **error);

/* Policy.hash, for which the bytes of the policy's .ics files are read. Free with g_free. */
char *conf_policy_hash(const Policy *policy, GError **error);
