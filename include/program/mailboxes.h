/* The addresses in a header field, for `try`, which has no SMTP envelope to go by. */
#pragma once

#include <glib.h>

/* Appends to addresses (of char *) each address of an RFC 5322 address-list as it stands in the header section: display
 * names, comments and group names are left out, and so is what is no address. */
void mailboxes_add(GPtrArray *addresses, const char *field);
