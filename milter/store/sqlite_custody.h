/* Rows of custody as structs, for the files that read them. */
#pragma once

#include "sqlite_statement.h"
#include "store/store.h"

/* The columns that custody_take_row and custody_take_rows expect, in this order. */
#define CUSTODY_COLUMNS                                                                                                  \
    "message, ordinal, customer, address, sender, state, class, topic, campaign, stream, priority, since, due,"          \
    " expires, deadline, \"then\", forced, mail_parameters, recipient_parameters, reasons, ticket, attempts, submitted," \
    " review"
#define CUSTODY_RELEASE_ORDER "priority DESC, expires, since, sequence"

/* Runs a SELECT of CUSTODY_COLUMNS to its end; *out becomes a GPtrArray of Custody. */
bool custody_read_all(Statement *read, GPtrArray **out, GError **error);
/* *out becomes NULL where there is no such id, or text that cannot be one. */
bool custody_read(Connection *connection, const char *id, Custody **out, GError **error);

/* "<message>.<ordinal>" taken apart; false for text that is no id. */
bool custody_split_id(const char *id, char **message, int *ordinal);
