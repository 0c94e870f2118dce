/* What a reader would see of a text or a page. */
#include "classify/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define HOSTILE_BYTES (4 * 1024 * 1024)
#define HOSTILE_SECONDS 20.0 /* for one text; a second or two is usual */
#define THREADS 4

typedef struct {
    const char *text;
    bool visible;
} Case;

static const Case pages[] = {
    {"<p>Dear customer</p>", true},
    {"plain", true},
    {"", false},
    {" \r\n", false},
    {"<html><head><title>t</title><style>p {}</style></head><body><p>&nbsp;</p></body></html>", false},
    {"<html><head><title>t</title></head><body><p>x</p></body></html>", true},
    {"<head><title>t", false},
    {"<title>t</title>after", true},
    {"<script>if (a < b) c</script>", false},
    {"<script>a</script>b", true},
    {"<div><style>a</style></div>", false},
    {"<div><style>a</style>b</div>", true},
    {"<!-- a -->", false},
    {"<!--[if mso]>a<![endif]-->", false},
    {"<!-- a -->b", true},
    {"<p>&#8203;&zwnj;&shy;&#65279;</p>", false},
    {"<img alt='x'><br><hr>", false},
    {"<br><img style='display:none'>x", true},
    {"<div style='color: red; Display : none'>preview<b>!</b></div>", false},
    {"<div style='display:none'>preview</div>x", true},
    {"<p hidden>x</p>", false},
    {"<meta charset='iso-8859-2'><p>ż</p>", true},
    {"<table><tr><td></table></table></td></i>x", true},
    {"<body><head><title>t</title></head><p>x", true},
    {"\xff", true},
};

static void pages_are_read(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
        if (classify_has_visible_text(pages[i].text, strlen(pages[i].text), true) != pages[i].visible)
            fail_msg("%s", pages[i].text);
}

static void plain_text_is_read(void **state G_GNUC_UNUSED) {
    static const Case texts[] = {
        {"", false},        {" \t\r\n\u00a0\u200b\u00ad", false},
        {"<p></p>", true},  {"\r\n-", true},
        {"\xc5\xbc", true}, {"\xff\xfe", true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (classify_has_visible_text(texts[i].text, strlen(texts[i].text), false) != texts[i].visible)
            fail_msg("%s", texts[i].text);
    assert_true(classify_has_visible_text("\0x", 2, false));
}

static char *repeated(const char *pattern) {
    gsize length = strlen(pattern);
    char *text = g_malloc(HOSTILE_BYTES);
    for (gsize i = 0; i < HOSTILE_BYTES; i++)
        text[i] = pattern[i % length];
    return text;
}

static char *attributes_without_end(void) {
    GString *text = g_string_new("<p ");
    for (int i = 0; text->len < HOSTILE_BYTES; i++)
        g_string_append_printf(text, "a%d ", i);
    return g_string_free(text, FALSE);
}

static void must_end_soon(const char *text, const char *name) {
    g_autoptr(GTimer) timer = g_timer_new();
    classify_has_visible_text(text, HOSTILE_BYTES, true);
    if (g_timer_elapsed(timer, NULL) > HOSTILE_SECONDS)
        fail_msg("4 MiB of %s took %.1f s", name, g_timer_elapsed(timer, NULL));
}

static void hostile_pages_end(void **state G_GNUC_UNUSED) {
    static const char *const patterns[] = {"<b>", "</i>", "<!--", "<p>", "<br>", "<script>", "<b></i>"};
    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_autofree char *text = repeated(patterns[i]);
        must_end_soon(text, patterns[i]);
    }
    g_autofree char *attributes = attributes_without_end();
    must_end_soon(attributes, "attributes");
}

static gpointer read_pages(gpointer user G_GNUC_UNUSED) {
    guint wrong = 0;
    for (int turn = 0; turn < 20; turn++)
        for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
            wrong += classify_has_visible_text(pages[i].text, strlen(pages[i].text), true) != pages[i].visible;
    return GUINT_TO_POINTER(wrong);
}

static void threads_read_at_once(void **state G_GNUC_UNUSED) {
    GThread *threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("reader", read_pages, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_null(g_thread_join(threads[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_read_at_once),
        cmocka_unit_test(pages_are_read),
        cmocka_unit_test(plain_text_is_read),
        cmocka_unit_test(hostile_pages_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
