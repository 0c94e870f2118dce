/* A message as the milter protocol brings it, through the whole engine: each line is an event, told by its first letter
 * (M sender, R recipient, H field, E end of headers, B piece of body; what is none is body). No value may leave that
 * the protocol or the reader would take for more than one line. */
#include "fuzz.h"

#include "../../milter/mta/mail.h"
#include "../folder.h"

#include <string.h>
#include <unistd.h>

static const char config_text[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true }\n"
    "stream \"rest\" { sender = {\"*\"} verify = true uncertain = \"hold\" }\n"
    "topic \"security\" { class = \"relational\" exempt = true counts = false }\n"
    "topic \"loans\" { class = \"sales\" consent = \"marketing\" }\n"
    "attribute \"*\" { sensitivity = 0 }\n"
    "policy \"default\" { cap \"a day\" { class = \"sales\" limit = 2 window = \"day\" } over = {\"rewrite\", \"hold\"}\n"
    "  hold { max = \"7d\" then = \"drop\" } }\n";

static char *folder;

static void remove_folder(void) {
    folder_remove(folder);
}

static Engine *engine_in(const char *place) {
    GError *error = NULL;
    static Secret secret;
    g_autofree char *path = g_build_filename(place, "cadence.conf", NULL);
    if (!g_file_set_contents(path, config_text, -1, &error))
        g_error("%s", error->message);
    Config *config = config_load(path, &error);
    if (!config || !store_create(config->store_url, &error) || !secret_create(config->secret_path, &error) ||
        !secret_load(config->secret_path, &secret, &error))
        g_error("%s", error->message);
    Engine *engine = engine_new(config, store_open(config->store_url, &error), &secret, &error);
    if (!engine)
        g_error("%s", error->message);
    return engine;
}

/* In memory where there is such a folder: each input commits. The log is not what is looked at. */
static Engine *engine_once(void) {
    static Engine *engine;
    if (engine)
        return engine;
    folder = g_strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/cadence-fuzz-XXXXXX" : "/tmp/cadence-fuzz-XXXXXX");
    message_library_start();
    if (!g_mkdtemp(folder))
        g_error("%s: cannot be made", folder);
    atexit(remove_folder);
    engine = engine_in(folder);
    return engine;
}

static void add_field(Mail *mail, char *line) {
    char *colon = strchr(line, ':');
    if (colon && colon > line) {
        *colon = '\0';
        mail_add_header(mail, line, colon + 1);
    }
}

static void tell(Mail *mail, char *line, gsize length) {
    char *arguments[] = {line + 1, NULL};
    switch (*line) {
    case 'R':
        mail_add_recipient(mail, arguments);
        return;
    case 'H':
        add_field(mail, line + 1);
        return;
    case 'E':
        mail_add_body(mail, (const guint8 *)"", 0);
        return;
    default:
        mail_add_body(mail, (const guint8 *)line + (*line == 'B'), length - (*line == 'B'));
        mail_add_body(mail, (const guint8 *)"\r\n", 2);
    }
}

/* Folds are LF and blank; nothing else may look like the end of a field. */
static void check_value(const char *value) {
    for (const char *c = value; c && *c; c++) {
        g_assert(*c != '\r');
        g_assert(*c != '\n' || c[1] == ' ' || c[1] == '\t');
    }
}

static void check(const Judgement *judgement) {
    g_assert(judgement->reply != REPLY_REFUSE || (judgement->reply_code && judgement->reply_text));
    for (guint i = 0; judgement->rewrite && i < judgement->rewrite->headers->len; i++) {
        const HeaderEdit *edit = judgement->rewrite->headers->pdata[i];
        check_value(edit->value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    Engine *engine = engine_once();
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 300);
    char *sender[] = {lines[0] && *lines[0] == 'M' ? lines[0] + 1 : (char *)"a@crm.example", NULL};
    g_autoptr(Mail) mail = mail_new(sender, "127.0.0.1", NULL);
    for (char **line = lines; *line; line++) {
        if (**line != 'M')
            tell(mail, *line, strlen(*line));
    }
    g_autoptr(Judgement) judgement = mail_judge(mail, engine);
    check(judgement);
    return 0;
}
