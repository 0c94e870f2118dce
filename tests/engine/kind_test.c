/* What a message is taken for: each combination of what was declared, what the text reads as, and what the stream says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../milter/engine/kind.h"

#define CERTAIN 0.8
#define SURE 0.9
#define GUESS 0.7

typedef enum { UNREAD, READ, ESSENTIAL } How;

typedef struct {
    MailClass declared;
    How how;
    MailClass reads_as;
    double confidence;
    bool verify;
    Uncertain uncertain;
} Given;

typedef struct {
    Given given;
    MailClass class;
    int doubt; /* a Doubt; -1: none */
    bool held;
} Case;

static Classification *reading_of(const Given *given) {
    if (given->how == UNREAD)
        return NULL;
    Classification *reading = classification_declared(given->reads_as, "button: buy");
    reading->confidence = given->confidence;
    reading->essential = given->how == ESSENTIAL;
    reading->legal = given->how == ESSENTIAL ? LEGAL_TRANSACTIONAL : reading->legal;
    return reading;
}

static Claim claim_of(const Given *given, const Classification *reading) {
    return (Claim){.declared = given->declared,
                   .declaration = given->declared == CLASS_ANY ? NULL : "somebody declares it",
                   .reading = reading,
                   .verify = given->verify,
                   .uncertain = given->uncertain,
                   .certain = CERTAIN};
}

static void check(const Case *cases, gsize count) {
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Classification) reading = reading_of(&cases[i].given);
        Claim claim = claim_of(&cases[i].given, reading);
        Kind kind = kind_of(&claim);
        if (kind.class != cases[i].class || (kind.doubtful ? (int)kind.doubt : -1) != cases[i].doubt ||
            kind.held != cases[i].held)
            fail_msg("case %zu: class %s, doubt %d (%d), held %d", i, class_name(kind.class), kind.doubtful, kind.doubt,
                     kind.held);
    }
}

