/* `template render`: a template as customers would get it. One customer gives the message that would leave, several (or
 * none: then they are made up) a page for a browser. */
#include "program/command.h"

#include "base/error.h"
#include "browser_page.h"
#include "customer_row.h"
#include "engine/preview.h"
#include "files.h"
#include "message/rewrite.h"
#include "program/output.h"
#include "sample_readers.h"

#include <stdio.h>
#include <string.h>

#define CONTEXT_MAX (1024 * 1024)
#define SAMPLE_CONTEXT "sample.json"

/* ---- data ---- */

/* --context, else what the author has put beside the texts. */
static char *context_path(const Session *session, const TemplateFolder *folder) {
    if (session->arguments->context)
        return g_strdup(session->arguments->context);
    g_autofree char *path = folder ? g_build_filename(folder->path, SAMPLE_CONTEXT, NULL) : NULL;
    return path && g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

static bool read_context(const Session *session, const TemplateFolder *folder, json_t **context, GError **error) {
    g_autofree char *path = context_path(session, folder);
    g_autoptr(GBytes) bytes = path ? file_read(path, CONTEXT_MAX, error) : g_bytes_new_static("{}", 2);
    json_error_t fault;
    gsize length;
    if (!bytes)
        return false;
    const char *text = g_bytes_get_data(bytes, &length);
    json_t *json = json_loadb(text ? text : "", length, JSON_REJECT_DUPLICATES, &fault);
    if (json_is_object(json)) {
        *context = json;
        return true;
    }
    if (json)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s: something else, expected a JSON object", path);
    else
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s:%d:%d: %s, expected a JSON object", path,
                    fault.line, fault.column, fault.text);
    json_decref(json);
    return false;
}

/* ---- readers ---- */

static SampleReader *real_reader(Session *session, const char *id, GError **error) {
    Customer *customer;
    if (!session_customer(session, id, &customer, error))
        return NULL;
    if (session->arguments->locale) {
        g_free(customer->locale);
        customer->locale = g_strdup(session->arguments->locale);
    }
    SampleReader *reader = g_new0(SampleReader, 1);
    reader->label = g_strdup(customer->id);
    reader->customer = customer;
    reader->with_sales = true;
    return reader;
}

static GPtrArray *real_readers(Session *session, GError **error) {
    g_autoptr(GPtrArray) readers = g_ptr_array_new_with_free_func((GDestroyNotify)sample_reader_free);
    for (char **id = session->arguments->customers; *id; id++) {
        SampleReader *reader = real_reader(session, *id, error);
        if (!reader)
            return NULL;
        g_ptr_array_add(readers, reader);
    }
    return g_steal_pointer(&readers);
}

static GPtrArray *made_up_readers(Session *session, GError **error) {
    const char *name = session->operands[0];
    g_autoptr(GHashTable) names = preview_names(session->engine, name, error);
    g_autoptr(GPtrArray) locales = names ? preview_locales(session->engine, name, error) : NULL;
    return locales ? sample_readers(session->config, names, locales, session->arguments->locale) : NULL;
}

/* ---- renderings ---- */

static json_t *strings_json(const GPtrArray *strings) {
    json_t *list = json_array();
    for (guint i = 0; i < strings->len; i++)
        json_array_append_new(list, output_text(strings->pdata[i]));
    return list;
}

static json_t *withheld_json(const GPtrArray *withheld) {
    json_t *list = json_array();
    for (guint i = 0; i < withheld->len; i++) {
        const Withheld *one = withheld->pdata[i];
        json_array_append_new(list, json_pack("{s:o, s:s, s:o}", "name", output_text(one->name), "why", one->why,
                                              "detail", output_text(one->detail)));
    }
    return list;
}

static const char *address_of(const Customer *customer) {
    return customer->addresses->len > 0 ? customer->addresses->pdata[0] : NULL;
}

static json_t *rendering_json(const Session *session, const SampleReader *reader, const Preview *preview) {
    const Config *config = session->config;
    const Customer *customer = reader->customer;
    const char *locale = customer->locale ? customer->locale : config->defaults.locale;
    int comfort = customer->comfort >= 0 ? customer->comfort : config->comfort;
    return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "template", session->operands[0],
                     "label", reader->label, "customer", customer->id, "address", address_of(customer), "locale",
                     locale, "text_locale", preview->text_locale, "comfort", comfort, "subject",
                     output_text(preview->subject), "text", output_text(preview->text), "html",
                     output_text(preview->html), "missing", strings_json(preview->missing), "withheld",
                     withheld_json(preview->withheld));
}

static json_t *render_one(Session *session, const SampleReader *reader, json_t *context, GError **error) {
    PreviewRequest request = {.template_name = session->operands[0],
                              .message = context,
                              .with_sales = reader->with_sales,
                              .at = session->now};
    PreviewReader whom = {.customer = reader->customer, .attributes = reader->attributes};
    g_autoptr(Preview) preview = NULL;
    if (!preview_make(session->engine, &request, &whom, &preview, error))
        return NULL;
    return rendering_json(session, reader, preview);
}

