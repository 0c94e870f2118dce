/* Who declares a class has an interest in it, and the text has none: so the text may take away what was claimed, never
 * give more. Mail that its reader must have is the exception, in the reader's interest. */
#include "kind.h"

static bool reads_for_certain(const Claim *claim) {
    return claim->reading && claim->reading->confidence >= claim->certain;
}

static Kind kind_essential(const Claim *claim) {
    return (Kind){.class = CLASS_RELATIONAL, .doubtful = claim->declared == CLASS_SALES, .doubt = DOUBT_CONTRADICTED};
}

static Kind kind_declared(const Claim *claim) {
    Kind kind = {.class = claim->declared, .doubt = DOUBT_CONTRADICTED};
    kind.doubtful = reads_for_certain(claim) && claim->reading->class != claim->declared;
    if (kind.doubtful && claim->verify)
        kind.class = CLASS_SALES;
    return kind;
}

static Kind kind_uncertain(const Claim *claim) {
    return (Kind){.class = claim->uncertain == UNCERTAIN_RELATIONAL ? CLASS_RELATIONAL : CLASS_SALES,
                  .doubtful = true,
                  .doubt = DOUBT_UNCERTAIN,
                  .held = claim->uncertain == UNCERTAIN_HOLD};
}

Kind kind_of(const Claim *claim) {
    if (claim->reading && claim->reading->essential)
        return kind_essential(claim);
    if (claim->declared != CLASS_ANY)
        return kind_declared(claim);
    if (reads_for_certain(claim))
        return (Kind){.class = claim->reading->class};
    return kind_uncertain(claim);
}

/* ---- in words ---- */

static char *contradiction(const Kind *kind, const Claim *claim) {
    const Classification *reading = claim->reading;
    if (reading->essential)
        return g_strdup_printf("declared sales, reads as mail that its reader must have (%.2f): never taken for sales",
                               reading->confidence);
    return g_strdup_printf("declared %s, reads as %s (%.2f): %s", class_name(claim->declared),
                           class_name(reading->class), reading->confidence,
                           kind->class == claim->declared ? "the declaration stands"
                                                          : "with verify it counts as sales");
}

static char *uncertainty(const Kind *kind, const Claim *claim) {
    return g_strdup_printf("reads as %s with %.2f, and %.2f would be certain: %s", class_name(claim->reading->class),
                           claim->reading->confidence, claim->certain,
                           kind->held                   ? "held for a person"
                           : kind->class == CLASS_SALES ? "it counts as sales"
                                                        : "it counts as relational");
}

char *kind_doubt(const Kind *kind, const Claim *claim) {
    return kind->doubt == DOUBT_CONTRADICTED ? contradiction(kind, claim) : uncertainty(kind, claim);
}

static void add(Classification *to, char *sentence) {
    g_ptr_array_add(to->evidence, sentence);
}

static char *parts(const Classification *reading) {
    return g_strdup_printf("its commercial part begins \"%s\"; what is left without it would %s relational",
                           reading->sales_part, reading->separable ? "be" : "not be");
}

static void add_reading(Classification *to, const Classification *reading) {
    for (guint i = 0; i < reading->evidence->len; i++)
        add(to, g_strdup(reading->evidence->pdata[i]));
    if (reading->sales_part)
        add(to, parts(reading));
    to->sales_part = g_strdup(reading->sales_part);
    to->separable = reading->separable;
}

/* The law sees the message, not what somebody declared of it; but it does not see what is only guessed. */
static void tell_law(Classification *to, const Claim *claim) {
    if (claim->reading && (claim->declared == CLASS_ANY || reads_for_certain(claim)))
        to->legal = claim->reading->legal;
}

Classification *kind_classification(const Kind *kind, const Claim *claim) {
    Classification *made = classification_declared(kind->class, claim->declaration ? claim->declaration : "");
    if (!claim->declaration)
        g_ptr_array_set_size(made->evidence, 0);
    if (kind->doubtful)
        add(made, kind_doubt(kind, claim));
    if (!claim->declaration || kind->doubtful)
        add_reading(made, claim->reading);
    if (kind->class != claim->declared)
        made->confidence = claim->reading->confidence;
    tell_law(made, claim);
    return made;
}
