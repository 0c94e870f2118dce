/* The load generator: N connections, a thread each, say letters for some seconds, as fast as the milter answers or at a
 * rate. Prints one JSON object. With a rate, a message's time begins when it was due, so that a milter that stalls
 * cannot hide it (coordinated omission).
 *
 * Customers come as in a campaign: in no order that a store could profit from, and none a second time before all have
 * had one. */
#include "mta.h"

#include <gio/gio.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    char *socket, *run;
    int connections, bytes;
    double seconds, rate;
    gint64 customers, said, write_number;
} Options;

/* Multiples of a stride that shares no factor with the count go through all; one in the golden section puts each as far
 * from those before it as can be. */
typedef struct {
    guint64 count, stride;
    atomic_ullong next;
} Campaign;

typedef struct {
    const Options *options;
    const GString *body;
    Campaign *campaign;
    int number;
    gint64 start, end;
    guint64 discarded, refused, rewritten;
    GArray *times; /* gint64: microseconds of each decision */
    GError *error;
} Sender;

/* ---- whom a letter goes to ---- */

static guint64 common_factor(guint64 a, guint64 b) {
    return b ? common_factor(b, a % b) : a;
}

static Campaign campaign_of(const Options *options) {
    Campaign campaign = {.count = (guint64)options->customers, .next = (guint64)options->said};
    campaign.stride = (guint64)(0.618034 * (double)campaign.count) + 1;
    while (common_factor(campaign.stride, campaign.count) != 1)
        campaign.stride++;
    return campaign;
}

static guint64 next_customer(Campaign *campaign) {
    return atomic_fetch_add(&campaign->next, 1) % campaign->count * campaign->stride % campaign->count;
}

/* ---- one connection ---- */

/* When the message is to be said: now, or at its place in the rate. */
static gint64 due_of(const Sender *sender, guint serial) {
    const Options *options = sender->options;
    if (options->rate <= 0)
        return g_get_monotonic_time();
    double place = serial + (double)sender->number / options->connections;
    return sender->start + (gint64)(place * options->connections / options->rate * G_USEC_PER_SEC);
}

static bool say_one(Sender *sender, Mta *mta, guint serial, gint64 due) {
    const Options *options = sender->options;
    guint64 customer = next_customer(sender->campaign);
    guint64 number = (guint64)sender->number << 32 | serial;
    Letter letter = letter_new(customer, options->run, number, sender->body);
    Verdict verdict;
    gint64 late = MAX(g_get_monotonic_time() - due, 0);
    bool said = mta_say(mta, &letter, &verdict, &sender->error);
    letter_clear(&letter);
    if (!said)
        return false;
    gint64 time = verdict.decided + (options->rate > 0 ? late : 0);
    g_array_append_val(sender->times, time);
    sender->discarded += verdict.discarded;
    sender->refused += verdict.refused;
    sender->rewritten += verdict.rewritten;
    return true;
}

static gpointer send_until_end(gpointer user) {
    Sender *sender = user;
    Mta mta;
    bool open = mta_open(&mta, sender->options->socket, &sender->error);
    for (guint serial = 0; open && !sender->error; serial++) {
        gint64 due = due_of(sender, serial);
        if (due >= sender->end || g_get_monotonic_time() >= sender->end)
            break;
        if (due > g_get_monotonic_time())
            g_usleep((gulong)(due - g_get_monotonic_time()));
        say_one(sender, &mta, serial, due);
    }
    mta_close(&mta);
    return NULL;
}

/* ---- all of them ---- */

static int compare_times(gconstpointer a, gconstpointer b) {
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

static gint64 quantile(const GArray *sorted, double share) {
    return sorted->len ? g_array_index(sorted, gint64, (guint)(share * (sorted->len - 1))) : 0;
}

static void print_result(const Sender *senders, int count, double seconds) {
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint64 discarded = 0, refused = 0, rewritten = 0;
    for (int i = 0; i < count; i++) {
        g_array_append_vals(times, senders[i].times->data, senders[i].times->len);
        discarded += senders[i].discarded;
        refused += senders[i].refused;
        rewritten += senders[i].rewritten;
    }
    g_array_sort(times, compare_times);
    printf("{\"messages\": %u, \"discarded\": %" G_GUINT64_FORMAT ", \"refused\": %" G_GUINT64_FORMAT
           ", \"rewritten\": %" G_GUINT64_FORMAT ", \"seconds\": %.3f, \"rate\": %.1f, \"p50_us\": %" G_GINT64_FORMAT
           ", \"p99_us\": %" G_GINT64_FORMAT "}\n",
           times->len, discarded, refused, rewritten, seconds, times->len / seconds, quantile(times, 0.5),
           quantile(times, 0.99));
}

static bool report_errors(const Sender *senders, int count) {
    bool any = false;
    for (int i = 0; i < count; i++)
        if (senders[i].error) {
            fprintf(stderr, "load: connection %d: %s\n", i, senders[i].error->message);
            any = true;
        }
    return any;
}

static int run(const Options *options) {
    g_autoptr(GString) body = letter_body((gsize)options->bytes);
    Campaign campaign = campaign_of(options);
    g_autofree Sender *senders = g_new0(Sender, (gsize)options->connections);
    g_autofree GThread **threads = g_new0(GThread *, (gsize)options->connections);
    gint64 start = g_get_monotonic_time();
    for (int i = 0; i < options->connections; i++) {
        senders[i] = (Sender){.options = options, .body = body, .campaign = &campaign, .number = i, .start = start};
        senders[i].end = start + (gint64)(options->seconds * G_USEC_PER_SEC);
        senders[i].times = g_array_new(FALSE, FALSE, sizeof(gint64));
        threads[i] = g_thread_new("sender", send_until_end, &senders[i]);
    }
    for (int i = 0; i < options->connections; i++)
        g_thread_join(threads[i]);
    double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    print_result(senders, options->connections, seconds);
    return report_errors(senders, options->connections) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* One letter as a file, for senders that are not ours. */
static int write_letter(const Options *options) {
    g_autoptr(GString) body = letter_body((gsize)options->bytes);
    Letter letter = letter_new((guint64)options->write_number, options->run, 0, body);
    g_autoptr(GString) text = letter_text(&letter);
    fwrite(text->str, 1, text->len, stdout);
    letter_clear(&letter);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    Options options = {.connections = 32, .bytes = LETTER_BYTES, .seconds = 5, .customers = 100000, .write_number = -1};
    const GOptionEntry entries[] = {
        {"socket", 0, 0, G_OPTION_ARG_FILENAME, &options.socket, "the milter's socket", "PATH"},
        {"run", 0, 0, G_OPTION_ARG_STRING, &options.run, "a word that no other run has: it makes messages new", "WORD"},
        {"connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "how many at once", "N"},
        {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds, "for how long", "S"},
        {"rate", 0, 0, G_OPTION_ARG_DOUBLE, &options.rate, "messages a second; 0: as many as go", "N"},
        {"customers", 0, 0, G_OPTION_ARG_INT64, &options.customers, "to how many they go", "N"},
        {"said", 0, 0, G_OPTION_ARG_INT64, &options.said, "how many letters of the campaign went out before", "N"},
        {"bytes", 0, 0, G_OPTION_ARG_INT, &options.bytes, "of each message", "N"},
        {"write", 0, 0, G_OPTION_ARG_INT64, &options.write_number, "print a letter to customer N, send none", "N"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !options.run) {
        fprintf(stderr, "load: %s\n", error ? error->message : "--run is missing");
        return 2;
    }
    if (options.write_number >= 0)
        return write_letter(&options);
    return run(&options);
}