static void what_nobody_declared_is_what_it_reads_as(void **state) {
    (void)state;
    static const Case cases[] = {
        {{CLASS_ANY, READ, CLASS_SALES, SURE, false, 0}, CLASS_SALES, -1, false},
        {{CLASS_ANY, READ, CLASS_RELATIONAL, SURE, false, 0}, CLASS_RELATIONAL, -1, false},
        {{CLASS_ANY, READ, CLASS_SALES, CERTAIN, false, UNCERTAIN_HOLD}, CLASS_SALES, -1, false},
        {{CLASS_ANY, READ, CLASS_RELATIONAL, SURE, true, UNCERTAIN_HOLD}, CLASS_RELATIONAL, -1, false},
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void the_uncertain_is_what_the_stream_says(void **state) {
    (void)state;
    static const Case cases[] = {
        {{CLASS_ANY, READ, CLASS_RELATIONAL, GUESS, false, UNCERTAIN_SALES}, CLASS_SALES, DOUBT_UNCERTAIN, false},
        {{CLASS_ANY, READ, CLASS_SALES, GUESS, false, UNCERTAIN_SALES}, CLASS_SALES, DOUBT_UNCERTAIN, false},
        {{CLASS_ANY, READ, CLASS_SALES, GUESS, false, UNCERTAIN_RELATIONAL}, CLASS_RELATIONAL, DOUBT_UNCERTAIN, false},
        {{CLASS_ANY, READ, CLASS_RELATIONAL, GUESS, true, UNCERTAIN_HOLD}, CLASS_SALES, DOUBT_UNCERTAIN, true},
        {{CLASS_ANY, READ, CLASS_SALES, 0.799, false, UNCERTAIN_HOLD}, CLASS_SALES, DOUBT_UNCERTAIN, true},
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void what_is_declared_stands_unless_the_text_is_certain_and_verify_asks(void **state) {
    (void)state;
    static const Case cases[] = {
        {{CLASS_RELATIONAL, UNREAD, 0, 0, false, 0}, CLASS_RELATIONAL, -1, false},
        {{CLASS_SALES, UNREAD, 0, 0, true, UNCERTAIN_HOLD}, CLASS_SALES, -1, false},
        {{CLASS_RELATIONAL, READ, CLASS_RELATIONAL, SURE, true, 0}, CLASS_RELATIONAL, -1, false},
        {{CLASS_RELATIONAL, READ, CLASS_SALES, GUESS, true, UNCERTAIN_HOLD}, CLASS_RELATIONAL, -1, false},
        {{CLASS_RELATIONAL, READ, CLASS_SALES, SURE, false, 0}, CLASS_RELATIONAL, DOUBT_CONTRADICTED, false},
        {{CLASS_RELATIONAL, READ, CLASS_SALES, SURE, true, 0}, CLASS_SALES, DOUBT_CONTRADICTED, false},
        {{CLASS_SALES, READ, CLASS_RELATIONAL, SURE, true, 0}, CLASS_SALES, DOUBT_CONTRADICTED, false},
        {{CLASS_SALES, READ, CLASS_RELATIONAL, GUESS, true, 0}, CLASS_SALES, -1, false},
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void what_its_reader_must_have_is_never_sales(void **state) {
    (void)state;
    static const Case cases[] = {
        {{CLASS_ANY, ESSENTIAL, CLASS_RELATIONAL, SURE, false, 0}, CLASS_RELATIONAL, -1, false},
        {{CLASS_ANY, ESSENTIAL, CLASS_RELATIONAL, GUESS, false, UNCERTAIN_SALES}, CLASS_RELATIONAL, -1, false},
        {{CLASS_ANY, ESSENTIAL, CLASS_SALES, GUESS, false, UNCERTAIN_HOLD}, CLASS_RELATIONAL, -1, false},
        {{CLASS_RELATIONAL, ESSENTIAL, CLASS_SALES, SURE, true, 0}, CLASS_RELATIONAL, -1, false},
        {{CLASS_SALES, ESSENTIAL, CLASS_RELATIONAL, GUESS, true, 0}, CLASS_RELATIONAL, DOUBT_CONTRADICTED, false},
    };
    check(cases, G_N_ELEMENTS(cases));
}

/* ---- in words ---- */

typedef struct {
    Given given;
    LegalClass legal;
    double confidence;
    const char *evidence; /* its sentences, with '|' between */
} Words;

static void it_says_what_it_is_taken_for_and_why(void **state) {
    (void)state;
    static const Words cases[] = {
        {{CLASS_RELATIONAL, UNREAD, 0, 0, false, 0}, LEGAL_OTHER, 1, "somebody declares it"},
        {{CLASS_RELATIONAL, READ, CLASS_RELATIONAL, SURE, false, 0}, LEGAL_OTHER, 1, "somebody declares it"},
        {{CLASS_ANY, READ, CLASS_SALES, SURE, false, 0}, LEGAL_COMMERCIAL, SURE, "button: buy"},
        {{CLASS_ANY, READ, CLASS_RELATIONAL, GUESS, false, 0},
         LEGAL_OTHER,
         GUESS,
         "reads as relational with 0.70, and 0.80 would be certain: it counts as sales|button: buy"},
        {{CLASS_ANY, READ, CLASS_SALES, GUESS, false, UNCERTAIN_RELATIONAL},
         LEGAL_COMMERCIAL,
         GUESS,
         "reads as sales with 0.70, and 0.80 would be certain: it counts as relational|button: buy"},
        {{CLASS_ANY, READ, CLASS_SALES, GUESS, false, UNCERTAIN_HOLD},
         LEGAL_COMMERCIAL,
         GUESS,
         "reads as sales with 0.70, and 0.80 would be certain: held for a person|button: buy"},
        {{CLASS_RELATIONAL, READ, CLASS_SALES, SURE, false, 0},
         LEGAL_COMMERCIAL,
         1,
         "somebody declares it|declared relational, reads as sales (0.90): the declaration stands|button: buy"},
        {{CLASS_RELATIONAL, READ, CLASS_SALES, SURE, true, 0},
         LEGAL_COMMERCIAL,
         SURE,
         "somebody declares it|declared relational, reads as sales (0.90): with verify it counts as sales|button: buy"},
        {{CLASS_SALES, ESSENTIAL, CLASS_RELATIONAL, SURE, true, 0},
         LEGAL_TRANSACTIONAL,
         SURE,
         "somebody declares it|declared sales, reads as mail that its reader must have (0.90): never taken for"
         " sales|button: buy"},
        {{CLASS_SALES, READ, CLASS_RELATIONAL, GUESS, true, 0}, LEGAL_COMMERCIAL, 1, "somebody declares it"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Classification) reading = reading_of(&cases[i].given);
        Claim claim = claim_of(&cases[i].given, reading);
        Kind kind = kind_of(&claim);
        g_autoptr(Classification) made = kind_classification(&kind, &claim);
        g_ptr_array_add(made->evidence, NULL);
        g_autofree char *evidence = g_strjoinv("|", (char **)made->evidence->pdata);
        assert_string_equal(evidence, cases[i].evidence);
        assert_int_equal(made->class, kind.class);
        assert_string_equal(legal_name(made->legal), legal_name(cases[i].legal));
        assert_true(made->confidence == cases[i].confidence);
    }
}

static void mixed_mail_names_its_sales_part(void **state) {
    (void)state;
    static const struct {
        bool separable;
        const char *sentence;
    } cases[] = {
        {true, "its commercial part begins \"Buy now\"; what is left without it would be relational"},
        {false, "its commercial part begins \"Buy now\"; what is left without it would not be relational"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Given given = {CLASS_ANY, READ, CLASS_SALES, SURE, false, 0};
        g_autoptr(Classification) reading = reading_of(&given);
        reading->sales_part = g_strdup("Buy now");
        reading->separable = cases[i].separable;
        Claim claim = claim_of(&given, reading);
        Kind kind = kind_of(&claim);
        g_autoptr(Classification) made = kind_classification(&kind, &claim);
        assert_string_equal(made->evidence->pdata[1], cases[i].sentence);
        assert_string_equal(made->sales_part, "Buy now");
        assert_int_equal(made->separable, cases[i].separable);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_declared_is_what_it_reads_as),
        cmocka_unit_test(the_uncertain_is_what_the_stream_says),
        cmocka_unit_test(what_is_declared_stands_unless_the_text_is_certain_and_verify_asks),
        cmocka_unit_test(what_its_reader_must_have_is_never_sales),
        cmocka_unit_test(it_says_what_it_is_taken_for_and_why),
        cmocka_unit_test(mixed_mail_names_its_sales_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
