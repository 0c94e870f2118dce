/* Folders of messages that people have labelled: index.tsv with a header row that names its columns. path (below the
 * folder) and label (relational, sales; all others are skipped) must be there; lang, group (near duplicates) and
 * subject may be. A message's source is the name of its file up to the first "-". */
#pragma once

#include "policy/class.h"

#include <glib.h>

typedef struct {
    char *path; /* with the folder */
    char *language, *group, *subject, *source;
    MailClass class;
} LabelledMessage;

/* Appends to messages (of LabelledMessage). USAGE_ERROR where there is no index, or its line says what was expected. */
bool labelled_read(const char *folder, GPtrArray *messages, GError **error);
GPtrArray *labelled_new(void);
