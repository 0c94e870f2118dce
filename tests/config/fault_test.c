/* What is wrong in a file is said in one line that names the place, what was found and what was expected. */
#include "base/error.h"
#include "config/config.h"

#include <glib/gstdio.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    const char *text;
    int line;
    const char *found; /* part of the message */
} Fault;

static char *new_folder(void) {
    char *folder = g_dir_make_tmp("cadence-fault-XXXXXX", NULL);
    assert_non_null(folder);
    return folder;
}

static void write_file(const char *path, const char *text, gssize length) {
    assert_true(g_file_set_contents(path, text, length, NULL));
}

/* The file is expected to fail at a line of the place, which is the file itself or one that it includes. */
static void assert_fault(const char *path, const char *place, const Fault *fault) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(path, &error);
    if (config)
        fail_msg("no error in: %s", fault->text);
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
    g_autofree char *prefix = g_strdup_printf("%s:%d: ", place, fault->line);
    if (!g_str_has_prefix(error->message, prefix) || !strstr(error->message + strlen(prefix), fault->found) ||
        !strstr(error->message, "found") || !strstr(error->message, "expected") || strchr(error->message, '\n'))
        fail_msg("in: %s\n  expected %s... %s ...\n  but was  %s", fault->text, prefix, fault->found, error->message);
}

static void assert_faults(const Fault *faults, gsize count) {
    g_autofree char *folder = new_folder();
    g_autofree char *path = g_build_filename(folder, "cadence.conf", NULL);
    for (gsize i = 0; i < count; i++) {
        write_file(path, faults[i].text, -1);
        assert_fault(path, path, &faults[i]);
    }
    g_unlink(path);
    g_rmdir(folder);
}

static void faults_of_syntax(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"sekret = \"x\"", 1, "unknown name \"sekret\""},
        {"milter { sokcet = \"x\" }", 1, "one of socket was expected"},
        {"\n\nsecret \"x\"", 3, "no = after \"secret\""},
        {"milter\n socket = \"x\"", 2, "no { after \"milter\""},
        {"stream { }", 1, "no name after \"stream\""},
        {"secret = {\"x\"}", 1, "\"{\" was found"},
        {"secret = }", 1, "\"}\" was found"},
        {"secret += \"x\"", 1, "+= after \"secret\""},
        {"secret =\n", 2, "the end of the file"},
        {"}\n", 1, "a } that closes nothing"},
        {"user = \"a\"\nmilter {\n socket = \"unix:/x\"\n", 2, "a { that nothing closes"},
        {"not_customers = {\"a\" \"b\"}", 1, "\"b\" was found, a comma"},
        {"secret = \"a\", user = \"b\"", 1, "\",\" was found"},
        {"not_customers = *@a.example", 1, "a * outside quotes"},
        {"secret = a+b", 1, "a + outside quotes"},
        {"# one\n/* two\n three */\nsecret = \"x\n\"\n", 4, "a string without an end"},
        {"secret = 'x\n'\n", 1, "a string without an end"},
        {"\n/* x\n\n", 2, "a comment without an end"},
        {"secret = \"\\x41\"", 1, "a \\ in a string"},
        {"secret = \"${HOME}\"", 1, "${"},
        {"secret = ${HOME}", 1, "${"},
        {"user = \"a\"\n\nsecret = \"\xff\"", 3, "byte 0xff"},
        {"include \"x\"", 1, "no ( after \"include\""},
        {"include()", 1, "a malformed \"include\""},
        {"include(\"nowhere.conf\")", 1, "nowhere.conf"},
        {"stream \"a\" {\n include(\"x\")\n}", 2, "unknown name \"include\""},
        {"milter|socket = \"unix:/x\"", 1, "a path through \"milter\""},
        {"company { \"a|b\" = x }", 1, "a path through \"a\""},
        {"\"\" = x", 1, "a malformed setting"},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

