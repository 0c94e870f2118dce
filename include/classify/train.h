/* Learning weights from messages that people have labelled, with LIBLINEAR. What is known of mail beforehand stays the
 * ground: learning corrects how much each concept weighs, and never turns one round. */
#pragma once

#include "classify/classify.h"

typedef struct TrainingSet TrainingSet;

TrainingSet *training_set_new(void);
void training_set_free(TrainingSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrainingSet, training_set_free)

/* features: of a Classification. source: whose mail it is; figures are honest only for sources that were left out.
 * PERMANENT where the features cannot be read. */
bool training_set_add(TrainingSet *set, const char *features, MailClass class, const char *source, GError **error);

/* Weights as text, learned from all sources but one (NULL: from all), and calibrated on sources held out in turn.
 * PERMANENT where there are not at least TRAINING_LEAST messages of each class. Free with g_free. */
#define TRAINING_LEAST 10
char *training_fit(const TrainingSet *set, const char *without, GError **error);

/* A classifier with these weights; name stands before the line in errors (CADENCE_ERROR_CONFIG). */
Classifier *classifier_parse(const char *weights, gsize length, const char *name, GError **error);
