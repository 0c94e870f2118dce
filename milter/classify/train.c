/* Some hundred messages cannot teach what each of a hundred concepts weighs, and would teach the habits of their
 * senders instead. So what was known beforehand goes in as one feature of its own, scaled so that the penalty on
 * weights hardly touches it; the rest is learned under a heavy penalty, as a correction. LIBLINEAR's logistic
 * regression does both in one problem, and a second time, with one feature, turns scores into probabilities: scores of
 * messages whose source was not learned from, because those of others flatter. */
#include "classify/train.h"

#include "base/error.h"
#include "model.h"

#include <linear.h>

#define KNOWN_SCALE 3.0   /* of what was known beforehand */
#define PENALTY_COST 0.01 /* LIBLINEAR's C: the smaller, the closer to what was known */
#define CALIBRATION_COST 1.0
#define RELATIONAL_COST 4 /* how much worse relational mail taken for sales is than the reverse */
#define TOLERANCE 1e-4
#define FOLDS 5
#define CORRECTED_LEAST 0.25 /* of what a concept weighed beforehand */
#define CORRECTED_MOST 2.5
#define SLOPE_LEAST 0.05
#define SOLVER L2R_LR

typedef struct {
    Features features;
    bool sales;
    guint source; /* index into sources */
} Sample;

struct TrainingSet {
    GArray *samples;    /* of Sample */
    GPtrArray *sources; /* of char * */
};

TrainingSet *training_set_new(void) {
    TrainingSet *set = g_new0(TrainingSet, 1);
    set->samples = g_array_new(FALSE, FALSE, sizeof(Sample));
    set->sources = g_ptr_array_new_with_free_func(g_free);
    return set;
}

void training_set_free(TrainingSet *set) {
    if (!set)
        return;
    g_array_unref(set->samples);
    g_ptr_array_unref(set->sources);
    g_free(set);
}

static guint source_index(TrainingSet *set, const char *source) {
    guint index;
    if (g_ptr_array_find_with_equal_func(set->sources, source, g_str_equal, &index))
        return index;
    g_ptr_array_add(set->sources, g_strdup(source));
    return set->sources->len - 1;
}

bool training_set_add(TrainingSet *set, const char *features, MailClass class, const char *source, GError **error) {
    Sample sample = {.sales = class == CLASS_SALES};
    if (!features_from_text(features, &sample.features, error))
        return false;
    sample.source = source_index(set, source);
    g_array_append_val(set->samples, sample);
    return true;
}

/* ---- LIBLINEAR ---- */

typedef struct {
    struct problem problem;
    GArray *nodes, *starts; /* of struct feature_node; of gsize, into nodes */
    GArray *labels;         /* of double */
} Problem;

static Problem *problem_new(int features) {
    Problem *problem = g_new0(Problem, 1);
    problem->nodes = g_array_new(FALSE, FALSE, sizeof(struct feature_node));
    problem->starts = g_array_new(FALSE, FALSE, sizeof(gsize));
    problem->labels = g_array_new(FALSE, FALSE, sizeof(double));
    problem->problem.n = features;
    problem->problem.bias = -1;
    return problem;
}

static void problem_free(Problem *problem) {
    g_array_unref(problem->nodes);
    g_array_unref(problem->starts);
    g_array_unref(problem->labels);
    g_free(problem->problem.x);
    g_free(problem);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Problem, problem_free)

static void problem_row(Problem *problem, bool sales) {
    gsize start = problem->nodes->len;
    double label = sales ? 1 : -1;
    g_array_append_val(problem->starts, start);
    g_array_append_val(problem->labels, label);
}

/* index from 1, ascending within a row; 0 ends a row, as LIBLINEAR's -1. */
static void problem_value(Problem *problem, int index, double value) {
    struct feature_node node = {index == 0 ? -1 : index, value};
    if (value != 0 || index == 0)
        g_array_append_val(problem->nodes, node);
}

static void be_quiet(G_GNUC_UNUSED const char *text) {
}

/* How often each class was collected says nothing of how often it is sent, so both count the same. */
static double class_cost(const Problem *problem, double label) {
    guint count = 0;
    for (guint i = 0; i < problem->labels->len; i++)
        count += g_array_index(problem->labels, double, i) == label;
    return problem->labels->len / (2.0 * MAX(count, 1));
}

