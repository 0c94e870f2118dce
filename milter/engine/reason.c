/* One wording for log lines, SMTP replies, notices, `held`, `plan` and `explain`, so that what the sender was told and
 * what support says is the same sentence. */
#include "engine/reason.h"

#include "base/instant.h"
#include "base/text.h"
#include "consents.h"

#include <string.h>

#define COUNT "%" JSON_INTEGER_FORMAT

static const char *text_of(const json_t *reason, const char *key) {
    const char *text = json_string_value(json_object_get(reason, key));
    return text ? text : "";
}

static json_int_t number_of(const json_t *reason, const char *key) {
    return json_integer_value(json_object_get(reason, key));
}

static bool rule_is(const json_t *reason, const char *rule) {
    return g_str_equal(text_of(reason, "rule"), rule);
}

/* ---- times ---- */

#define MINUTES 16 /* of "2026-11-25T09:00:00+01:00": where the seconds begin */
#define OFFSET 19  /* where the offset begins */

char *reason_time(const char *rfc3339) {
    if (strlen(rfc3339) <= OFFSET || rfc3339[10] != 'T')
        return g_strdup(rfc3339);
    bool whole = strncmp(rfc3339 + MINUTES, ":00", 3) == 0;
    return g_strdup_printf("%.10s %.*s %s", rfc3339, whole ? 5 : 8, rfc3339 + 11, rfc3339 + OFFSET);
}

/* ---- what keeps it ---- */

static const struct {
    const char *rule, *alone, *named; /* named: with one %s, where the reason has a name; NULL: it is not said */
} subjects[] = {
    {"expires", "it has expired", NULL},
    {"consent", "there is no consent", "there is no consent to \"%s\""},
    {"requires", "Cadence-Requires does not hold", "Cadence-Requires does not hold: %s"},
    {"review", "a person is to say what it is", "a person is to say what it is: cadencectl classify label %s"},
    {"custody", "custody ended", "custody ended: %s"},
    {"request", "a request header is malformed", "%s"},
    {"overtaking", "held mail that came before it goes first", NULL},
    {"hours", "contact hours", "contact hours \"%s\""},
    {"own", "the customer's own limit", "the customer's own limit: %s"},
};

/* Names of ours are words; what is no word is told as it is. */
static void append_placeholder(GString *sentence, const char *name) {
    if (g_ascii_ispunct(*name) || (guchar)*name >= 0x80)
        g_string_append_printf(sentence, "the sender left %s unfilled", name);
    else if (strchr(name, ' '))
        g_string_append_printf(sentence, "a placeholder cannot be read: %s", name);
    else
        g_string_append_printf(sentence, "nothing to fill in for %s", name);
}

static void append_subject(GString *sentence, const json_t *reason) {
    const char *rule = text_of(reason, "rule"), *name = text_of(reason, "name");
    if (rule_is(reason, "consent") && g_str_equal(name, CONSENTS_OBJECTION)) {
        g_string_append(sentence, "the customer has objected to sales mail");
        return;
    }
    if (rule_is(reason, "placeholder")) {
        append_placeholder(sentence, name);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
        if (!g_str_equal(rule, subjects[i].rule))
            continue;
        g_auto(GStrv) parts = g_strsplit(*name && subjects[i].named ? subjects[i].named : subjects[i].alone, "%s", 2);
        g_string_append_printf(sentence, "%s%s%s", parts[0], parts[1] ? name : "", parts[1] ? parts[1] : "");
        return;
    }
    g_string_append_printf(sentence, *name ? "%s \"%s\"" : "%s%s", rule, name);
}

static void append_count(GString *sentence, const json_t *reason) {
    json_int_t have = number_of(reason, "have"), limit = number_of(reason, "limit");
    if (!json_object_get(reason, "have") || rule_is(reason, "overtaking"))
        return;
    if (rule_is(reason, "gap")) {
        g_autofree char *since = duration_format(have), *least = duration_format(limit);
        g_string_append_printf(sentence, ": %s since the last, %s between", since, least);
    } else if (rule_is(reason, "ratio") || rule_is(reason, "first")) {
        g_string_append_printf(sentence, ": " COUNT " relational of the " COUNT " it takes", have, limit);
    } else {
        g_string_append_printf(sentence, ": " COUNT " of " COUNT, have, limit);
    }
}

