/* Finds, for every tag of a template in HTML, the place where it stands. */
#pragma once

#include "tree.h"

/* Also notes at a section, parent or block where its text ends in another place than it began, and in the template
 * whether it ends as it began: in text. */
void places_find(Template *template);
