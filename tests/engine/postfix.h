/* A Postfix played by a function: what it is given goes through the engine as the milter would take it. Included once
 * by each test program. */
#pragma once

#include "hand_back.h"

typedef enum {
    POSTFIX_WELL,
    POSTFIX_DOWN,
    POSTFIX_REFUSES,
    POSTFIX_WITHOUT_MILTER,
    POSTFIX_DIES_AFTER_MILTER,
    POSTFIX_BY_SENDMAIL,
    POSTFIX_BY_SENDMAIL_AT_ONCE /* picked up before sendmail(1) has ended */
} Health;

typedef struct {
    World *world;
    Health health;
    Instant at;
    GPtrArray *delivered; /* of char *: recipients */
    char *last;           /* the last message as it left */
    int batches;          /* that a pass has asked whether to stop before */
    Duration behind;      /* the milter's clock, behind the planner's */
    StoreWork meanwhile;  /* done to the store before the milter sees what was handed over; NULL: nothing */
} Postfix;

static inline Judgement *through_milter(Postfix *postfix, const Handover *handover) {
    char *left;
    if (postfix->meanwhile)
        assert_true(store_transact(postfix->world->store, postfix->meanwhile, handover->custody->customer, NULL));
    Judgement *judgement = hand_back(postfix->world, handover, postfix->at - postfix->behind, &left);
    if (left) {
        g_free(postfix->last);
        postfix->last = left;
    }
    return judgement;
}

static inline void take(Postfix *postfix, const Handover *handover, PlannerPass *pass) {
    g_autoptr(Judgement) judgement = through_milter(postfix, handover);
    if (postfix->health == POSTFIX_DIES_AFTER_MILTER) {
        planner_handed_over(pass, handover, HANDOVER_DEFERRED, "connection lost");
        return;
    }
    if (judgement->reply == REPLY_ACCEPT)
        g_ptr_array_add(postfix->delivered, g_strdup(handover->custody->address));
    planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250 2.0.0 Ok");
}

static inline void pick_up(Postfix *postfix, const Handover *handover) {
    g_autoptr(Judgement) judgement = through_milter(postfix, handover);
    if (judgement->reply == REPLY_ACCEPT)
        g_ptr_array_add(postfix->delivered, g_strdup(handover->custody->address));
}

static inline void take_by_sendmail(Postfix *postfix, const Handover *handover, PlannerPass *pass) {
    planner_handed_over(pass, handover, HANDOVER_SUBMITTED, "sendmail ended with exit status 0");
    pick_up(postfix, handover);
    pick_up(postfix, handover);
}

static inline void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass,
                           gpointer user) {
    Postfix *postfix = user;
    for (guint i = 0; i < handovers->len; i++)
        switch (postfix->health) {
        case POSTFIX_DOWN:
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_DEFERRED, "no connection");
            break;
        case POSTFIX_REFUSES:
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_REFUSED, "550 5.1.1 no such user");
            break;
        case POSTFIX_WITHOUT_MILTER:
            g_ptr_array_add(postfix->delivered, g_strdup(((Handover *)handovers->pdata[i])->custody->address));
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_ACCEPTED, "250 2.0.0 Ok");
            break;
        case POSTFIX_BY_SENDMAIL:
            take_by_sendmail(postfix, handovers->pdata[i], pass);
            break;
        case POSTFIX_BY_SENDMAIL_AT_ONCE:
            pick_up(postfix, handovers->pdata[i]);
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_SUBMITTED, "sendmail ended with exit status 0");
            break;
        default:
            take(postfix, handovers->pdata[i], pass);
        }
}

static inline PlannerCounts pass_at(Postfix *postfix, Instant at) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = never, .user = postfix};
    postfix->at = at;
    return run_pass(postfix->world, at, &outside);
}

static inline int setup_with(void **state, const char *config) {
    Postfix *postfix = g_new0(Postfix, 1);
    postfix->world = world_new(config);
    postfix->delivered = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < 2; i++)
        world_send(postfix->world, "a@home.example", i, "", NOON);
    *state = postfix;
    return 0;
}

static inline int setup(void **state) {
    return setup_with(state, world_config);
}

static inline int teardown(void **state) {
    Postfix *postfix = *state;
    g_ptr_array_unref(postfix->delivered);
    g_free(postfix->last);
    world_free(postfix->world);
    g_free(postfix);
    return 0;
}