char *reason_count_sentence(const json_t *reason) {
    GString *sentence = g_string_new(NULL);
    append_subject(sentence, reason);
    append_count(sentence, reason);
    return g_string_free(sentence, FALSE);
}

char *reason_sentence(const json_t *reason) {
    g_autofree char *count = reason_count_sentence(reason);
    const char *until = json_string_value(json_object_get(reason, "until"));
    if (!until)
        return g_steal_pointer(&count);
    g_autofree char *time = reason_time(until);
    return g_strconcat(count, ", free ", time, NULL);
}

/* ---- what would have freed it ---- */

static bool counts_relational(const json_t *reason) {
    return rule_is(reason, "ratio") || rule_is(reason, "first");
}

/* What a person or another message could have changed about one reason; NULL: time alone, or relational mail. */
static char *remedy(const json_t *reason) {
    const char *name = text_of(reason, "name");
    if (rule_is(reason, "consent"))
        return g_str_equal(name, CONSENTS_OBJECTION)
                   ? g_strdup("a new consent of the customer, who has objected to sales mail")
                   : g_strdup_printf("the customer's consent to \"%s\"", name);
    if (rule_is(reason, "requires"))
        return g_strdup_printf("a customer for whom this holds: %s", name);
    if (rule_is(reason, "expires"))
        return g_strdup("to come before it expires, or to expire later");
    if (rule_is(reason, "placeholder"))
        return text_is_word(name) ? g_strdup_printf("a value for %s, or a default in the text", name)
                                  : g_strdup("another text from its author");
    if (rule_is(reason, "review"))
        return g_strdup("a person's answer to what it is");
    if (rule_is(reason, "overtaking"))
        return g_strdup_printf("a higher priority than that of the " COUNT " held before it",
                               number_of(reason, "have"));
    if (rule_is(reason, "gate"))
        return g_strdup_printf("the event that opens gate \"%s\"", name);
    if (rule_is(reason, "own"))
        return g_strdup("the customer's own word");
    if (rule_is(reason, "cap") && number_of(reason, "limit") == 0)
        return g_strdup_printf("another policy: cap \"%s\" lets nothing pass", name);
    return NULL;
}

typedef struct {
    bool any, never;  /* something else than relational mail keeps it; at no known instant is it free of that */
    const char *last; /* when it is, as RFC 3339 in the customer's zone */
    Instant at;
} Rest;

static Rest rest_of(const json_t *reasons) {
    Rest rest = {.at = INSTANT_ALWAYS};
    size_t i;
    json_t *reason;
    json_array_foreach (reasons, i, reason) {
        const char *until = json_string_value(json_object_get(reason, "until"));
        Instant at;
        if (counts_relational(reason))
            continue;
        rest.any = true;
        if (!until || !instant_parse(until, &at)) {
            rest.never = true;
        } else if (at > rest.at) {
            rest.at = at;
            rest.last = until;
        }
    }
    return rest;
}

/* Where only time keeps it beside, from then on; where something else does, that has to be gone too. */
static char *remedy_by_relational(json_int_t count, const json_t *reasons) {
    Rest rest = rest_of(reasons);
    g_autofree char *what = g_strdup_printf(COUNT " more relational message%s", count, count == 1 ? "" : "s");
    if (!rest.any)
        return g_strconcat(what, ": it could have gone at once", NULL);
    if (rest.never)
        return g_strconcat(what, ", and no other rule against it", NULL);
    g_autofree char *time = reason_time(rest.last);
    return g_strconcat(what, ": it could go from ", time, NULL);
}

json_t *reason_remedies(const json_t *receipt) {
    json_t *remedies = json_array();
    const json_t *reasons = json_object_get(receipt, "reasons");
    json_int_t relational = number_of(json_object_get(receipt, "needs"), "relational");
    size_t i;
    json_t *reason;
    if (relational > 0) {
        g_autofree char *text = remedy_by_relational(relational, reasons);
        json_array_append_new(remedies, json_string(text));
    }
    json_array_foreach (reasons, i, reason) {
        g_autofree char *text = remedy(reason);
        if (text)
            json_array_append_new(remedies, json_string(text));
    }
    return remedies;
}
