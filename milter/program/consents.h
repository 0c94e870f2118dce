/* Consents as they are printed, alone and with their customer. */
#pragma once

#include "program/command.h"

/* "none", "granted", "withdrawn", "objected". */
const char *consent_state_name(ConsentState state);

/* What is in force: [{"purpose", "state", "basis", "wording", "sale", "at"}], by purpose. */
bool consents_json(Session *session, const Customer *customer, json_t **out, GError **error);
