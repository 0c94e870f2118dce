/* A linear model over the features, and what its score is worth as a probability. Its file is for people to read:
 *
 *   # comment
 *   calibration 1.07 -0.12          probability of sales = 1 / (1 + exp(-(a * score + b)))
 *   discount 2.31
 *   subject:discount 0.4
 */
#pragma once

#include "features.h"

typedef struct {
    double weights[FEATURES]; /* a feature that the file does not name has none */
    double slope, offset;
} Model;

/* CADENCE_ERROR_CONFIG, "name:line: " and what was expected. */
bool model_parse(const char *text, gsize length, const char *name, Model *model, GError **error);
char *model_to_text(const Model *model);

double model_score(const Model *model, const Features *features);
/* How much the text itself says: the weights of its concepts, for either side. What is not said, and fields, are left
 * out: every program that sends to many writes those. */
double model_told(const Model *model, const Features *features);
double model_probability(const Model *model, double score); /* of sales */
