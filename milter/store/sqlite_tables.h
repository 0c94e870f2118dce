/* What makes the tables of each version out of those of the one before. */
#pragma once

#define SCHEMA_VERSION 4

extern const char *const table_steps[SCHEMA_VERSION]; /* [0] makes version 1 out of nothing */
