/* Errors of the house: one GError domain whose codes say what the caller should do, not where it went wrong.
 * The message is a sentence for the admin at 3 a.m.: what happened, to which thing, what to do. */
#pragma once

#include <glib.h>

#define CADENCE_ERROR (cadence_error_quark())

typedef enum {
    CADENCE_ERROR_TEMPORARY, /* the same call may succeed later: busy store, full disk, no connection */
    CADENCE_ERROR_PERMANENT, /* the same call will fail again: malformed input, no such customer */
    CADENCE_ERROR_UNCERTAIN, /* a write may or may not have taken effect; ask before repeating it */
    CADENCE_ERROR_CONFIG,    /* the configuration is wrong; the message begins with "file:line: " */
    CADENCE_ERROR_REQUEST,   /* a request header of a trusted stream is malformed; the message names it */
} CadenceError;

GQuark cadence_error_quark(void);