static json_t *render_all(Session *session, const GPtrArray *readers, json_t *context, GError **error) {
    json_auto_t *renderings = json_array();
    for (guint i = 0; i < readers->len; i++) {
        json_t *rendering = render_one(session, readers->pdata[i], context, error);
        if (!rendering)
            return NULL;
        json_array_append_new(renderings, rendering);
    }
    return json_incref(renderings);
}

/* ---- the command ---- */

static bool write_page(const Session *session, const json_t *renderings, GError **error) {
    const char *company = g_hash_table_lookup(session->config->company, "name");
    g_autofree char *page = browser_page(session->operands[0], company ? company : "", renderings);
    g_autoptr(GBytes) bytes = g_bytes_new(page, strlen(page));
    return file_write(session->arguments->browser, bytes, error);
}

static bool is_one_message(const Session *session) {
    return !session->arguments->browser && session->arguments->customers && !session->arguments->customers[1];
}

static bool any_is_missing(const json_t *renderings) {
    size_t i;
    json_t *rendering;
    json_array_foreach ((json_t *)renderings, i, rendering)
        if (json_array_size(json_object_get(rendering, "missing")) > 0)
            return true;
    return false;
}

/* A page is made to be looked at, whatever is missing on it. */
static Answer answer(Session *session, json_t *renderings, json_t **document, GError **error) {
    if (session->arguments->browser && !write_page(session, renderings, error))
        return ANSWER_FAILED;
    if (is_one_message(session))
        *document = json_incref(json_array_get(renderings, 0));
    else
        *document = json_pack("{s:s, s:s?, s:O}", "template", session->operands[0], "file", session->arguments->browser,
                              "renderings", renderings);
    return any_is_missing(renderings) && !session->arguments->browser ? ANSWER_NO : ANSWER_YES;
}

static bool check_usage(const Session *session, GError **error) {
    const char *locale = session->arguments->locale;
    if (!session->arguments->customers && !session->arguments->browser)
        usage_error(error, "template render without a reader, expected --customer ID or --browser FILE.html");
    else if (locale && !customer_row_is_locale(locale))
        usage_error(error, "--locale '%s', expected a language tag, as pl or pl-PL", locale);
    else
        return true;
    return false;
}

Answer command_template_render_run(Session *session, json_t **document, GError **error) {
    json_auto_t *context = NULL;
    if (!check_usage(session, error) ||
        !read_context(session, config_template(session->config, session->operands[0]), &context, error))
        return ANSWER_FAILED;
    g_autoptr(GPtrArray) readers =
        session->arguments->customers ? real_readers(session, error) : made_up_readers(session, error);
    json_auto_t *renderings = readers ? render_all(session, readers, context, error) : NULL;
    return renderings ? answer(session, renderings, document, error) : ANSWER_FAILED;
}

/* ---- on the screen ---- */

static void print_message(const json_t *rendering) {
    g_autofree char *skeleton = g_strdup_printf("To: %s\n\n", output_string(rendering, "address", "undisclosed:;"));
    g_autoptr(GBytes) raw = g_bytes_new(skeleton, strlen(skeleton));
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Rewrite) rewrite = rewrite_new();
    const Content content = {output_string(rendering, "subject", ""), output_string(rendering, "text", ""),
                             output_string(rendering, "html", NULL)};
    rewrite_replace(rewrite, message, &content);
    g_autoptr(GBytes) whole = rewrite_apply(rewrite, message);
    gsize length;
    const char *bytes = g_bytes_get_data(whole, &length);
    fwrite(bytes, 1, length, stdout);
}

/* Beside the message, which goes to stdout and may go into a file from there. */
static void print_remarks(const json_t *rendering) {
    size_t i;
    json_t *one;
    json_array_foreach (json_object_get(rendering, "missing"), i, one)
        fprintf(stderr, "%s: nothing to fill in for %s, so it would be held for its author\n",
                output_string(rendering, "customer", ""), json_string_value(one));
    json_array_foreach (json_object_get(rendering, "withheld"), i, one)
        fprintf(stderr, "%s: %s is kept back: %s\n", output_string(rendering, "customer", ""),
                output_string(one, "name", ""), output_string(one, "detail", ""));
}

void command_template_render_print(const json_t *document) {
    const json_t *renderings = json_object_get(document, "renderings");
    const char *file = output_string(document, "file", NULL);
    size_t i;
    json_t *rendering;
    if (!renderings) {
        print_message(document);
        print_remarks(document);
        return;
    }
    if (file)
        output_line("%s: %zu readers", file, json_array_size(renderings));
    json_array_foreach ((json_t *)renderings, i, rendering) {
        if (!file)
            print_message(rendering);
        print_remarks(rendering);
    }
}
