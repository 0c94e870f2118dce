/* What a good file becomes: values, defaults, paths, the hash, and the sample that we ship. */
#include "fixture.h"

static void assert_list(char *const *list, const char *expected) {
    assert_non_null(list);
    g_autofree char *joined = g_strjoinv(" ", (char **)list);
    assert_string_equal(joined, expected);
}

static void an_empty_file_gives_the_defaults(void **state) {
    g_autoptr(Config) config = load(*state, "");
    assert_string_equal(config->milter_socket, "unix:/run/cadence/milter.sock");
    assert_string_equal(config->store_url, "sqlite:/var/lib/cadence/cadence.db");
    assert_int_equal(config->retention, 400 * DAY);
    assert_string_equal(config->inject_server, "127.0.0.1:10025");
    assert_list(config->inject_from, "127.0.0.1 ::1");
    assert_list(config->sendmail, "/usr/sbin/sendmail");
    assert_string_equal(config->secret_path, "/etc/cadence/secret");
    assert_string_equal(config->templates_path, "/etc/cadence/templates");
    assert_list(config->not_customers, "");
    assert_int_equal(config->retry_window, 5 * DAY);
    assert_string_equal(config->user, "cadence");
    assert_int_equal(config->log, LOG_TO_STDERR);
    assert_string_equal(config->defaults.timezone, "UTC");
    assert_string_equal(config->defaults.locale, "en");
    assert_true(config->defaults.enroll);
    assert_int_equal(config->comfort, 1);
    assert_true(config->classify.certain == 0.8);
    assert_null(config->classify.model);
    assert_int_equal(config->streams->len, 0);
    assert_int_equal(config->segments->len, 0);
}

static void without_a_default_policy_there_is_one_without_rules(void **state) {
    g_autoptr(Config) config = load(*state, "policy \"vip\" { mode = observe }");
    const Policy *policy = config_policy(config, "default");
    assert_non_null(policy);
    assert_int_equal(policy->rules->len, 0);
    assert_int_equal(policy->over->len, 2);
    assert_int_equal(g_array_index(policy->over, Over, 0), OVER_REWRITE);
    assert_int_equal(g_array_index(policy->over, Over, 1), OVER_HOLD);
    assert_int_equal(policy->hold_max, 7 * DAY);
    assert_int_equal(policy->hold_then, THEN_DROP);
    assert_false(policy->observe);
    assert_true(config_policy(config, "vip")->observe);
}

static void the_daemons_settings_are_read(void **state) {
    g_autoptr(Config) config =
        load(*state, "milter { socket = \"inet:8890@127.0.0.1\" }\n"
                     "store { url = \"sqlite:/srv/c.db\"  retention = \"90d\" }\n"
                     "inject { server = \"[::1]:2525\"  from = {\"192.0.2.1\", \"2001:db8::1\"}\n"
                     "  sendmail = {\"/usr/bin/env\", \"MAIL_CONFIG=/x\", \"/usr/sbin/sendmail\"} }\n"
                     "secret = \"/s/key\"  templates = \"/s/t\"  not_customers = {\"*@a.example\", 'b?@b.example',}\n"
                     "retry_window = 36h  user = \"mailer\"  log = \"syslog\"  log_format = \"json\"\n"
                     "defaults { timezone = \"Europe/Warsaw\"  locale = \"pl-PL\"  unknown_customer = \"ignore\" }\n"
                     "comfort { default = 3 }  company { name = \"A \\\"B\\\"\"  url = \"https://a.example/#x\" }\n");
    assert_string_equal(config->milter_socket, "inet:8890@127.0.0.1");
    assert_string_equal(config->store_url, "sqlite:/srv/c.db");
    assert_int_equal(config->retention, 90 * DAY);
    assert_string_equal(config->inject_server, "[::1]:2525");
    assert_list(config->inject_from, "192.0.2.1 2001:db8::1");
    assert_list(config->sendmail, "/usr/bin/env MAIL_CONFIG=/x /usr/sbin/sendmail");
    assert_string_equal(config->secret_path, "/s/key");
    assert_string_equal(config->templates_path, "/s/t");
    assert_list(config->not_customers, "*@a.example b?@b.example");
    assert_int_equal(config->retry_window, 36 * 3600);
    assert_string_equal(config->user, "mailer");
    assert_int_equal(config->log, LOG_TO_SYSLOG);
    assert_string_equal(config->defaults.timezone, "Europe/Warsaw");
    assert_string_equal(config->defaults.locale, "pl-PL");
    assert_false(config->defaults.enroll);
    assert_int_equal(config->comfort, 3);
    assert_int_equal(g_hash_table_size(config->company), 2);
    assert_string_equal(g_hash_table_lookup(config->company, "name"), "A \"B\"");
    assert_string_equal(g_hash_table_lookup(config->company, "url"), "https://a.example/#x");
}

