/* Adding an edit to a Rewrite, for those who make one. */
#pragma once

#include "message/rewrite.h"

/* Takes the value. Appended fields (index 0) stay last. */
void edit_add(Rewrite *rewrite, const char *name, int index, char *value);
