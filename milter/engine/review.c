/* Held messages are made due with their class put right, in the transaction that records the answer: whether they go,
 * the milter judges. A message that is being judged meanwhile sees the answer when its own transaction comes. */
#include "engine/review.h"

#include "waiting.h"

typedef struct {
    const char *review, *labeller;
    MailClass label;
    Instant at;
    guint held;
} Answer;

static bool judge_again(Transaction *transaction, Custody *custody, const Answer *answer, GError **error) {
    if (!waiting_for_capacity(custody) && !waiting_for_author(custody)) {
        g_free(custody->reasons);
        custody->reasons = g_strdup("[]");
    }
    custody->class = answer->label;
    custody->due = answer->at;
    return transaction_custody_update(transaction, custody, error);
}

static bool label_work(Transaction *transaction, gpointer user, GError **error) {
    Answer *answer = user;
    g_autoptr(GPtrArray) custodies = NULL;
    answer->held = 0;
    if (!transaction_review_label(transaction, answer->review, answer->label, answer->labeller, answer->at, error) ||
        !transaction_custody_of_review(transaction, answer->review, &custodies, error))
        return false;
    for (guint i = 0; i < custodies->len; i++) {
        Custody *custody = custodies->pdata[i];
        if (custody->state != CUSTODY_HELD)
            continue;
        if (!judge_again(transaction, custody, answer, error))
            return false;
        answer->held++;
    }
    return true;
}

bool review_label(Engine *engine, const char *review, MailClass label, const char *labeller, Instant at, guint *held,
                  GError **error) {
    Answer answer = {.review = review, .labeller = labeller, .label = label, .at = at};
    if (!store_transact(engine_store(engine), label_work, &answer, error))
        return false;
    store_wake(engine_store(engine));
    *held = answer.held;
    return true;
}
