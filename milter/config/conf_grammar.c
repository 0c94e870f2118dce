/* The option tables and the one place that runs libConfuse.
 *
 * Includes are ours rather than libConfuse's: its own take paths from the working directory, and do not pass conf_file.
 * Its callbacks are handed no pointer of the caller's, so the state of a reading stands beside the lexer's own globals,
 * under the lock that guards those (see the header). Its error texts say what it found, not what it wanted; the table
 * below puts that right. */
#include "conf_grammar.h"

#include "conf_error.h"
#include "conf_file.h"
#include "conf_value.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INCLUDE_DEPTH_MAX 8

static struct {
    GChecksum *bytes;
    guint depth;
    GError *error; /* the first; what follows comes of it */
} reading;

static int include_file(cfg_t *root, cfg_opt_t *option, int count, const char **arguments);

#define SETTING(name) CFG_PTR_CB(name, NULL, CFGF_NONE, conf_value_take, conf_value_free)
#define LIST(name) CFG_PTR_LIST_CB(name, NULL, CFGF_NONE, conf_value_take, conf_value_free)
/* A default that is parsed makes libConfuse call conf_value_take where the section begins. */
#define HEAD                                                                                                           \
    {                                                                                                                  \
        .name = CONF_HEAD, .type = CFGT_PTR, .def = {.parsed = (char *)"head"}, .parsecb = conf_value_take,            \
        .freecb = conf_value_free                                                                                      \
    }
/* All sections are CFGF_MULTI: libConfuse makes the others up where the file has none, and merges them where it has
 * two. */
#define SECTION(name, settings) CFG_SEC(name, (cfg_opt_t *)settings, CFGF_MULTI)
#define TITLED(name, settings) CFG_SEC(name, (cfg_opt_t *)settings, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)

static const cfg_opt_t milter_settings[] = {HEAD, SETTING("socket"), CFG_END()};
static const cfg_opt_t store_settings[] = {HEAD, SETTING("url"), SETTING("retention"), CFG_END()};
static const cfg_opt_t inject_settings[] = {HEAD, SETTING("server"), LIST("from"), LIST("sendmail"), CFG_END()};
static const cfg_opt_t defaults_settings[] = {HEAD, SETTING("timezone"), SETTING("locale"), SETTING("unknown_customer"),
                                              CFG_END()};
static const cfg_opt_t classify_settings[] = {HEAD, SETTING("certain"), SETTING("model"), CFG_END()};
static const cfg_opt_t comfort_settings[] = {HEAD, SETTING("default"), CFG_END()};
static const cfg_opt_t company_settings[] = {HEAD, CFG_END()};

static const cfg_opt_t stream_settings[] = {
    HEAD,
    LIST("sender"),
    LIST("login"),
    LIST("client"),
    LIST("header"),
    SETTING("trust"),
    SETTING("enforce"),
    SETTING("personalize"),
    SETTING("tag"),
    SETTING("class"),
    SETTING("verify"),
    SETTING("uncertain"),
    SETTING("strict_placeholders"),
    CFG_END(),
};
static const cfg_opt_t topic_settings[] = {
    HEAD, SETTING("class"), SETTING("exempt"), SETTING("counts"), SETTING("consent"), CFG_END()};
static const cfg_opt_t attribute_settings[] = {HEAD, SETTING("sensitivity"), SETTING("consent"), SETTING("max_age"),
                                               CFG_END()};
static const cfg_opt_t segment_settings[] = {HEAD, SETTING("when"), SETTING("policy"), CFG_END()};
static const cfg_opt_t cadence_settings[] = {
    HEAD,          SETTING("template"),  SETTING("sender"), SETTING("rrule"), SETTING("from"),
    SETTING("at"), SETTING("quiet_for"), SETTING("when"),   CFG_END(),
};

static const cfg_opt_t ratio_settings[] = {
    HEAD, SETTING("relational"), SETTING("sales"), SETTING("window"), SETTING("allowance"), CFG_END()};
static const cfg_opt_t cap_settings[] = {
    HEAD, SETTING("class"), SETTING("topic"), SETTING("campaign"), SETTING("limit"), SETTING("window"), CFG_END()};
static const cfg_opt_t gap_settings[] = {HEAD,           SETTING("class"), SETTING("topic"), SETTING("after"),
                                         SETTING("min"), CFG_END()};
static const cfg_opt_t first_settings[] = {HEAD, SETTING("relational"), CFG_END()};
static const cfg_opt_t gate_settings[] = {
    HEAD, SETTING("class"), SETTING("event"), SETTING("until"), SETTING("cool"), CFG_END()};
