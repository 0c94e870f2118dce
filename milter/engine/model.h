/* The classifier of a configuration, counted by reference: a message is read by one from beginning to end, whatever is
 * reloaded meanwhile. */
#pragma once

#include "classify/classify.h"
#include "config/config.h"
#include "message/message.h"

typedef struct Model Model;

/* CADENCE_ERROR_CONFIG where the file that the configuration names cannot be read. */
Model *model_load(const Config *config, GError **error);
Model *model_ref(Model *model);
void model_unref(Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_unref)

/* What the message reads as, whatever was declared of it. */
Classification *model_read(const Model *model, Message *message);
