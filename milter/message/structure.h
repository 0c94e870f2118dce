/* How a body is cut into parts and what its texts say. All of it follows from the entity, and nothing of it is changed
 * once it is made: messages that share an entity share it too, from any thread. */
#pragma once

#include "entity.h"
#include "part.h"

typedef struct {
    Entity entity;
    GPtrArray *parts; /* of Part */
    bool sealed;      /* by its types or by what a text is; a signature among the other fields apart */
    MessageReading reading;
    GString *plain, *html; /* what is read where it is of several parts; NULL: of one or none */
} Structure;

Structure *structure_new(const Entity *entity);
Structure *structure_ref(Structure *structure);
void structure_unref(Structure *structure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Structure, structure_unref)

/* That of an entity, new or as the memory has it; NULL memory: new. */
Structure *structure_of(const Entity *entity, Recent *memory);