static const cfg_opt_t hours_settings[] = {
    HEAD, SETTING("days"), SETTING("from"), SETTING("until"), LIST("holidays"), CFG_END()};
static const cfg_opt_t hold_settings[] = {HEAD, SETTING("max"), SETTING("then"), CFG_END()};
static const cfg_opt_t policy_settings[] = {
    HEAD,
    SECTION("ratio", ratio_settings),
    TITLED("cap", cap_settings),
    TITLED("gap", gap_settings),
    SECTION("first", first_settings),
    TITLED("gate", gate_settings),
    SECTION("hours", hours_settings),
    LIST("over"),
    SECTION("hold", hold_settings),
    SETTING("mode"),
    CFG_END(),
};

static const cfg_opt_t settings[] = {
    CFG_FUNC("include", include_file),
    SECTION("milter", milter_settings),
    SECTION("store", store_settings),
    SECTION("inject", inject_settings),
    SETTING("secret"),
    SETTING("templates"),
    LIST("not_customers"),
    SETTING("retry_window"),
    SETTING("strict_placeholders"),
    SETTING("user"),
    SETTING("log"),
    SETTING("log_format"),
    SETTING("metrics"),
    SECTION("defaults", defaults_settings),
    CFG_SEC("company", (cfg_opt_t *)company_settings, CFGF_MULTI | CFGF_KEYSTRVAL),
    TITLED("stream", stream_settings),
    TITLED("topic", topic_settings),
    TITLED("attribute", attribute_settings),
    SECTION("classify", classify_settings),
    SECTION("comfort", comfort_settings),
    TITLED("policy", policy_settings),
    TITLED("segment", segment_settings),
    TITLED("cadence", cadence_settings),
    CFG_END(),
};

/* template.conf of a template's folder. */
static const cfg_opt_t template_settings[] = {SETTING("class"),    SETTING("topic"),  SETTING("requires"),
                                              SETTING("fallback"), SETTING("locale"), CFG_END()};

/* What libConfuse and conf_value_take report, by the format they report it with. Each has one argument, a name, or
 * none. */
static const struct {
    const char *format, *found, *expected;
} faults[] = {
    {"missing equal sign after option '%s'", "no = after", "NAME = VALUE"},
    {"missing opening brace for section '%s'", "no { after", "a section in { }"},
    {"missing title for section '%s'", "no name after", "a name in quotes, then { }"},
    {"found duplicate title '%s'", "a second section named", "a name of its own"},
    {"attempt to append to non-list option '%s'", "+= after", "="},
    {"no sub-section title/index for '%s'", "a path through", "a plain name"},
    {"no sub-section '%s' in '%s'", "a path through", "a plain name"},
    {"missing parenthesis for function '%s'", "no ( after", "include(\"FILE\")"},
    {"syntax error in call of function '%s'", "a malformed", "include(\"FILE\")"},
    {"'%s' given a second time", "a second", "each setting once"},
    {"premature end of file", "the end of the file", "a value"},
    {"unexpected closing brace", "a } that closes nothing", "a setting or a section"},
};

static char *names_of(const cfg_t *section) {
    g_autoptr(GString) names = g_string_new(NULL);
    for (const cfg_opt_t *option = section->opts; option->name; option++)
        if (!g_str_equal(option->name, CONF_HEAD))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", option->name);
    return g_string_free(g_steal_pointer(&names), FALSE);
}

static void refuse_unknown(cfg_t *section, const char *name) {
    g_autofree char *names = names_of(section);
    conf_refuse(&reading.error, section->filename, section->line,
                "the unknown name \"%s\" was found, one of %s was expected", name, names);
}

/* A word is unexpected only where a list goes on or ends; any other token only where a word should stand. */
static void refuse_token(cfg_t *section, const char *token) {
    bool mark = token[0] && strchr("{}()=+,", token[0]);
    conf_refuse(&reading.error, section->filename, section->line, "\"%s\" was found, %s was expected", token,
                mark ? "a name or a single value" : "a comma or the end of the list");
}

static void refuse_known(cfg_t *section, gsize which, const char *name) {
    if (name)
        conf_refuse(&reading.error, section->filename, section->line, "%s \"%s\" was found, %s was expected",
                    faults[which].found, name, faults[which].expected);
    else
        conf_refuse(&reading.error, section->filename, section->line, "%s was found, %s was expected",
                    faults[which].found, faults[which].expected);
}

