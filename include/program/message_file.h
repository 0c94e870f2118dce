/* A message in a file, as the classifier wants it: mail as it was sent, or one body alone (a template, say) where the
 * name ends in .txt or .html. */
#pragma once

#include "classify/classify.h"

typedef struct MessageFile MessageFile;

/* subject: of a file that has none; NULL or "" leaves what the file says. USAGE_ERROR where it cannot be read. */
MessageFile *message_file_open(const char *path, const char *subject, GError **error);
void message_file_close(MessageFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageFile, message_file_close)

/* Borrowed from the file. */
const ClassifyMessage *message_file_read(const MessageFile *file);
