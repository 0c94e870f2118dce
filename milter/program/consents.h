/* Consents as they are printed, alone and with their customer. */
#pragma once

#include "program/command.h"

/* [{"purpose", "state", "at"}], by purpose. */
bool consents_json(Session *session, const Customer *customer, json_t **out, GError **error);
