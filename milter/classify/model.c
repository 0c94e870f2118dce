/* Text in, text out, and one sum: all that is left of the knowledge when it has been learned. */
#include "model.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *name;
    guint line;
    bool calibrated;
    Model model;
} Reading;

static bool complain(const Reading *reading, const char *line, GError **error) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG,
                "%s:%u: '%s', expected 'calibration SLOPE OFFSET' or the name of a feature and its weight",
                reading->name, reading->line, line);
    return false;
}

static bool read_number(const char *text, double *out) {
    char *end;
    *out = g_ascii_strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}

static bool read_line(Reading *reading, char *line, GError **error) {
    line[strcspn(line, "#")] = '\0';
    g_strstrip(line);
    if (!*line)
        return true;
    g_auto(GStrv) words = g_strsplit(line, " ", 4);
    guint count = g_strv_length(words), feature;
    double first, second;
    if (count == 3 && g_str_equal(words[0], "calibration") && read_number(words[1], &first) && first > 0 &&
        read_number(words[2], &second)) {
        reading->model.slope = first;
        reading->model.offset = second;
        reading->calibrated = true;
        return true;
    }
    if (count != 2 || !features_find(words[0], &feature) || !read_number(words[1], &first))
        return complain(reading, line, error);
    reading->model.weights[feature] = first;
    return true;
}

bool model_parse(const char *text, gsize length, const char *name, Model *model, GError **error) {
    Reading reading = {.name = name};
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (char **line = lines; *line; line++) {
        reading.line++;
        if (!read_line(&reading, *line, error))
            return false;
    }
    if (!reading.calibrated)
        return complain(&reading, "the end", error);
    *model = reading.model;
    return true;
}

static void append_number(GString *text, double number) {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_c(text, ' ');
    g_string_append(text, g_ascii_formatd(digits, sizeof digits, "%.4f", number));
}

char *model_to_text(const Model *model) {
    g_autoptr(GString) text = g_string_new("# Weights of the classifier: positive speaks for sales. Written by\n"
                                           "# `cadencectl classify train`; read by people too.\ncalibration");
    append_number(text, model->slope);
    append_number(text, model->offset);
    g_string_append_c(text, '\n');
    for (guint i = 0; i < FEATURES; i++) {
        if (fabs(model->weights[i]) < 0.00005)
            continue;
        g_string_append(text, features_name(i));
        append_number(text, model->weights[i]);
        g_string_append_c(text, '\n');
    }
    return g_strdup(text->str);
}

double model_score(const Model *model, const Features *features) {
    double score = 0;
    for (guint i = 0; i < FEATURES; i++)
        score += model->weights[i] * features->values[i];
    return score;
}

double model_told(const Model *model, const Features *features) {
    double told = 0;
    for (guint i = 0; i < 2 * CONCEPTS; i++)
        told += fabs(model->weights[i] * features->values[i]);
    return told;
}

double model_probability(const Model *model, double score) {
    return 1 / (1 + exp(-(model->slope * score + model->offset)));
}
