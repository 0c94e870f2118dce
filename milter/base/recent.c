/* A hash table for finding and a list for the order of use. The bytes are hashed eight at a time: that is all that it
 * costs where nothing is found, and GLib's one at a time would be as much as some of what is kept here. */
#include "base/recent.h"

#include <string.h>

#define ENTRY_SIZE 512                 /* bytes that any entry takes, however small */
#define LARGEST_SHARE 4                /* one entry may take one of so many parts */
#define HASH_START 0xcbf29ce484222325u /* of FNV-1a */
#define HASH_PRIME 0x100000001b3u

typedef struct {
    RecentKey key; /* of an entry: bytes of its own */
    guint hash;
    gpointer value;
    gsize size;
    GList link;
} Entry;

struct Recent {
    GMutex lock;
    GHashTable *entries; /* Entry to itself */
    GQueue order;        /* of Entry, the last used first */
    gsize bytes, bytes_max;
    gpointer (*reference)(gpointer value);
    GDestroyNotify release;
};

static guint64 mix(guint64 hash, guint64 word) {
    hash = (hash ^ word) * HASH_PRIME;
    return hash ^ hash >> 32;
}

static guint hash_of(const RecentKey *key) {
    guint64 hash = mix(HASH_START, (guint64)key->kind), word;
    gsize at = 0;
    for (; at + sizeof word <= key->length; at += sizeof word) {
        memcpy(&word, key->bytes + at, sizeof word);
        hash = mix(hash, word);
    }
    for (; at < key->length; at++)
        hash = mix(hash, (guint8)key->bytes[at]);
    return (guint)mix(hash, key->length);
}

static guint entry_hash(gconstpointer entry) {
    return ((const Entry *)entry)->hash;
}

static gboolean entry_equal(gconstpointer a, gconstpointer b) {
    const RecentKey *one = &((const Entry *)a)->key, *other = &((const Entry *)b)->key;
    return one->kind == other->kind && one->length == other->length &&
           memcmp(one->bytes, other->bytes, one->length) == 0;
}

Recent *recent_new(gsize bytes, gpointer (*reference)(gpointer value), GDestroyNotify release) {
    Recent *recent = g_new0(Recent, 1);
    g_mutex_init(&recent->lock);
    recent->entries = g_hash_table_new(entry_hash, entry_equal);
    recent->bytes_max = bytes;
    recent->reference = reference;
    recent->release = release;
    return recent;
}

static void free_entries(Recent *recent, GList *links) {
    while (links) {
        Entry *entry = links->data;
        links = links->next;
        recent->release(entry->value);
        g_free((char *)entry->key.bytes);
        g_free(entry);
    }
}

void recent_free(Recent *recent) {
    if (!recent)
        return;
    g_hash_table_unref(recent->entries);
    free_entries(recent, recent->order.head);
    g_mutex_clear(&recent->lock);
    g_free(recent);
}

gpointer recent_find(Recent *recent, const RecentKey *key) {
    const Entry sought = {.key = *key, .hash = hash_of(key)};
    gpointer value = NULL;
    g_mutex_lock(&recent->lock);
    Entry *entry = g_hash_table_lookup(recent->entries, &sought);
    if (entry) {
        g_queue_unlink(&recent->order, &entry->link);
        g_queue_push_head_link(&recent->order, &entry->link);
        value = recent->reference(entry->value);
    }
    g_mutex_unlock(&recent->lock);
    return value;
}

static Entry *entry_new(Recent *recent, const RecentKey *key, gpointer value, gsize size) {
    Entry *entry = g_new0(Entry, 1);
    *entry = (Entry){.key = *key, .hash = hash_of(key), .value = recent->reference(value), .size = size};
    entry->key.bytes = memcpy(g_malloc(key->length + 1), key->bytes, key->length);
    entry->link.data = entry;
    return entry;
}

/* Takes out what there is no room for. Returns the links, for free_entries. */
static GList *take_oldest(Recent *recent) {
    GQueue taken = G_QUEUE_INIT;
    while (recent->bytes > recent->bytes_max) {
        GList *link = g_queue_pop_tail_link(&recent->order);
        const Entry *entry = link->data;
        g_hash_table_remove(recent->entries, entry);
        recent->bytes -= entry->size;
        g_queue_push_head_link(&taken, link);
    }
    return taken.head;
}

void recent_keep(Recent *recent, const RecentKey *key, gpointer value, gsize size) {
    gsize all = ENTRY_SIZE + key->length + size;
    if (all > recent->bytes_max / LARGEST_SHARE)
        return;
    Entry *entry = entry_new(recent, key, value, all);
    GList *gone = &entry->link;
    g_mutex_lock(&recent->lock);
    if (!g_hash_table_contains(recent->entries, entry)) {
        g_hash_table_add(recent->entries, entry);
        g_queue_push_head_link(&recent->order, &entry->link);
        recent->bytes += all;
        gone = take_oldest(recent);
    }
    g_mutex_unlock(&recent->lock);
    free_entries(recent, gone);
}