static void streams_keep_the_order_of_the_file(void **state) {
    g_autoptr(Config) config =
        load(*state, "stream \"z\" { sender = {\"*@z.example\"}  trust = yes  personalize = true  class = \"sales\" }\n"
                     "stream \"a\" { login = \"crm*\"  client = {\"192.0.2.*\"}  header = {\"X-Shop: *\"}\n"
                     "  enforce = false  tag = off }\n");
    assert_int_equal(config->streams->len, 2);
    const Stream *z = config->streams->pdata[0];
    assert_string_equal(z->name, "z");
    assert_list(z->sender, "*@z.example");
    assert_null(z->login);
    assert_true(z->trust && z->enforce && z->personalize && z->tag);
    assert_int_equal(z->class, STREAM_CLASS_SALES);
    const Stream *a = config->streams->pdata[1];
    assert_string_equal(a->name, "a");
    assert_null(a->sender);
    assert_list(a->login, "crm*");
    assert_list(a->client, "192.0.2.*");
    assert_list(a->header, "X-Shop: *");
    assert_false(a->trust || a->enforce || a->personalize || a->tag);
    assert_int_equal(a->class, STREAM_CLASS_AUTO);
}

static void how_a_class_is_told_is_read(void **state) {
    const Place *place = *state;
    g_autofree char *model = g_build_filename(place->folder, "own.model", NULL);
    write_file(model, "");
    g_autoptr(Config) config = load(place, "classify { certain = 0.95  model = \"own.model\" }\n"
                                           "stream \"a\" { }\n"
                                           "stream \"b\" { verify = true  uncertain = \"relational\" }\n"
                                           "stream \"c\" { uncertain = hold }\n");
    assert_true(config->classify.certain == 0.95);
    assert_string_equal(config->classify.model, model);
    const Stream *a = config->streams->pdata[0], *b = config->streams->pdata[1], *c = config->streams->pdata[2];
    assert_false(a->verify);
    assert_int_equal(a->uncertain, UNCERTAIN_SALES);
    assert_true(b->verify);
    assert_int_equal(b->uncertain, UNCERTAIN_RELATIONAL);
    assert_int_equal(c->uncertain, UNCERTAIN_HOLD);
}