/* libConfuse's error function. */
G_GNUC_PRINTF(2, 0)
static void note_error(cfg_t *section, const char *format, va_list arguments) {
    if (reading.error)
        return;
    const char *name = NULL;
    va_list copy;
    va_copy(copy, arguments);
    if (strstr(format, "%s"))
        name = va_arg(copy, const char *);
    va_end(copy);

    if (g_str_equal(format, "no such option '%s'")) {
        /* In a section of free names libConfuse complains of each new one and goes on. */
        if (!(section->flags & CFGF_KEYSTRVAL))
            refuse_unknown(section, name);
        return;
    }
    if (g_str_equal(format, "unexpected token '%s'")) {
        refuse_token(section, name);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (g_str_equal(format, faults[i].format)) {
            refuse_known(section, i, name);
            return;
        }
    }
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    conf_refuse(&reading.error, section->filename, section->line, "%s was found, valid syntax was expected", message);
}

/* Parses the text under the name of the path; the section goes back to where it was, as the lexer does. */
static bool parse_text(cfg_t *root, const char *path, char *text, gsize length) {
    if (length == 0) /* not every fmemopen takes nothing */
        return true;
    char *outer_name = root->filename;
    int outer_line = root->line;
    root->filename = strdup(path);
    FILE *stream = fmemopen(text, length, "r");
    bool parsed = stream && cfg_parse_fp(root, stream) == CFG_SUCCESS;
    if (!parsed && !reading.error)
        conf_refuse(&reading.error, path, root->line, "a malformed setting was found, NAME = VALUE was expected");
    if (stream)
        fclose(stream);
    free(root->filename);
    root->filename = outer_name;
    root->line = outer_line;
    return parsed;
}

/* An unreadable file is an error of the place that names it. */
static bool parse_file(cfg_t *root, const char *path, const char *namer, int line) {
    g_autoptr(GError) reason = NULL;
    gsize length;
    g_autofree char *text = conf_file_load(path, &length, &reason);
    if (!text)
        return conf_refuse(&reading.error, namer, line, "\"%s\" was found, a readable file was expected (%s)", path,
                           reason->message);
    g_checksum_update(reading.bytes, (guchar *)text,
                      (gssize)length + 1); /* with its NUL: where one ends is hashed too */
    return conf_file_prepare(text, length, path, &reading.error) && parse_text(root, path, text, length);
}

static int include_file(cfg_t *root, cfg_opt_t *option, int count, const char **arguments) {
    if (count != 1) {
        cfg_error(root, "syntax error in call of function '%s'", option->name);
        return -1;
    }
    if (reading.depth == INCLUDE_DEPTH_MAX) {
        conf_refuse(&reading.error, root->filename, root->line,
                    "an include inside %d others was found, no file that includes itself was expected",
                    INCLUDE_DEPTH_MAX);
        return -1;
    }
    g_autofree char *folder = g_path_get_dirname(root->filename);
    bool here = g_path_is_absolute(arguments[0]) || g_str_equal(folder, ".");
    g_autofree char *path = here ? g_strdup(arguments[0]) : g_build_filename(folder, arguments[0], NULL);
    reading.depth++;
    bool parsed = parse_file(root, path, root->filename, root->line);
    reading.depth--;
    return parsed ? 0 : -1;
}

/* libConfuse translates its errors, and note_error must know them: this thread reads in the C locale. */
static void parse_untranslated(cfg_t *root, const char *path) {
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t usual = uselocale(plain);
    parse_file(root, path, path, 1);
    uselocale(usual);
    freelocale(plain);
}

static cfg_t *read_tree(const char *path, const cfg_opt_t *grammar, GChecksum *bytes, GError **error) {
    g_autoptr(cfg_t) root = cfg_init((cfg_opt_t *)grammar, CFGF_NONE);
    cfg_set_error_function(root, note_error);
    reading.bytes = bytes;
    parse_untranslated(root, path);
    GError *first = reading.error;
    memset(&reading, 0, sizeof reading);
    if (!first)
        return g_steal_pointer(&root);
    g_propagate_error(error, first); /* libConfuse may have gone on after it */
    return NULL;
}

cfg_t *conf_grammar_read(const char *path, char **hash, GError **error) {
    g_autoptr(GChecksum) bytes = g_checksum_new(G_CHECKSUM_SHA256);
    cfg_t *root = read_tree(path, settings, bytes, error);
    if (root)
        *hash = g_strndup(g_checksum_get_string(bytes), 16);
    return root;
}

cfg_t *conf_grammar_read_template(const char *path, GError **error) {
    g_autoptr(GChecksum) bytes = g_checksum_new(G_CHECKSUM_SHA256);
    return read_tree(path, template_settings, bytes, error);
}
