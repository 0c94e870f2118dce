/* cadencectl: everything a person does by hand. This file knows which commands there are and nothing of what they do.
 */
#include "base/error.h"
#include "message/message.h"
#include "program/arguments.h"
#include "program/command.h"
#include "program/output.h"

#include <stdio.h>

#define TRY_OPTIONS                                                                                                    \
    (ARGUMENT_SENDER | ARGUMENT_RCPT | ARGUMENT_LOGIN | ARGUMENT_CLIENT | ARGUMENT_RECORD | ARGUMENT_OUTPUT)
#define RUN(command) command_##command##_run, command_##command##_print

static const Command commands[] = {
    {"init", NULL, "", 0, 0, NEEDS_CONFIG, 0, RUN(init), "Make the store and the secret; what is there is kept."},
    {"check", NULL, "", 0, 0, NEEDS_CONFIG, 0, RUN(check),
     "Look for what is wrong: configuration, store, secret, Postfix."},
    {"try", NULL, "FILE.eml", 1, 1, NEEDS_STORE, TRY_OPTIONS, RUN(try),
     "Judge a message in a file (- for stdin), sending nothing."},
    {"explain", NULL, "ID|CUSTOMER", 1, 1, NEEDS_STORE, 0, RUN(explain),
     "Say why: the verdicts for a message or a customer."},
    {"customer", "import", "FILE.csv|FILE.jsonl", 1, 1, NEEDS_STORE, ARGUMENT_AT | ARGUMENT_SOURCE,
     RUN(customer_import), "Create and change customers by file."},
    {"customer", "show", "CUSTOMER", 1, 1, NEEDS_STORE, 0, RUN(customer_show), "Print what is known of a customer."},
    {"customer", "set", "CUSTOMER NAME=VALUE…", 2, -1, NEEDS_STORE, ARGUMENT_AT, RUN(customer_set),
     "Change timezone, locale, comfort, the customer's own wishes or attributes, add an address; 'NAME=' removes."},
    {"customer", "export", "CUSTOMER", 1, 1, NEEDS_STORE, 0, RUN(customer_export),
     "Print everything that is held on a customer, as one JSON document."},
    {"customer", "erase", "CUSTOMER", 1, 1, NEEDS_STORE, 0, RUN(customer_erase),
     "Erase a customer and drop their held mail; what stays, and why, is printed."},
    {"consent", "grant", "CUSTOMER PURPOSE", 2, 2, NEEDS_STORE, ARGUMENT_AT | ARGUMENT_GRANT, RUN(consent_grant),
     "Record that a customer consents, or that a sale allows a soft opt-in."},
    {"consent", "withdraw", "CUSTOMER PURPOSE", 2, 2, NEEDS_STORE, 0, RUN(consent_withdraw),
     "Record that a customer no longer does."},
    {"consent", "object", "CUSTOMER [PURPOSE]", 1, 2, NEEDS_STORE, 0, RUN(consent_object),
     "Record that a customer objects: no sales mail until they consent anew; PURPOSE is marketing if not given."},
    {"consent", "show", "CUSTOMER [PURPOSE]", 1, 2, NEEDS_STORE, 0, RUN(consent_show),
     "Print a customer's consents and how they came about."},
    {"contact", "import", "FILE.jsonl", 1, 1, NEEDS_STORE, 0, RUN(contact_import),
     "Count what was sent before; twice the same file counts once."},
    {"contact", "list", "CUSTOMER", 1, 1, NEEDS_STORE, 0, RUN(contact_list),
     "Print what has been counted for a customer."},
    {"event", "add", "CUSTOMER KIND", 2, 2, NEEDS_STORE, ARGUMENT_AT, RUN(event_add),
     "Record what happened to a customer: a complaint, a purchase, any word."},
    {"event", "list", "CUSTOMER", 1, 1, NEEDS_STORE, 0, RUN(event_list), "Print what has happened to a customer."},
    {"held", "list", "[CUSTOMER]", 0, 1, NEEDS_STORE, 0, RUN(held_list), "Print what is held and until when."},
    {"held", "show", "ID", 1, 1, NEEDS_STORE, 0, RUN(held_show), "Print a held message's envelope and why it is held."},
    {"held", "release", "ID|--all", 0, 1, NEEDS_STORE, ARGUMENT_ALL, RUN(held_release),
     "Let it go now, whatever the rules say."},
    {"held", "drop", "ID", 1, 1, NEEDS_STORE, 0, RUN(held_drop), "Discard a held message."},
    {"held", "export", "DIR", 1, 1, NEEDS_STORE, 0, RUN(held_export),
     "Write every held message to DIR/ID.eml and DIR/ID.json."},
    {"plan", NULL, "[CUSTOMER]", 0, 1, NEEDS_STORE, ARGUMENT_ICS, RUN(plan),
     "Print what goes when, and why not sooner."},
    {"simulate", NULL, "--with NEW.conf", 0, 0, NEEDS_STORE, ARGUMENT_WITH | ARGUMENT_SINCE, RUN(simulate),
     "Replay the recorded history under another policy, changing nothing."},
    {"classify", "review", "", 0, 0, NEEDS_STORE, 0, RUN(classify_review),
     "Print the messages whose class is in doubt, and wait for a person's answer."},
    {"classify", "label", "ID sales|relational", 2, 2, NEEDS_STORE, 0, RUN(classify_label),
     "Answer one; what of it is held is judged again, what comes of it is taken for that."},
    {"classify", "train", "DIR…", 1, -1, NEEDS_NOTHING, ARGUMENT_OUTPUT | ARGUMENT_NO_LABELS, RUN(classify_train),
     "Learn weights from labelled messages (DIR/index.tsv)."},
    {"classify", "evaluate", "DIR", 1, 1, NEEDS_NOTHING, 0, RUN(classify_evaluate),
     "Say how often the classifier is right on labelled messages."},
    {"classify", NULL, "FILE…", 1, -1, NEEDS_NOTHING, 0, RUN(classify),
     "Say what messages in files are, relational or sales, and why."},
    {"template", "list", "", 0, 0, NEEDS_CONFIG, 0, RUN(template_list), "Print the templates and their locales."},
    {"template", "lint", "[NAME…]", 0, -1, NEEDS_CONFIG, 0, RUN(template_lint),
     "Look for what is wrong with templates, and with what they share."},
    {"template", "render", "NAME", 1, 1, NEEDS_STORE, ARGUMENT_RENDER, RUN(template_render),
     "Print the message that a customer would get, or make a page of several."},
    {"template", "expand", "FILE", 1, 1, NEEDS_NOTHING, ARGUMENT_EXPAND, RUN(template_expand),
     "Fill in a template from data alone: plain Mustache, no customer."},
    {"backup", NULL, "FILE", 1, 1, NEEDS_STORE, 0, RUN(backup), "Copy the store to a new file while the mail goes on."},
    {"reload", NULL, "", 0, 0, NEEDS_STORE, 0, RUN(reload), "Have the daemons read the configuration again."},
    {"status", NULL, "", 0, 0, NEEDS_STORE, ARGUMENT_PROMETHEUS, RUN(status),
     "Print what runs, what is held, what was decided lately and what went wrong."},
};

