/* What a message reads like for one customer, whole and with its sales part cut. Both are rendered from the same views
 * of the customer, looked up once (comfort.c). */
#include "base/error.h"
#include "comfort.h"
#include "leftovers.h"
#include "templated.h"
#include "values.h"

/* ---- contexts ---- */

static json_t *company_view(const Config *config) {
    json_t *company = json_object();
    GHashTableIter iterator;
    gpointer name, value;
    g_hash_table_iter_init(&iterator, config->company);
    while (g_hash_table_iter_next(&iterator, &name, &value))
        json_object_set_new(company, name, json_string(value));
    return company;
}

static json_t *printed_view(const Party *party, bool with_sales) {
    const Intake *intake = party->intake;
    g_autofree char *now = instant_format(intake->at, facts_timezone(&party->facts));
    json_t *view = json_object();
    json_object_set(view, "customer", party->printed);
    json_object_set_new(view, "message", intake->context ? value_clean(intake->context) : json_object());
    json_object_set_new(view, "company", company_view(intake->config));
    json_object_set_new(view, "now", json_string(now));
    json_object_set_new(view, "sales", json_boolean(with_sales));
    return view;
}

/* Only the customer is another in the two views, and mostly not even they. */
static json_t *asked_view(const Party *party, json_t *printed) {
    if (party->asked == party->printed)
        return json_incref(printed);
    json_t *view = json_copy(printed);
    json_object_set(view, "customer", party->asked);
    return view;
}

bool filling_context(Party *party, bool with_sales, TemplateContext *context, GError **error) {
    if (!party->printed && !comfort_look(party, error))
        return false;
    json_t *printed = printed_view(party, with_sales);
    *context = (TemplateContext){.printed = printed,
                                 .asked = asked_view(party, printed),
                                 .locale = facts_locale(&party->facts),
                                 .timezone = facts_timezone(&party->facts)};
    return true;
}

void filling_context_clear(TemplateContext *context) {
    json_decref(context->printed);
    json_decref(context->asked);
}

/* ---- filling ---- */

static void splices_free_or_null(gpointer splices) {
    if (splices)
        g_array_unref(splices);
}

Filling *filling_empty(void) {
    Filling *filling = g_new0(Filling, 1);
    filling->splices = g_ptr_array_new_with_free_func(splices_free_or_null);
    filling->missing = g_ptr_array_new_with_free_func(g_free);
    return filling;
}

static bool text_stays_visible(const MessageText *text, const GArray *splices) {
    if (text->place == PLACE_SUBJECT)
        return false;
    if (!splices)
        return classify_has_visible_text(text->text, text->length, text->place == PLACE_HTML);
    g_autoptr(GBytes) filled = splices_apply(splices, text->text, text->length);
    gsize length;
    const char *bytes = g_bytes_get_data(filled, &length);
    return classify_has_visible_text(bytes, length, text->place == PLACE_HTML);
}

static void filling_render(Filling *filling, const Intake *intake, const TemplateContext *context, bool ask_visible) {
    const GPtrArray *texts = message_texts(intake->message);
    for (guint i = 0; i < texts->len; i++) {
        const Template *template = intake->templates->pdata[i];
        GArray *splices = template ? template_splices(template, context, filling->missing) : NULL;
        g_ptr_array_add(filling->splices, splices);
        if (ask_visible && !filling->visible)
            filling->visible = text_stays_visible(texts->pdata[i], splices);
    }
}

/* A message whose bytes cannot be mapped is one that nobody can fill; better found now than after the verdict is on
 * disk. The only recipient's edits are what leaves; those of many would be many bodies in memory at once. */
static void filling_try(Filling *filling, const Intake *intake) {
    g_autoptr(Rewrite) rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    if (!filling_rewrite(filling, intake->message, rewrite, &error))
        g_ptr_array_add(filling->missing, g_strdup(error->message));
    else if (intake->submission->envelope->recipients->len == 1)
        filling->edits = g_steal_pointer(&rewrite);
}

static void filling_add_leftovers(Filling *filling, const Intake *intake) {
    const GPtrArray *leftovers = leftovers_that_hold(intake);
    for (guint i = 0; leftovers && i < leftovers->len; i++)
        g_ptr_array_add(filling->missing, g_strdup(leftovers->pdata[i]));
}

Filling *filling_new(Party *party, bool with_sales, GError **error) {
    const Intake *intake = party->intake;
    if (intake->template)
        return templated_fill(party, with_sales, error);
    Filling *filling = filling_empty();
    filling_add_leftovers(filling, intake);
    if (intake->unreadable) {
        g_ptr_array_add(filling->missing, g_strdup(intake->unreadable));
        return filling;
    }
    TemplateContext context;
    if (!filling_context(party, with_sales, &context, error)) {
        filling_free(filling);
        return NULL;
    }
    filling_render(filling, intake, &context, !with_sales);
    filling_context_clear(&context);
    if (filling->missing->len == 0)
        filling_try(filling, intake);
    return filling;
}

void filling_free(Filling *filling) {
    if (!filling)
        return;
    g_ptr_array_unref(filling->splices);
    g_ptr_array_unref(filling->missing);
    rewrite_free(filling->edits);
    g_free(filling->subject);
    g_free(filling->text);
    g_free(filling->html);
    g_free(filling);
}

/* What cannot be filled is held; it comes this far where it is taken for another try of a message that passed. */
static bool can_be_filled(const Filling *filling, GError **error) {
    if (filling->missing->len == 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY,
                "this try of a message that was let through before cannot be filled: %s",
                (char *)filling->missing->pdata[0]);
    return false;
}

bool filling_rewrite(const Filling *filling, Message *message, Rewrite *rewrite, GError **error) {
    if (!can_be_filled(filling, error))
        return false;
    if (filling->edits) {
        rewrite_join(rewrite, filling->edits);
        return true;
    }
    if (filling->subject) {
        const Content content = {filling->subject, filling->text, filling->html};
        rewrite_replace(rewrite, message, &content);
        return true;
    }
    return rewrite_fill(rewrite, message, (GArray *const *)filling->splices->pdata, error);
}
