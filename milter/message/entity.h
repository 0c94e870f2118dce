/* What a message is cut into parts by: its Content- fields, an empty line and the body, which is an entity of its own
 * (RFC 2045, 2.4). Who sent it to whom, when and about what makes no difference to that. */
#pragma once

#include "message/message.h"

typedef struct {
    GBytes *bytes; /* its own: a memory may keep them when the buffer that the message came in is gone */
    gsize body;    /* where it begins in them */
    bool whole;    /* they are the whole message: its header section is malformed, and no fields can be left out */
} Entity;

/* The entity of a message that has these fields, whose header section ends and whose body begins there. */
Entity entity_of(GBytes *raw, const GPtrArray *fields, gsize header_end, gsize body);
void entity_clear(Entity *entity);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Entity, entity_clear)

/* The message's field that begins at this offset of the entity; NULL where none does. */
const HeaderField *entity_field(const Entity *entity, const GPtrArray *fields, gsize start);
