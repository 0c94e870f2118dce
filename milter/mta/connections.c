/* Postfix writes each message to disk before it says 250, and asks us about it: on one connection all of that is waited
 * for message by message. On several the waits overlap, and Postfix has work for all its processes. */
#include "connections.h"

#include "esmtp.h"

#define CONNECTIONS_MAX 16
#define JOBS_A_CONNECTION 32 /* fewer are not worth another one */

typedef struct {
    const char *server;
    GPtrArray *jobs; /* borrowed */
    InjectDone done;
    gpointer user;
    GThread *thread;
} Share;

static gpointer share_run(gpointer data) {
    const Share *share = data;
    esmtp_hand_over(share->server, share->jobs, share->done, share->user);
    return NULL;
}

static guint share_count(guint jobs) {
    return esmtp_is_greeted() ? MIN((jobs + JOBS_A_CONNECTION - 1) / JOBS_A_CONNECTION, CONNECTIONS_MAX) : 1;
}

/* Jobs are dealt out like cards, so that all connections end at about the same time. */
static void hand_over_from(guint first, const char *server, const GPtrArray *jobs, InjectDone done, gpointer user) {
    Share shares[CONNECTIONS_MAX];
    guint count = share_count(jobs->len - first);
    for (guint i = 0; i < count; i++)
        shares[i] = (Share){.server = server, .jobs = g_ptr_array_new(), .done = done, .user = user};
    for (guint i = first; i < jobs->len; i++)
        g_ptr_array_add(shares[(i - first) % count].jobs, jobs->pdata[i]);
    for (guint i = 0; i < count; i++)
        shares[i].thread = g_thread_new("inject", share_run, &shares[i]);
    for (guint i = 0; i < count; i++) {
        g_thread_join(shares[i].thread);
        g_ptr_array_unref(shares[i].jobs);
    }
}

/* Of many jobs the first goes alone where nobody has gone before it. */
void connections_hand_over(const char *server, const GPtrArray *jobs, InjectDone done, gpointer user) {
    guint first = 0;
    if (jobs->len > JOBS_A_CONNECTION && !esmtp_is_greeted()) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        g_ptr_array_add(one, jobs->pdata[first++]);
        esmtp_hand_over(server, one, done, user);
    }
    hand_over_from(first, server, jobs, done, user);
}
