/* A replay begins with the whole of a customer's record, because what became of a held message stands further on. */
#include "outcome.h"
#include "replay.h"

static void verdict_clear(ReplayVerdict *verdict) {
    matter_record_clear(&verdict->matter);
    g_clear_pointer(&verdict->reasons, g_ptr_array_unref);
    json_decref(verdict->receipt);
}

static char *id_of(const VerdictRecord *record) {
    return g_strdup_printf("%s.%d", record->message, record->ordinal);
}

/* ending.c writes nothing else, and whoever judges has other reasons. */
static bool is_ending(const json_t *receipt) {
    const json_t *reason = json_array_get(json_object_get(receipt, "reasons"), 0);
    return g_strcmp0(json_string_value(json_object_get(reason, "rule")), "custody") == 0;
}

static void read_verdict(const VerdictRecord *record, ReplayVerdict *verdict) {
    verdict->record = record;
    verdict->receipt = json_loads(record->receipt, 0, NULL);
    verdict->judged = matter_restore(&verdict->matter, verdict->receipt, record->at);
    verdict->ending = !verdict->judged && is_ending(verdict->receipt);
    verdict->was = verdict->would = (Fate){.action = record->action, .left = INSTANT_NEVER};
    verdict->would_go = INSTANT_NEVER;
}

/* What became of the message in the record. firsts: its first verdict by its id. */
static void read_fate(GHashTable *firsts, ReplayVerdict *verdict) {
    const VerdictRecord *record = verdict->record;
    g_autofree char *id = id_of(record);
    ReplayVerdict *first = g_hash_table_lookup(firsts, id);
    verdict->first = verdict->judged && !first;
    if (verdict->first) {
        first = verdict;
        g_hash_table_insert(firsts, g_steal_pointer(&id), verdict);
    }
    if (!first || (verdict != first && first->was.action != ACTION_HOLD))
        return;
    if (action_goes(record->action))
        first->was.left = MIN(first->was.left, record->at);
    else if (verdict != first && record->action != ACTION_HOLD)
        first->was.ended = true;
}

GArray *replay_read(const CustomerHistory *history) {
    g_autoptr(GHashTable) firsts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) others = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GArray *verdicts = g_array_new(FALSE, TRUE, sizeof(ReplayVerdict));
    g_array_set_clear_func(verdicts, (GDestroyNotify)verdict_clear);
    g_array_set_size(verdicts, history->verdicts->len);
    for (guint i = 0; i < verdicts->len; i++) {
        ReplayVerdict *verdict = &g_array_index(verdicts, ReplayVerdict, i);
        read_verdict(history->verdicts->pdata[i], verdict);
        read_fate(firsts, verdict);
        verdict->left_out = !verdict->judged && !verdict->ending && g_hash_table_add(others, id_of(verdict->record));
    }
    return verdicts;
}

/* The verdict that counted each message last. */
static GHashTable *read_counted(const GArray *verdicts) {
    GHashTable *counted = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < verdicts->len; i++) {
        ReplayVerdict *verdict = &g_array_index(verdicts, ReplayVerdict, i);
        if (verdict->judged && action_goes(verdict->record->action))
            g_hash_table_insert(counted, verdict->record->message, verdict);
    }
    return counted;
}

GArray *replay_told(const GArray *verdicts, const CustomerHistory *history) {
    const Ledger *ledger = history->ledger;
    g_autoptr(GHashTable) counted = read_counted(verdicts);
    GArray *told = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < ledger->contacts->len; i++) {
        const ReplayVerdict *verdict = g_hash_table_lookup(counted, ledger->messages->pdata[i]);
        if (!verdict || verdict->record->at != g_array_index(ledger->contacts, Contact, i).at)
            g_array_append_val(told, i);
    }
    return told;
}

static int by_time(gconstpointer a, gconstpointer b) {
    const Consent *first = *(Consent *const *)a, *second = *(Consent *const *)b;
    return (first->at > second->at) - (first->at < second->at);
}

GPtrArray *replay_said(const CustomerHistory *history) {
    GPtrArray *said = g_ptr_array_new();
    g_ptr_array_extend(said, history->consents, NULL, NULL);
    g_ptr_array_sort(said, by_time);
    return said;
}