static char *command_name(const Command *command) {
    return command->verb ? g_strconcat(command->group, " ", command->verb, NULL) : g_strdup(command->group);
}

/* The names of the commands of a group, or the groups where it is NULL, with commas between. */
static char *names_in(const char *group) {
    GString *names = g_string_new(NULL);
    const char *last = "";
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        const char *name = group ? commands[i].verb : commands[i].group;
        if ((group && !g_str_equal(commands[i].group, group)) || g_str_equal(name, last))
            continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
        last = name;
    }
    return g_string_free(names, FALSE);
}

static bool is_group(const char *word) {
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (commands[i].verb && g_str_equal(commands[i].group, word))
            return true;
    }
    return false;
}

static const Command *find_command(char *const *words) {
    for (gsize i = 0; words[0] && i < G_N_ELEMENTS(commands); i++) {
        const Command *command = &commands[i];
        if (g_str_equal(command->group, words[0]) && (!command->verb || g_strcmp0(command->verb, words[1]) == 0))
            return command;
    }
    return NULL;
}

static void unknown_command(char *const *words, GError **error) {
    g_autofree char *names = names_in(words[0] && is_group(words[0]) ? words[0] : NULL);
    if (!words[0])
        usage_error(error, "no command, expected one of: %s", names);
    else if (!is_group(words[0]))
        usage_error(error, "unknown command '%s', expected one of: %s", words[0], names);
    else if (!words[1])
        usage_error(error, "'%s' alone, expected one of these after it: %s", words[0], names);
    else
        usage_error(error, "unknown command '%s %s', expected one of these after %s: %s", words[0], words[1], words[0],
                    names);
}