/* LIBLINEAR orders classes by first appearance: weights are those of label[0]. */
static void problem_solve(Problem *problem, double cost, double relational_cost, double *weights) {
    int labels[] = {-1, 1};
    double costs[] = {relational_cost * class_cost(problem, -1), class_cost(problem, 1)};
    struct parameter parameter = {
        .solver_type = SOLVER, .C = cost, .eps = TOLERANCE, .nr_weight = 2, .weight_label = labels, .weight = costs};
    problem->problem.l = (int)problem->starts->len;
    problem->problem.y = (double *)(void *)problem->labels->data;
    problem->problem.x = g_new(struct feature_node *, problem->starts->len);
    for (guint i = 0; i < problem->starts->len; i++)
        problem->problem.x[i] =
            &g_array_index(problem->nodes, struct feature_node, g_array_index(problem->starts, gsize, i));
    set_print_string_function(be_quiet);
    struct model *model = train(&problem->problem, &parameter);
    for (int i = 0; i < problem->problem.n; i++)
        weights[i] = model->label[0] == 1 ? model->w[i] : -model->w[i];
    free_and_destroy_model(&model);
}

/* ---- learning ---- */

/* Which samples to leave out. */
typedef struct {
    guint source; /* G_MAXUINT: none */
    guint fold;   /* of FOLDS, by source; G_MAXUINT: none */
} Hold;

static bool is_held_out(const Hold *hold, const Sample *sample) {
    return sample->source == hold->source || sample->source % FOLDS == hold->fold;
}

static double known_score(const Features *features) {
    double score = 0;
    for (guint i = 0; i < FEATURES; i++)
        score += features_prior(i) * features->values[i];
    return score;
}

static void add_sample(Problem *problem, const Sample *sample) {
    problem_row(problem, sample->sales);
    problem_value(problem, 1, KNOWN_SCALE * known_score(&sample->features));
    for (guint i = 0; i < FEATURES; i++)
        problem_value(problem, (int)i + 2, sample->features.values[i]);
    problem_value(problem, 0, 0);
}

/* A concept may come to weigh less or more, but not to speak for the other side. */
static double corrected(double known, double learned, guint feature) {
    if (known != 0 && feature < 2 * CONCEPTS)
        return known * CLAMP(learned / known, CORRECTED_LEAST, CORRECTED_MOST);
    return learned;
}

static void learn(const TrainingSet *set, const Hold *hold, Model *model) {
    double weights[FEATURES + 1];
    g_autoptr(Problem) problem = problem_new(FEATURES + 1);
    for (guint i = 0; i < set->samples->len; i++) {
        const Sample *sample = &g_array_index(set->samples, Sample, i);
        if (!is_held_out(hold, sample))
            add_sample(problem, sample);
    }
    problem_solve(problem, PENALTY_COST, 1, weights);
    double trust = MAX(weights[0] * KNOWN_SCALE, 0.1);
    for (guint i = 0; i < FEATURES; i++) {
        double known = trust * features_prior(i);
        model->weights[i] = corrected(known, known + weights[i + 1], i);
    }
}

static bool has_enough(const TrainingSet *set, const Hold *hold, GError **error) {
    guint sales = 0, relational = 0;
    for (guint i = 0; i < set->samples->len; i++) {
        const Sample *sample = &g_array_index(set->samples, Sample, i);
        if (!is_held_out(hold, sample))
            *(sample->sales ? &sales : &relational) += 1;
    }
    if (MIN(sales, relational) >= TRAINING_LEAST)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "%u sales and %u relational messages are too few to learn from, expected at least %u of each", sales,
                relational, TRAINING_LEAST);
    return false;
}

/* Where too few sources are left to hold any out, scores are taken as they are. */
static void calibrate(const TrainingSet *set, const char *without, Model *model) {
    double weights[2];
    g_autoptr(Problem) problem = problem_new(2);
    Hold hold = {G_MAXUINT, G_MAXUINT};
    if (without)
        g_ptr_array_find_with_equal_func(set->sources, without, g_str_equal, &hold.source);
    for (hold.fold = 0; hold.fold < FOLDS; hold.fold++) {
        Model held = {0};
        if (!has_enough(set, &hold, NULL))
            continue;
        learn(set, &hold, &held);
        for (guint i = 0; i < set->samples->len; i++) {
            const Sample *sample = &g_array_index(set->samples, Sample, i);
            if (sample->source == hold.source || sample->source % FOLDS != hold.fold)
                continue;
            problem_row(problem, sample->sales);
            problem_value(problem, 1, model_score(&held, &sample->features));
            problem_value(problem, 2, 1);
            problem_value(problem, 0, 0);
        }
    }
    model->slope = 1;
    if (problem->starts->len == 0)
        return;
    problem_solve(problem, CALIBRATION_COST, RELATIONAL_COST, weights);
    model->slope = MAX(weights[0], SLOPE_LEAST);
    model->offset = weights[1];
}

char *training_fit(const TrainingSet *set, const char *without, GError **error) {
    Model model = {0};
    Hold hold = {G_MAXUINT, G_MAXUINT};
    if (without)
        g_ptr_array_find_with_equal_func(set->sources, without, g_str_equal, &hold.source);
    if (!has_enough(set, &hold, error))
        return NULL;
    learn(set, &hold, &model);
    calibrate(set, without, &model);
    return model_to_text(&model);
}
