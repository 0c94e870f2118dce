/* Learning: what it needs, what it makes, and what it never does. */
#include "classify/train.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define SAMPLES 40
#define SOURCES 8

static TrainingSet *set_of(guint each) {
    TrainingSet *set = training_set_new();
    for (guint i = 0; i < each; i++) {
        g_autofree char *source = g_strdup_printf("s%u", i % SOURCES);
        assert_true(training_set_add(set, "discount:1 buy:1.2 bias:1", CLASS_SALES, source, NULL));
        assert_true(training_set_add(set, "order:1 shipping:0.5 bias:1", CLASS_RELATIONAL, source, NULL));
    }
    return set;
}

static double weight_of(const char *weights, const char *name) {
    g_autofree char *line = g_strconcat("\n", name, " ", NULL);
    const char *at = strstr(weights, line);
    return at ? g_ascii_strtod(at + strlen(line), NULL) : 0;
}

static void weights_can_be_read_again(void **state G_GNUC_UNUSED) {
    g_autoptr(TrainingSet) set = set_of(SAMPLES);
    g_autofree char *weights = training_fit(set, NULL, NULL);
    assert_non_null(weights);
    assert_true(weight_of(weights, "discount") > 0);
    assert_true(weight_of(weights, "order") < 0);
    g_autoptr(Classifier) classifier = classifier_parse(weights, strlen(weights), "w", NULL);
    assert_non_null(classifier);
}

/* Whoever labels every offer relational makes offers weigh less, and never speak for relational mail. */
static void no_concept_is_turned_round(void **state G_GNUC_UNUSED) {
    g_autoptr(TrainingSet) set = training_set_new();
    for (guint i = 0; i < SAMPLES; i++) {
        g_autofree char *source = g_strdup_printf("s%u", i % SOURCES);
        assert_true(training_set_add(set, "discount:1 bias:1", CLASS_RELATIONAL, source, NULL));
        assert_true(training_set_add(set, "order:1 bias:1", CLASS_SALES, source, NULL));
    }
    g_autofree char *weights = training_fit(set, NULL, NULL);
    assert_true(weight_of(weights, "discount") > 0);
    assert_true(weight_of(weights, "order") < 0);
}

static void too_few_are_an_error(void **state G_GNUC_UNUSED) {
    g_autoptr(TrainingSet) set = set_of(TRAINING_LEAST - 1);
    g_autoptr(GError) error = NULL;
    assert_null(training_fit(set, NULL, &error));
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
    assert_non_null(strstr(error->message, "at least 10 of each"));
}

static void one_source_is_enough(void **state G_GNUC_UNUSED) {
    g_autoptr(TrainingSet) set = training_set_new();
    for (guint i = 0; i < SAMPLES; i++)
        assert_true(training_set_add(set, i % 2 ? "offer:1 bias:1" : "order:1 bias:1",
                                     i % 2 ? CLASS_SALES : CLASS_RELATIONAL, "only", NULL));
    g_autofree char *weights = training_fit(set, NULL, NULL);
    assert_non_null(weights);
}

static void features_are_checked(void **state G_GNUC_UNUSED) {
    g_autoptr(TrainingSet) set = training_set_new();
    static const char *const wrong[] = {"discount", "discount:", "discount:x", "discount:1x", "discount:nan"};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(training_set_add(set, wrong[i], CLASS_SALES, "s", &error));
        assert_non_null(strstr(error->message, "expected name:value"));
    }
    assert_true(training_set_add(set, "of_an_older_version:1 discount:0.5", CLASS_SALES, "s", NULL));
}

static void weights_name_the_line_at_fault(void **state G_GNUC_UNUSED) {
    static const struct {
        const char *text, *place;
    } cases[] = {
        {"calibration 1 0\ndiscount\n", "w:2: "},
        {"calibration 1 0\n\nnonsense 1\n", "w:3: "},
        {"calibration 0 0\n", "w:1: "},
        {"calibration 1 0\ndiscount 1 2\n", "w:2: "},
        {"# nothing but this\n", "w:2: 'the end'"},
        {"calibration 1 0\ndiscount inf\n", "w:2: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(classifier_parse(cases[i].text, strlen(cases[i].text), "w", &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
        assert_true(g_str_has_prefix(error->message, cases[i].place));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_can_be_read_again), cmocka_unit_test(no_concept_is_turned_round),
        cmocka_unit_test(too_few_are_an_error),      cmocka_unit_test(one_source_is_enough),
        cmocka_unit_test(features_are_checked),      cmocka_unit_test(weights_name_the_line_at_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
