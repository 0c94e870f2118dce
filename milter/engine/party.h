/* One recipient on the way through the engine: who it is, and what the message would read like for them. */
#pragma once

#include "facts.h"
#include "intake.h"
#include "matter.h"
#include "rulebook.h"

/* The message's texts filled for one customer, with the sales sections shown or cut: in place, or out of a template. */
typedef struct {
    GPtrArray *splices; /* of GArray of Splice, one a text of the message, NULL where it stays */
    char *subject;      /* of a template; NULL: in place */
    char *text, *html;  /* html NULL: none */
    GPtrArray *missing; /* of char *: what could not be filled */
    bool visible;       /* any text is left for the eye; asked only of the cut variant */
    Rewrite *edits;     /* what it changes, kept where the message has one recipient; NULL: to be made when it goes */
} Filling;

typedef struct Party {
    Outcome *outcome; /* owned by the judgement */
    const Intake *intake;
    char *address;      /* canonical */
    Customer *customer; /* NULL: nobody of ours; the message passes */
    Facts facts;
    bool enrolled;            /* the customer is new and is written with the verdict */
    Rulebook *rulebook;       /* NULL: nobody of ours, or a stream that is not enforced */
    GPtrArray *consents;      /* of Consent; NULL until asked for */
    json_t *printed, *asked;  /* customer.* as templates may print it and ask about it (comfort.h); NULL until needed;
                                 the same object where there is nothing more to ask about */
    Filling *full, *cut;      /* full: where the message is a template; cut: where it also has a sales section */
    Filling *standin;         /* the template's stand-in, where it has one that this customer may have */
    char *lacks_consent;      /* what the customer has said no to, see consents_stop */
    bool spared;              /* an objection to sales mail, met by leaving the sales part out */
    char *fails_requires;     /* the condition that does not hold */
    const struct Party *same; /* an earlier party with the same address: the two get one copy */
    VerdictRecord
        *earlier;  /* the verdict that the customer got at another try of the message; NULL: this is the first */
    bool repeated; /* and got it at this address */
    bool copy;     /* a copy is to be taken into custody now */
} Party;

/* Looks up everything the decision needs but the ledger, which is read inside the transaction. TEMPORARY where the
 * store fails. */
Party *party_new(const Intake *intake, Store *store, Outcome *outcome, GError **error);
void party_free(Party *party);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Party, party_free)

/* Whether the customer granted this purpose. */
bool party_consents_to(Party *party, const char *purpose, bool *granted, GError **error);

/* The filling that leaves with the outcome's action; NULL where the text goes as it came. */
const Filling *party_filling(const Party *party);

/* In personalize.c: what texts see of a party, to be cleared. TEMPORARY where the store fails. */
bool filling_context(Party *party, bool with_sales, TemplateContext *context, GError **error);
void filling_context_clear(TemplateContext *context);
Filling *filling_empty(void);
/* In personalize.c: the splices, missing names and visibility of one variant. */
Filling *filling_new(Party *party, bool with_sales, GError **error);
void filling_free(Filling *filling);
/* Adds the filling's edits to a rewrite. TEMPORARY where there are names missing: no text leaves that lacks any. */
bool filling_rewrite(const Filling *filling, Message *message, Rewrite *rewrite, GError **error);

/* In party_matter.c: the plain facts that decide() asks and the receipt keeps. Its texts are borrowed from the party.
 */
Matter party_matter(const Party *party);
