/* The error domain. Its codes tell the caller what to do next; the sentence in the message tells the person. */
#include "base/error.h"

GQuark cadence_error_quark(void) {
    return g_quark_from_static_string("cadence-error-quark");
}
