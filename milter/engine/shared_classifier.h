/* The classifier of a configuration, counted by reference: a message is read by one from beginning to end, whatever is
 * reloaded meanwhile. */
#pragma once

#include "classify/classify.h"
#include "config/config.h"
#include "message/message.h"

typedef struct SharedClassifier SharedClassifier;

/* CADENCE_ERROR_CONFIG where the file that the configuration names cannot be read. */
SharedClassifier *shared_classifier_load(const Config *config, GError **error);
SharedClassifier *shared_classifier_ref(SharedClassifier *shared);
void shared_classifier_unref(SharedClassifier *shared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SharedClassifier, shared_classifier_unref)

/* What the message reads as, whatever was declared of it. */
Classification *shared_classifier_read(const SharedClassifier *shared, Message *message);
