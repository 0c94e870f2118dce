/* cadence-planner(8): gives held mail back when it is due. Between two passes it sleeps until the next message is due,
 * or until the milter or a person wakes it. */
#include "base/log.h"
#include "engine/planner.h"
#include "mta/inject.h"
#include "program/metrics.h"
#include "program/startup.h"

#include <signal.h>
#include <sys/signalfd.h>

#define LONGEST_SLEEP 60   /* seconds: clocks are set, stores come back */
#define AFTER_TROUBLE 10   /* seconds, where Postfix or the store did not take something */
#define OTHERS_PATIENCE 30 /* seconds that another planner's pass is waited for */
#define BETWEEN_PRUNINGS 3600

/* ---- hand-over ---- */

static HandoverResult result_of(InjectResult result) {
    switch (result) {
    case INJECT_ACCEPTED:
        return HANDOVER_ACCEPTED;
    case INJECT_SUBMITTED:
        return HANDOVER_SUBMITTED;
    case INJECT_REFUSED:
        return HANDOVER_REFUSED;
    case INJECT_DEFERRED:
        break;
    }
    return HANDOVER_DEFERRED;
}

typedef struct {
    PlannerPass *pass;
    GMutex lock;
    char *trouble; /* the last answer that put a message off, guarded by the lock; NULL: none did */
} Delivery;

static void injected(const InjectJob *job, InjectResult result, const char *answer, gpointer user) {
    Delivery *delivery = user;
    planner_handed_over(delivery->pass, job->user, result_of(result), answer);
    if (result != INJECT_DEFERRED)
        return;
    g_mutex_lock(&delivery->lock);
    g_free(delivery->trouble);
    delivery->trouble = g_strdup(answer ? answer : "no answer");
    g_mutex_unlock(&delivery->lock);
}

static void deliver(const Config *config, const GPtrArray *handovers, PlannerPass *pass, G_GNUC_UNUSED gpointer user) {
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(g_free);
    Delivery delivery = {.pass = pass};
    for (guint i = 0; i < handovers->len; i++) {
        Handover *handover = handovers->pdata[i];
        InjectJob job = {.sender = handover->custody->sender,
                         .recipient = handover->custody->address,
                         .mail_parameters = handover->custody->mail_parameters,
                         .recipient_parameters = handover->custody->recipient_parameters,
                         .ticket = handover->ticket,
                         .raw = handover->raw,
                         .user = handover};
        g_ptr_array_add(jobs, g_memdup2(&job, sizeof job));
    }
    g_mutex_init(&delivery.lock);
    inject(config, jobs, injected, &delivery);
    if (delivery.trouble)
        log_warning("Postfix does not take held mail now, it is tried again: %s", delivery.trouble);
    g_mutex_clear(&delivery.lock);
    g_free(delivery.trouble);
}

static void say(const char *line, G_GNUC_UNUSED gpointer user) {
    log_info("%s", line);
}

/* ---- passes ---- */

typedef struct {
    Engine *engine;
    int stop; /* readable when the daemon is to end */
} Planner;

static bool is_stopping(gpointer user) {
    const Planner *planner = user;
    GPollFD poll = {.fd = planner->stop, .events = G_IO_IN};
    return g_poll(&poll, 1, 0) > 0;
}

/* False where something did not work and is to be tried again soon. */
static bool run_pass(Planner *planner, bool *locked) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = is_stopping, .user = planner};
    g_autoptr(GError) error = NULL;
    PlannerCounts counts;
    *locked = true;
    if (!planner_pass(planner->engine, instant_now(), OTHERS_PATIENCE * 1000, &outside, locked, &counts, &error)) {
        log_error("the pass ended early: %s", error->message);
        return false;
    }
    return *locked && counts.deferred == 0;
}

static int run_once(Planner *planner) {
    bool locked;
    if (run_pass(planner, &locked))
        return STATUS_DONE;
    if (!locked)
        log_error("another planner is at work");
    return STATUS_TEMPORARY;
}

static int milliseconds_to_sleep(Engine *engine, bool went_well) {
    g_autoptr(GError) error = NULL;
    Instant next = INSTANT_NEVER, now = instant_now();
    if (!went_well || !planner_next(engine, &next, &error))
        return AFTER_TROUBLE * 1000;
    return (int)CLAMP(next == INSTANT_NEVER ? LONGEST_SLEEP : next - now, 0, LONGEST_SLEEP) * 1000;
}

static void prune(Engine *engine, Instant *last) {
    g_autoptr(GError) error = NULL;
    Instant now = instant_now();
    if (now >= *last && now - *last < BETWEEN_PRUNINGS)
        return;
    if (!planner_prune(engine, now, &error))
        log_warning("old records could not be forgotten: %s", error->message);
    *last = now;
}

static void run(Planner *planner) {
    Instant pruned = 0;
    bool locked;
    while (!is_stopping(planner)) {
        bool went_well = run_pass(planner, &locked);
        prune(planner->engine, &pruned);
        store_wait(engine_store(planner->engine), milliseconds_to_sleep(planner->engine, went_well), planner->stop);
    }
}

/* ---- metrics ---- */

static void write_metrics(Engine *engine) {
    g_autoptr(Config) config = engine_config(engine);
    g_autoptr(GError) error = NULL;
    if (!config->metrics)
        return;
    g_autofree char *text = metrics_of_store(engine_store(engine), instant_now());
    if (!metrics_write(config->metrics, text, &error))
        log_warning("%s", error->message);
}

/* SIGTERM and SIGINT as a descriptor: a pass ends between two batches, never within a hand-over. */
static int stop_descriptor(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int argc, char **argv) {
    Startup startup;
    int status;
    signal(SIGPIPE, SIG_IGN);
    int stop = stop_descriptor();
    if (!startup_begin(&startup, "cadence-planner", true, argc, argv, &status))
        return status;
    Planner planner = {.engine = startup.engine, .stop = stop};
    if (startup.once) {
        startup_ask_anew(&startup);
        status = run_once(&planner);
    } else {
        startup.now_and_then = write_metrics;
        startup_watch_reload(&startup);
        startup_ready(&startup);
        run(&planner);
        startup_stopping(&startup);
        status = STATUS_DONE;
    }
    startup_end(&startup);
    return status;
}
