/* What an engine remembers of the texts that it read last: the part of its work that is the same for everybody who gets
 * a letter. Shared by all threads. */
#pragma once

#include "message/message.h"
#include "template/leftover.h"
#include "template/template.h"

typedef struct {
    Recent *bodies;    /* see message_memory_new */
    Recent *templates; /* of Template */
    Recent *leftovers; /* of GPtrArray */
} Memory;

Memory *memory_new(void);
void memory_free(Memory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Memory, memory_free)

/* The text as a template; to be given back with template_free. Fails as template_compile does. */
Template *memory_template(const Memory *memory, const MessageText *text, GError **error);
/* What leftovers_find finds in the text: of char *, not to be changed; to be given back with g_ptr_array_unref. */
GPtrArray *memory_leftovers(const Memory *memory, const char *text, gsize length, const LeftoverText *kind);