static void faults_of_names(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"secret = \"a\"\nsecret = \"b\"", 2, "a second \"secret\""},
        {"stream \"a\" {\n sender = {\"x\"}\n sender = {\"y\"}\n}", 3, "a second \"sender\""},
        {"milter { }\n\nmilter\n{ }", 4, "milter a second time"},
        {"policy \"a\" {\n hold { }\n hold { }\n}", 3, "hold a second time"},
        {"stream \"a\" { }\nstream \"a\" { }", 2, "a second section named \"a\""},
        {"topic \"a\" { class = sales }\ntopic \"a\" { class = sales }", 2, "a second section named \"a\""},
        {"attribute \"a\" { sensitivity = 1 }\nattribute \"a\" { sensitivity = 1 }", 2, "named \"a\""},
        {"policy \"a\" { }\npolicy \"a\" { }", 2, "a second section named \"a\""},
        {"policy \"a\" {\n cap \"c\" { limit = 1 window = 1d }\n cap \"c\" { limit = 1 window = 1d }\n}", 3,
         "named \"c\""},
        {"policy \"a\" {\n gap \"g\" { min = 1d }\n gap \"g\" { min = 1d }\n}", 3, "named \"g\""},
        {"segment \"s\" { when = true policy = default }\nsegment \"s\" { }", 2, "named \"s\""},
        {"stream \"\" { }", 1, "stream \"\" was found"},
        {"\ntopic \"two words\" { class = sales }", 2, "topic \"two words\""},
        {"attribute \"a*\" { sensitivity = 1 }", 1, "attribute \"a*\""},
        {"company { \"two words\" = x }", 1, "two words"},
        {"segment \"s\" {\n when = \"true\"\n policy = \"vip\"\n}", 3, "policy = \"vip\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

static void faults_of_the_daemons_settings(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"milter {\n socket = \"/run/x\"\n}", 2, "socket = \"/run/x\""},
        {"milter { socket = \"unix:\" }", 1, "\"unix:PATH\""},
        {"milter { socket = \"inet:8890\" }", 1, "\"inet:PORT@HOST\""},
        {"milter { socket = \"inet:0@127.0.0.1\" }", 1, "inet:0"},
        {"milter { socket = \"inet:65536@127.0.0.1\" }", 1, "inet:65536"},
        {"milter { socket = \"unix:/0123456789012345678901234567890123456789012345678901234567890123456789"
         "012345678901234567890123456789012345678\" }",
         1, "at most 107 bytes"},
        {"store { url = \"postgresql://x\" }", 1, "\"sqlite:PATH\""},
        {"store { url = \"sqlite:\" }", 1, "\"sqlite:PATH\""},
        {"store { retention = \"1y\" }", 1, "retention = \"1y\""},
        {"inject { server = \"127.0.0.1\" }", 1, "server = \"127.0.0.1\""},
        {"inject { server = \":25\" }", 1, "server = \":25\""},
        {"inject { server = \"::1:25\" }", 1, "server = \"::1:25\""},
        {"inject { server = \"a:smtp\" }", 1, "server = \"a:smtp\""},
        {"inject {\n from = {\"127.0.0.1\",\n \"localhost\"}\n}", 3, "from = \"localhost\""},
        {"inject { sendmail = {\"sendmail\"} }", 1, "sendmail = \"sendmail\""},
        {"inject { sendmail = {} }", 1, "empty sendmail"},
        {"secret = \"\"", 1, "a path was expected"},
        {"not_customers = {\"\"}", 1, "a glob on addresses"},
        {"not_customers = {\"a b\"}", 1, "a glob on addresses"},
        {"retry_window = \"5 days\"", 1, "a duration"},
        {"retry_window = \"0d\"", 1, "a duration"},
        {"retry_window = \"401d\"", 1, "at most \"400d\""},
        {"user = \"root\"", 1, "user = \"root\""},
        {"log = \"file\"", 1, "\"stderr\" or \"syslog\""},
        {"log_format = \"xml\"", 1, "\"text\" or \"json\""},
        {"defaults { timezone = \"Mars/Olympus\" }", 1, "Mars/Olympus"},
        {"defaults { locale = \"polish!\" }", 1, "locale = \"polish!\""},
        {"defaults { unknown_customer = \"drop\" }", 1, "\"enroll\" or \"ignore\""},
        {"comfort { default = -1 }", 1, "default = \"-1\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

static void faults_of_streams_and_words(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"stream \"a\" {\n sender = {\"*@a.example\",\n\"b c\"}\n}", 3, "sender = \"b c\""},
        {"stream \"a\" {\n client = {\"192.0.2.*\", \"10.0.0.0/8\"} }", 2, "client = \"10.0.0.0/8\""},
        {"stream \"a\" { client = {\"gateway\"} }", 1, "client = \"gateway\""},
        {"\nstream \"a\"\n{ sender = {} }", 3, "stream \"a\" with an empty sender"},
        {"stream \"a\" { header = {\"Subject\"} }", 1, "\"Name: glob\""},
        {"stream \"a\" { header = {\"Subject:\"} }", 1, "\"Name: glob\""},
        {"stream \"a\" { header = {\": x\"} }", 1, "\"Name: glob\""},
        {"stream \"a\" { header = {\"Sub ject: x\"} }", 1, "\"Name: glob\""},
        {"stream \"a\" { trust = maybe }", 1, "true or false"},
        {"stream \"a\" { class = \"promo\" }", 1, "\"auto\" or \"relational\" or \"sales\""},
        {"stream \"a\" {\n verify = sometimes }", 2, "true or false"},
        {"stream \"a\" { uncertain = \"drop\" }", 1, "\"sales\" or \"relational\" or \"hold\""},
        {"classify {\n certain = 0.4 }", 2, "a number from 0.5 to 1.0"},
        {"classify { certain = 80% }", 1, "certain = \"80%\""},
        {"classify { certain = \"\" }", 1, "a number from 0.5 to 1.0"},
        {"classify { certain = nan }", 1, "certain = \"nan\""},
        {"classify { model = \"\" }", 1, "a path was expected"},
        {"classify {\n model = \"absent.model\" }", 2,
         "readable weights, as 'cadencectl classify train' writes them ("},
        {"classify { }\nclassify { }", 2, "classify a second time"},
        {"topic \"a\" {\n}", 1, "topic \"a\" without class"},
        {"topic \"a\" { class = \"auto\" }", 1, "class = \"auto\""},
        {"topic \"a\" { class = \"sales\" consent = \"by mail\" }", 1, "consent = \"by mail\""},
        {"attribute \"a\" { }", 1, "attribute \"a\" without sensitivity"},
        {"attribute \"a\" { sensitivity = high }", 1, "sensitivity = \"high\""},
        {"attribute \"a\" { sensitivity = 1 max_age = 14 }", 1, "max_age = \"14\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

static void faults_of_policies(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"policy \"a\" {\n cap \"c\" {\n  window = \"7d\"\n }\n}", 2, "cap \"c\" without limit"},
        {"policy \"a\" {\n cap \"c\" {\n  limit = 1\n }\n}", 2, "cap \"c\" without window"},
        {"policy \"a\" { cap \"c\" { limit = -1 window = 7d } }", 1, "limit = \"-1\""},
        {"policy \"a\" { cap \"c\" { limit = two window = 7d } }", 1, "limit = \"two\""},
        {"policy \"a\" { cap \"c\" { limit = 1.5 window = 7d } }", 1, "limit = \"1.5\""},
        {"policy \"a\" { cap \"c\" { limit = \"\" window = 7d } }", 1, "limit = \"\""},
        {"policy \"a\" { cap \"c\" { limit = 9999999999999999999 window = 7d } }", 1, "from 0 to"},
        {"policy \"a\" { cap \"c\" { limit = 1 window = \"7 days\" } }", 1, "window = \"7 days\""},
        {"policy \"a\" { cap \"c\" { limit = 1\nwindow = \"year\" } }", 2, "\"day\", \"week\" or \"month\""},
        {"policy \"a\" { cap \"c\" { limit = 1 window = \"Day\" } }", 1, "window = \"Day\""},
        {"store { retention = 31d } policy \"a\" { cap \"c\" { limit = 1 window = month } }", 1, "the retention"},
        {"policy \"a\" { cap \"c\" { limit = 1 window = \"500d\" } }", 1, "the retention of the store"},
        {"store { retention = 6d } policy \"a\" { gap \"g\" { min = 7d } }", 1, "at most \"6d\""},
        {"policy \"a\" { cap \"c\" { class = \"any\" limit = 1 window = 7d } }", 1, "class = \"any\""},
        {"policy \"a\" { cap \"c\" { topic = \"a b\" limit = 1 window = 7d } }", 1, "topic = \"a b\""},
        {"policy \"a\" {\n gap \"g\" { }\n}", 2, "gap \"g\" without min"},
        {"policy \"a\" { gap \"g\" { min = 1d after = \"loans\" } }", 1, "after = \"loans\""},
        {"policy \"a\" {\n ratio { sales = 1 window = 7d }\n}", 2, "ratio without relational"},
        {"policy \"a\" { ratio { relational = 1 window = 7d } }", 1, "ratio without sales"},
        {"policy \"a\" { ratio { relational = 1 sales = 1 } }", 1, "ratio without window"},
        {"policy \"a\" { ratio { relational = 1 sales = 0 window = 7d } }", 1, "sales = \"0\""},
        {"policy \"a\" { ratio { relational = 1 sales = 1 window = 7d allowance = -1 } }", 1, "allowance = \"-1\""},
        {"policy \"a\" { over = {\"rewrite\", \"delay\"} }", 1, "over = \"delay\""},
        {"policy \"a\" { over = {} }", 1, "policy \"a\" with an empty over"},
        {"policy \"a\" { hold { max = \"0d\" } }", 1, "max = \"0d\""},
        {"policy \"a\" { hold { then = \"refuse\" } }", 1, "then = \"refuse\""},
        {"policy \"a\" { mode = \"test\" }", 1, "mode = \"test\""},
        {"segment \"s\" {\n policy = \"default\" }", 1, "segment \"s\" without when"},
        {"segment \"s\" { when = \"true\" }", 1, "segment \"s\" without policy"},
        {"segment \"s\" {\n when = \"customer.tier =\"\n policy = \"default\" }", 2, "when = \"customer.tier =\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

static void faults_of_first_and_gates(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"policy \"a\" {\n first { }\n}", 2, "first without relational"},
        {"policy \"a\" { first { relational = -1 } }", 1, "relational = \"-1\""},
        {"policy \"a\" {\n first { relational = 1 }\n first { relational = 1 }\n}", 3, "first a second time"},
        {"policy \"a\" { gate { event = e cool = 1d } }", 1, "no name after \"gate\""},
        {"policy \"a\" { gate \"\" { event = e cool = 1d } }", 1, "gate \"\""},
        {"policy \"a\" {\n gate \"g\" { cool = 1d }\n}", 2, "gate \"g\" without event"},
        {"policy \"a\" {\n gate \"g\" { event = e }\n}", 2, "gate \"g\" without until and cool"},
        {"policy \"a\" { gate \"g\" { event = e\nuntil = e } }", 2, "until = \"e\""},
        {"policy \"a\" { gate \"g\" { event = \"a b\" cool = 1d } }", 1, "event = \"a b\""},
        {"policy \"a\" { gate \"g\" { event = e until = \"a b\" } }", 1, "until = \"a b\""},
        {"policy \"a\" { gate \"g\" { event = e cool = 0d } }", 1, "cool = \"0d\""},
        {"policy \"a\" { gate \"g\" { event = e cool = day } }", 1, "cool = \"day\""},
        {"policy \"a\" { gate \"g\" { event = e cool = 1d class = any } }", 1, "class = \"any\""},
        {"policy \"a\" {\n gate \"g\" { event = e cool = 1d }\n gate \"g\" { }\n}", 3, "named \"g\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

static void faults_of_hours(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"policy \"a\" {\n hours {\n  days = \"\"\n }\n}", 3, "days = \"\""},
        {"policy \"a\" { hours { days = \"Mon-\" } }", 1, "days = \"Mon-\""},
        {"policy \"a\" { hours { days = \"Mon,,Tue\" } }", 1, "days = \"Mon,,Tue\""},
        {"policy \"a\" { hours { days = \"Monday\" } }", 1, "days = \"Monday\""},
        {"policy \"a\" { hours { days = \"Mon-Wed-Fri\" } }", 1, "days = \"Mon-Wed-Fri\""},
        {"policy \"a\" { hours { from = 8 } }", 1, "from = \"8\""},
        {"policy \"a\" { hours { from = 08:60 } }", 1, "from = \"08:60\""},
        {"policy \"a\" { hours { until = 24:01 } }", 1, "until = \"24:01\""},
        {"policy \"a\" { hours { until = \"20:00 \" } }", 1, "until = \"20:00 \""},
        {"policy \"a\" { hours { from = 22:00\nuntil = 06:00 } }", 2, "the customer's own quiet times"},
        {"policy \"a\" { hours { from = 08:00\nuntil = 08:00 } }", 2, "from before until"},
        {"policy \"a\" { hours { until = 00:00 } }", 1, "until = \"00:00\""},
        {"policy \"a\" { hours { from = 24:00 } }", 1, "from = \"24:00\""},
        {"policy \"a\" { hours { holidays = {\n\"nowhere.ics\"} } }", 2, "nowhere.ics"},
        {"policy \"a\" { hours { holidays = {\"/\"} } }", 1, "a readable .ics file"},
        {"policy \"a\" { hours { holidays = {\"\"} } }", 1, "a readable .ics file"},
        {"policy \"a\" { hours \"day\" { } }", 1, "no { after \"hours\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
}

/* libConfuse would translate: C.UTF-8 is a locale that every Debian has and that gettext does not take for plain C. */
static void faults_speak_one_language(void **state) {
    (void)state;
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    g_setenv("LANGUAGE", "sv", TRUE);
    static const Fault faults[] = {
        {"sekret = \"x\"", 1, "unknown name \"sekret\""},
        {"company { name = x }\nsecret \"x\"", 2, "no = after \"secret\""},
    };
    assert_faults(faults, G_N_ELEMENTS(faults));
    g_unsetenv("LANGUAGE");
    setlocale(LC_ALL, "C");
}

static void a_fault_in_an_include_is_of_that_file(void **state) {
    (void)state;
    g_autofree char *folder = new_folder();
    g_autofree char *path = g_build_filename(folder, "cadence.conf", NULL);
    g_autofree char *other = g_build_filename(folder, "other.conf", NULL);
    static const Fault inside[] = {
        {"# comment\npolicy \"a\" {\n cap \"c\" { window = 1d }\n}", 3, "without limit"},
        {"\n\nhours { }", 3, "\"hours\""},
        {"retry_window = \"x\"", 1, "retry_window = \"x\""},
        {"secret = \"x", 1, "a string without an end"},
        {"segment \"s\" {\n when = true\n policy = nobody }", 3, "policy = \"nobody\""},
    };
    write_file(path, "# comment\nuser = \"a\"\ninclude(\"other.conf\")\nlog = \"stderr\"\n", -1);
    for (gsize i = 0; i < G_N_ELEMENTS(inside); i++) {
        write_file(other, inside[i].text, -1);
        assert_fault(path, other, &inside[i]);
    }
    static const Fault after = {"after the include", 4, "a second \"user\""};
    write_file(path, "# comment\nuser = \"a\"\ninclude(\"other.conf\")\nuser = \"b\"\n", -1);
    write_file(other, "log = \"stderr\"\n\n\n\n\n", -1);
    assert_fault(path, path, &after);
    static const Fault circle = {"an include of itself", 1, "inside 8 others"};
    write_file(other, "include(\"other.conf\")", -1);
    assert_fault(path, other, &circle);
    g_unlink(other);
    g_unlink(path);
    g_rmdir(folder);
}

static void a_file_that_is_none_is_a_fault(void **state) {
    (void)state;
    static const Fault missing = {"no file", 1, "readable file"};
    assert_fault("/nonexistent/cadence.conf", "/nonexistent/cadence.conf", &missing);
    g_autofree char *folder = new_folder();
    g_autofree char *path = g_build_filename(folder, "cadence.conf", NULL);
    static const Fault nul = {"a NUL", 2, "byte 0x00"};
    write_file(path, "# x\nsecret = a\0b", 16);
    assert_fault(path, path, &nul);
    static const Fault large = {"more than 1 MiB", 1, "larger than"};
    g_autofree char *blanks = g_strnfill(1024 * 1024 + 1, ' ');
    write_file(path, blanks, -1);
    assert_fault(path, path, &large);
    g_unlink(path);
    g_rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_syntax),
        cmocka_unit_test(faults_of_names),
        cmocka_unit_test(faults_of_the_daemons_settings),
        cmocka_unit_test(faults_of_streams_and_words),
        cmocka_unit_test(faults_of_policies),
        cmocka_unit_test(faults_of_first_and_gates),
        cmocka_unit_test(faults_of_hours),
        cmocka_unit_test(faults_speak_one_language),
        cmocka_unit_test(a_fault_in_an_include_is_of_that_file),
        cmocka_unit_test(a_file_that_is_none_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