static void streams_are_as_strict_as_the_file_unless_they_say(void **state) {
    static const struct {
        const char *file, *stream;
        bool strict;
    } cases[] = {
        {"", "", false},
        {"", "strict_placeholders = true", true},
        {"strict_placeholders = true\n", "", true},
        {"strict_placeholders = true\n", "strict_placeholders = false", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("stream \"s\" { sender = {\"*\"} %s }\n%s", cases[i].stream, cases[i].file);
        g_autoptr(Config) config = load(*state, text);
        assert_int_equal(((const Stream *)config->streams->pdata[0])->strict_placeholders, cases[i].strict);
    }
}

static void topics_and_attributes_are_found_by_name(void **state) {
    g_autoptr(Config) config =
        load(*state, "topic \"security\" { class = \"relational\"  exempt = true  counts = false }\n"
                     "topic \"loans\" { class = \"sales\"  consent = \"marketing\" }\n"
                     "attribute \"travel\" { sensitivity = 3  consent = \"profiling\"  max_age = \"14d\" }\n"
                     "attribute \"*\" { sensitivity = 9 }\n");
    const Topic *security = config_topic(config, "security");
    assert_int_equal(security->class, CLASS_RELATIONAL);
    assert_true(security->exempt);
    assert_false(security->counts);
    assert_null(security->consent);
    const Topic *loans = config_topic(config, "loans");
    assert_int_equal(loans->class, CLASS_SALES);
    assert_false(loans->exempt);
    assert_true(loans->counts);
    assert_string_equal(loans->consent, "marketing");
    assert_null(config_topic(config, "tips"));
    assert_null(config_topic(config, NULL));
    const Attribute *travel = config_attribute(config, "travel");
    assert_int_equal(travel->sensitivity, 3);
    assert_string_equal(travel->consent, "profiling");
    assert_int_equal(travel->max_age, 14 * DAY);
    assert_int_equal(config_attribute(config, "shoe_size")->sensitivity, 9);
}

static void an_undeclared_attribute_is_none(void **state) {
    g_autoptr(Config) config = load(*state, "attribute \"first_name\" { sensitivity = 0 }");
    assert_non_null(config_attribute(config, "first_name"));
    assert_null(config_attribute(config, "last_name"));
}

static const char *tier(const char *name, gpointer user) {
    return g_str_equal(name, "customer.tier") ? user : NULL;
}

static void segments_keep_order_and_condition(void **state) {
    g_autoptr(Config) config = load(*state, "segment \"vip\" { when = \"customer.tier = 'gold'\"  policy = \"vip\" }\n"
                                            "segment \"all\" { when = \"true\"  policy = \"default\" }\n"
                                            "policy \"vip\" { }\n");
    assert_int_equal(config->segments->len, 2);
    const Segment *vip = config->segments->pdata[0];
    assert_string_equal(vip->name, "vip");
    assert_string_equal(vip->policy, "vip");
    assert_true(condition_holds(vip->when, tier, (gpointer) "gold"));
    assert_false(condition_holds(vip->when, tier, (gpointer) "tin"));
    assert_string_equal(((const Segment *)config->segments->pdata[1])->name, "all");
}

static void relative_paths_start_at_the_file(void **state) {
    const Place *place = *state;
    g_autoptr(Config) config =
        load(place, "milter { socket = \"unix:run/m.sock\" }  store { url = \"sqlite:../c.db\" }\n"
                    "secret = \"key\"  templates = \"./t\"\n");
    g_autofree char *socket = g_strdup_printf("unix:%s/run/m.sock", place->folder);
    g_autofree char *parent = g_path_get_dirname(place->folder);
    g_autofree char *url = g_strdup_printf("sqlite:%s/c.db", parent);
    g_autofree char *secret = g_build_filename(place->folder, "key", NULL);
    g_autofree char *templates = g_build_filename(place->folder, "t", NULL);
    assert_string_equal(config->milter_socket, socket);
    assert_string_equal(config->store_url, url);
    assert_string_equal(config->secret_path, secret);
    assert_string_equal(config->templates_path, templates);
}

static void an_include_is_read_in_its_place(void **state) {
    const Place *place = *state;
    write_file(place->other, "stream \"second\" { }\nsecret = \"key\" # no newline at the end");
    g_autoptr(Config) config = load(place, "stream \"first\" { }\ninclude(\"other.conf\")\nstream \"third\" { }\n");
    assert_int_equal(config->streams->len, 3);
    assert_string_equal(((const Stream *)config->streams->pdata[1])->name, "second");
    g_autofree char *secret = g_build_filename(place->folder, "key", NULL);
    assert_string_equal(config->secret_path, secret);
}

static void a_byte_order_mark_is_no_word(void **state) {
    g_autoptr(Config) config = load(*state, "\xEF\xBB\xBFuser = \"mail\"\n");
    assert_string_equal(config->user, "mail");
}

static void marks_inside_quotes_and_comments_mean_nothing(void **state) {
    g_autoptr(Config) config = load(*state, "// { \" '\n/* } secret = \"/no\" \n * ' */ secret = \"/a#b/*c\" # }\n"
                                            "company { a = '${HOME}*'  b = \"{/*}\"  c = https://x.example//y }\r\n");
    assert_string_equal(config->secret_path, "/a#b/*c");
    assert_string_equal(g_hash_table_lookup(config->company, "a"), "${HOME}*");
    assert_string_equal(g_hash_table_lookup(config->company, "b"), "{/*}");
    assert_string_equal(g_hash_table_lookup(config->company, "c"), "https://x.example//y");
}

static void a_list_can_be_added_to(void **state) {
    g_autoptr(Config) config =
        load(*state, "not_customers = {\"a@x.example\"}\nnot_customers += {\"b@x.example\", \"c@x.example\"}\n");
    assert_list(config->not_customers, "a@x.example b@x.example c@x.example");
}

static void the_files_hash_covers_its_includes(void **state) {
    const Place *place = *state;
    write_file(place->other, "comfort { default = 1 }\n");
    g_autoptr(Config) first = load(place, "include(\"other.conf\")\n");
    g_autoptr(Config) again = load_file(place->main);
    assert_int_equal(strlen(first->hash), 16);
    assert_string_equal(first->hash, again->hash);
    write_file(place->other, "comfort { default = 2 }\n");
    g_autoptr(Config) changed = load_file(place->main);
    assert_string_not_equal(first->hash, changed->hash);
}

static void the_files_hash_covers_its_calendars(void **state) {
    const Place *place = *state;
    write_file(place->other, "one");
    g_autoptr(Config) first = load(place, "policy \"a\" { hours { holidays = {\"other.conf\"} } }\n");
    write_file(place->other, "two");
    g_autoptr(Config) changed = load_file(place->main);
    assert_string_not_equal(first->hash, changed->hash);
}

static void a_reference_keeps_it_alive(void **state) {
    Config *config = load(*state, "user = \"mailer\"");
    Config *mine = config_ref(config);
    config_unref(config);
    assert_string_equal(mine->user, "mailer");
    config_unref(mine);
}

static void a_good_file_loads_after_a_broken_one(void **state) {
    const Place *place = *state;
    static const char *const broken[] = {"secret = \"", "secret = '",    "/*", "stream {",
                                         "include(",    "secret = \"\\", "}"};
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        write_file(place->main, broken[i]);
        assert_null(config_load(place->main, NULL));
        g_autoptr(Config) config = load(place, "user = \"mailer\"");
        assert_string_equal(config->user, "mailer");
    }
}

