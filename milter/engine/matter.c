/* Receipts are many and mostly alike: what is as usual is left out of them. */
#include "matter.h"

#include "base/json_put.h"
#include "message/request.h"

Candidate matter_candidate(const Matter *matter) {
    return (Candidate){.class = matter->class, .topic = matter->topic, .campaign = matter->campaign};
}

/* A topic of sales goes with the part that was about it. */
Candidate matter_candidate_cut(const Matter *matter) {
    return (Candidate){
        .class = CLASS_RELATIONAL, .topic = matter->sales_topic ? NULL : matter->topic, .campaign = matter->campaign};
}

Candidate matter_candidate_fallback(const Matter *matter) {
    return (Candidate){.class = CLASS_RELATIONAL, .topic = matter->fallback_topic, .campaign = matter->campaign};
}

static const char *topic_or_none(const char *topic) {
    return topic ? topic : "";
}

const char *matter_cut_as(const Matter *matter) {
    return matter->cuttable ? topic_or_none(matter_candidate_cut(matter).topic) : NULL;
}

const char *matter_fallback_as(const Matter *matter) {
    return matter->fallback ? topic_or_none(matter->fallback_topic) : NULL;
}

static const char *topic_that_goes(const Matter *matter, const Outcome *outcome) {
    if (outcome->fallback)
        return matter->fallback_topic;
    return outcome->action == ACTION_REWRITE && matter->sales_topic ? NULL : matter->topic;
}

Contact matter_contact(const Matter *matter, const Outcome *outcome) {
    return (Contact){.at = matter->at,
                     .class = outcome->class,
                     .topic = topic_that_goes(matter, outcome),
                     .campaign = matter->campaign};
}

/* ---- receipts ---- */

static void put_flag(GString *json, const char *key, bool value, bool usual) {
    if (value != usual)
        json_put_flag(json, key, value);
}

static void put_text(GString *json, const char *key, const char *text) {
    if (text)
        json_put_text(json, key, text);
}

static void put_instant(GString *json, const char *key, Instant at) {
    g_autofree char *text = instant_format(at, NULL);
    put_text(json, key, text);
}

static void put_fallback(GString *json, const Matter *matter) {
    if (!matter->fallback)
        return;
    json_put_begin(json, "fallback", '{');
    json_put_text(json, "template", matter->fallback);
    put_text(json, "topic", matter->fallback_topic);
    put_flag(json, "exempt", matter->fallback_exempt, false);
    json_put_end(json, '}');
}

static void put_missing(GString *json, const GPtrArray *missing) {
    if (!missing || missing->len == 0)
        return;
    json_put_begin(json, "missing", '[');
    for (guint i = 0; i < missing->len; i++)
        json_put_text(json, NULL, missing->pdata[i]);
    json_put_end(json, ']');
}

static void put_customer(GString *json, const Customer *customer) {
    put_text(json, "timezone", customer->timezone);
    put_instant(json, "paused_until", customer->paused_until);
    put_flag(json, "paused", customer->paused_until == INSTANT_NEVER, false);
    put_text(json, "limits", customer->limits);
    put_text(json, "quiet", customer->quiet);
}

static void put_flags(GString *json, const Matter *matter) {
    put_flag(json, "live", matter->live, true);
    put_flag(json, "enforced", matter->enforced, true);
    put_flag(json, "exempt", matter->exempt, false);
    put_flag(json, "counts", matter->counts, true);
    put_flag(json, "has_sales", matter->has_sales, false);
    put_flag(json, "sales_topic", matter->sales_topic, false);
    put_flag(json, "spared", matter->spared, false);
    put_flag(json, "cuttable", matter->cuttable, false);
}

static void put_release(GString *json, const Matter *matter) {
    put_flag(json, "released", matter->released, false);
    put_flag(json, "forced", matter->forced, false);
    if (!matter->released)
        return;
    put_instant(json, "since", matter->since);
    put_instant(json, "deadline", matter->deadline);
}

void matter_put(GString *json, const char *key, const Matter *matter, const Customer *customer) {
    json_put_begin(json, key, '{');
    if (matter->priority != REQUEST_DEFAULT_PRIORITY)
        json_put_integer(json, "priority", matter->priority);
    put_instant(json, "expires", matter->expires);
    put_flags(json, matter);
    put_fallback(json, matter);
    put_missing(json, matter->missing);
    put_text(json, "review", matter->review);
    put_release(json, matter);
    put_customer(json, customer);
    json_put_end(json, '}');
}

