/* The concepts that mail speaks of, in whatever language: what the lexicon's phrases stand for and what signs in the
 * text show. Each has a direction and a weight from what is known of such mail; training only corrects them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    /* commercial */
    CONCEPT_DISCOUNT,
    CONCEPT_OFFER,
    CONCEPT_FREEBIE,
    CONCEPT_URGENCY,
    CONCEPT_BUY,
    CONCEPT_CART,
    CONCEPT_LAUNCH,
    CONCEPT_UPSELL,
    CONCEPT_CREDIT,
    CONCEPT_WINBACK,
    CONCEPT_REFERRAL,
    CONCEPT_PITCH,
    CONCEPT_PRIZE,
    CONCEPT_TERMS,
    CONCEPT_CATALOG,
    CONCEPT_HYPE,
    /* security */
    CONCEPT_CODE,
    CONCEPT_PASSWORD,
    CONCEPT_SIGNIN,
    CONCEPT_FRAUD,
    /* transactional */
    CONCEPT_ACCOUNT,
    CONCEPT_INVOICE,
    CONCEPT_PAYMENT,
    CONCEPT_ORDER,
    CONCEPT_SHIPPING,
    CONCEPT_BOOKING,
    CONCEPT_SERVICE,
    CONCEPT_POLICY,
    CONCEPT_CONTRACT,
    CONCEPT_SUPPORT,
    CONCEPT_NOTICE,
    /* other relational mail */
    CONCEPT_WELCOME,
    CONCEPT_TIP,
    CONCEPT_GREETING,
    CONCEPT_THANKS,
    CONCEPT_SURVEY,
    CONCEPT_APOLOGY,
    CONCEPT_INFORM,
    CONCEPT_NEWS,
    /* sent to many */
    CONCEPT_BULK,
    /* signs, found by their form */
    CONCEPT_PERCENT,
    CONCEPT_PRICE,
    CONCEPT_STRUCK,
    CONCEPT_PICTOGRAPH,
    CONCEPT_EXCLAIM,
    CONCEPT_SHOUT,
    CONCEPT_NUMBER,
    CONCEPT_MASKED,
    /* no evidence: hides shorter phrases within it, tells a language */
    CONCEPT_NOTHING,
    CONCEPT_LANGUAGE,
    CONCEPTS
} Concept;

typedef enum {
    KIND_COMMERCIAL,
    KIND_SECURITY,
    KIND_TRANSACTIONAL,
    KIND_RELATIONAL,
    KIND_SIGN,
    KIND_NONE,
} ConceptKind;

const char *concept_name(Concept concept); /* "discount": a section of the lexicon, a name in the weights */
bool concept_parse(const char *name, Concept *out);
ConceptKind concept_kind(Concept concept);
double concept_weight(Concept concept);        /* positive speaks for sales */
const char *concept_sentence(Concept concept); /* "offers a discount": what follows the place in a sentence */