static gpointer load_often(gpointer path) {
    for (guint i = 0; i < 50; i++) {
        g_autoptr(Config) config = config_load(path, NULL);
        if (!config || config->streams->len != 2)
            return NULL;
    }
    return path;
}

static void several_threads_may_load_at_once(void **state) {
    const Place *place = *state;
    write_file(place->main, "stream \"a\" { sender = {\"*@a.example\"} }\nstream \"b\" { }\n");
    GThread *threads[4];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("load", load_often, place->main);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_non_null(g_thread_join(threads[i]));
}

static void the_sample_loads_and_harms_nobody(void **state) {
    (void)state;
    g_autoptr(Config) config = load_file("conf/cadence.conf");
    assert_string_equal(config->secret_path, "/etc/cadence/secret");
    assert_int_equal(config->streams->len, 2);
    assert_true(config_topic(config, "security")->exempt);
    const Policy *policy = config_policy(config, "default");
    assert_int_equal(policy->rules->len, 4);
    assert_true(policy->observe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_byte_order_mark_is_no_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_file_gives_the_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_default_policy_there_is_one_without_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_daemons_settings_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_keep_the_order_of_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(how_a_class_is_told_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_are_as_strict_as_the_file_unless_they_say, set_up, tear_down),
        cmocka_unit_test_setup_teardown(topics_and_attributes_are_found_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_undeclared_attribute_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(segments_keep_order_and_condition, set_up, tear_down),
        cmocka_unit_test_setup_teardown(relative_paths_start_at_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_include_is_read_in_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_inside_quotes_and_comments_mean_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_can_be_added_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_files_hash_covers_its_includes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_files_hash_covers_its_calendars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reference_keeps_it_alive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_good_file_loads_after_a_broken_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_threads_may_load_at_once, set_up, tear_down),
        cmocka_unit_test(the_sample_loads_and_harms_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