static bool take_flag(const json_t *json, const char *key, bool usual) {
    const json_t *value = json_object_get(json, key);
    return value ? json_is_true(value) : usual;
}

static Instant take_instant(const json_t *json, const char *key, Instant at) {
    const char *text = json_string_value(json_object_get(json, key));
    if (text)
        instant_parse(text, &at);
    return at;
}

static int take_priority(const json_t *json) {
    const json_t *value = json_object_get(json, "priority");
    return value ? (int)json_integer_value(value) : REQUEST_DEFAULT_PRIORITY;
}

/* The name that a reason of this rule gives; NULL where there is none. */
static const char *reason_name(const json_t *receipt, const char *rule) {
    size_t i;
    json_t *reason;
    json_array_foreach (json_object_get(receipt, "reasons"), i, reason)
        if (g_strcmp0(json_string_value(json_object_get(reason, "rule")), rule) == 0)
            return json_string_value(json_object_get(reason, "name"));
    return NULL;
}

static GPtrArray *take_missing(const json_t *json) {
    size_t i;
    json_t *name, *names = json_object_get(json, "missing");
    if (!names)
        return NULL;
    GPtrArray *missing = g_ptr_array_new();
    json_array_foreach (names, i, name)
        g_ptr_array_add(missing, (gpointer)json_string_value(name));
    return missing;
}

/* Freed by nobody: the words are the receipt's. */
static Customer take_customer(const json_t *json) {
    Instant until = take_instant(json, "paused_until", INSTANT_ALWAYS);
    return (Customer){.timezone = (char *)json_string_value(json_object_get(json, "timezone")),
                      .comfort = -1,
                      .paused_until = take_flag(json, "paused", false) ? INSTANT_NEVER : until,
                      .limits = (char *)json_string_value(json_object_get(json, "limits")),
                      .quiet = (char *)json_string_value(json_object_get(json, "quiet"))};
}

bool matter_restore(MatterRecord *self, const json_t *receipt, Instant at) {
    const json_t *json = json_object_get(receipt, "matter"), *message = json_object_get(receipt, "message");
    const char *class = json_string_value(json_object_get(message, "class"));
    *self = (MatterRecord){.matter = {.at = at, .class = CLASS_SALES}};
    if (!json)
        return false;
    if (class)
        class_parse(class, &self->matter.class);
    const json_t *fallback = json_object_get(json, "fallback");
    self->missing = take_missing(json);
    const bool spared = take_flag(json, "spared", false);
    self->matter = (Matter){.at = at,
                            .live = take_flag(json, "live", true),
                            .class = spared ? CLASS_RELATIONAL : self->matter.class,
                            .topic = json_string_value(json_object_get(message, "topic")),
                            .campaign = json_string_value(json_object_get(message, "campaign")),
                            .priority = take_priority(json),
                            .expires = take_instant(json, "expires", INSTANT_NEVER),
                            .enforced = take_flag(json, "enforced", true),
                            .exempt = take_flag(json, "exempt", false),
                            .counts = take_flag(json, "counts", true),
                            .has_sales = take_flag(json, "has_sales", false),
                            .sales_topic = take_flag(json, "sales_topic", false),
                            .spared = spared,
                            .cuttable = take_flag(json, "cuttable", false),
                            .fallback = json_string_value(json_object_get(fallback, "template")),
                            .fallback_topic = json_string_value(json_object_get(fallback, "topic")),
                            .fallback_exempt = take_flag(fallback, "exempt", false),
                            .lacks_consent = spared ? NULL : reason_name(receipt, "consent"),
                            .fails_requires = reason_name(receipt, "requires"),
                            .missing = self->missing,
                            .review = json_string_value(json_object_get(json, "review")),
                            .released = take_flag(json, "released", false),
                            .forced = take_flag(json, "forced", false),
                            .since = take_instant(json, "since", at),
                            .deadline = take_instant(json, "deadline", INSTANT_NEVER)};
    self->customer = take_customer(json);
    self->policy = json_string_value(json_object_get(receipt, "policy"));
    return true;
}

void matter_record_clear(MatterRecord *self) {
    g_clear_pointer(&self->missing, g_ptr_array_unref);
}