static bool check_operands(const Command *command, const char *name, char *const *operands, GError **error) {
    int count = (int)g_strv_length((char **)operands);
    if (count >= command->least && (command->most < 0 || count <= command->most))
        return true;
    usage_error(error, "'%s' with %d arguments, expected %s", name, count,
                *command->operands ? command->operands : "none");
    return false;
}

static void print_usage(const Command *command) {
    g_autofree char *name = command_name(command);
    g_autofree char *line = g_strconcat("  ", name, " ", command->operands, NULL);
    printf("%s\n      %s\n", g_strchomp(line), command->summary);
}

/* The commands of a group, or all where it is NULL. */
static void print_list(const char *group) {
    puts("usage: cadencectl [OPTION…] COMMAND\n");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!group || g_str_equal(commands[i].group, group))
            print_usage(&commands[i]);
    }
    puts("\nEvery command takes -c FILE, --json, --now TIME and --help. See cadencectl(1).");
}

static void print_help(const Command *command, const char *word) {
    if (!command || (!command->verb && is_group(command->group))) {
        print_list(word && is_group(word) ? word : NULL);
        return;
    }
    g_autofree char *name = command_name(command);
    g_autofree char *synopsis = g_strconcat(name, " ", command->operands, NULL);
    g_autofree char *help = arguments_help(synopsis, command->summary, command->options);
    fputs(help, stdout);
}

static ExitStatus run_command(const Command *command, const Arguments *arguments, char *const *operands,
                              GError **error) {
    Session session = {.arguments = arguments, .operands = operands, .now = arguments->at};
    json_auto_t *document = NULL;
    Answer answer = ANSWER_FAILED;
    if (session_open(&session, command->needs, error))
        answer = command->run(&session, &document, error);
    if (document && arguments->json)
        output_json(document);
    else if (document)
        command->print(document);
    session_close(&session);
    return answer == ANSWER_YES ? STATUS_DONE : STATUS_NO;
}

static ExitStatus dispatch(const Arguments *arguments, GError **error) {
    const Command *command = find_command(arguments->words);
    if (arguments->version || arguments->help) {
        if (arguments->version)
            puts("cadencectl " CADENCE_VERSION);
        else
            print_help(command, arguments->words[0]);
        return STATUS_DONE;
    }
    if (!command) {
        unknown_command(arguments->words, error);
        return STATUS_USAGE;
    }
    g_autofree char *name = command_name(command);
    char *const *operands = arguments->words + (command->verb ? 2 : 1);
    if (!arguments_allow(arguments, command->options, name, error) || !check_operands(command, name, operands, error))
        return STATUS_USAGE;
    return run_command(command, arguments, operands, error);
}

/* A configuration error begins with its "file:line: ", which is left in front for editors to jump to. */
static ExitStatus complain(const GError *error) {
    bool has_place = g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG);
    fprintf(stderr, "%s%s\n", has_place ? "" : "cadencectl: ", error->message);
    return status_of_error(error);
}

int main(G_GNUC_UNUSED int argc, char **argv) {
    g_autoptr(GError) error = NULL;
    ExitStatus status = STATUS_USAGE;
    message_library_start();
    g_autoptr(Arguments) arguments = arguments_parse(argv, &error);
    if (arguments)
        status = dispatch(arguments, &error);
    if (error)
        status = complain(error);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "cadencectl: the output could not be written\n");
        status = STATUS_TEMPORARY;
    }
    return status;
}
