/* Weights are what a reader who knows such mail would say before any data: two means that one mention decides unless
 * something speaks against it. */
#include "concept.h"

typedef struct {
    const char *name;
    ConceptKind kind;
    double weight;
    const char *sentence;
} Entry;

static const Entry entries[CONCEPTS] = {
    [CONCEPT_DISCOUNT] = {"discount", KIND_COMMERCIAL, 2.0, "offers a lower price"},
    [CONCEPT_OFFER] = {"offer", KIND_COMMERCIAL, 1.7, "makes an offer"},
    [CONCEPT_FREEBIE] = {"freebie", KIND_COMMERCIAL, 1.2, "promises something free"},
    [CONCEPT_URGENCY] = {"urgency", KIND_COMMERCIAL, 1.3, "urges to hurry"},
    [CONCEPT_BUY] = {"buy", KIND_COMMERCIAL, 1.8, "asks to buy"},
    [CONCEPT_CART] = {"cart", KIND_COMMERCIAL, 2.0, "reminds of what is left in a cart or on a wish list"},
    [CONCEPT_LAUNCH] = {"launch", KIND_COMMERCIAL, 1.5, "presents a product"},
    [CONCEPT_UPSELL] = {"upsell", KIND_COMMERCIAL, 1.6, "praises a larger plan"},
    [CONCEPT_CREDIT] = {"credit", KIND_COMMERCIAL, 1.6, "offers credit, savings or insurance"},
    [CONCEPT_WINBACK] = {"winback", KIND_COMMERCIAL, 1.4, "wants its reader back"},
    [CONCEPT_REFERRAL] = {"referral", KIND_COMMERCIAL, 1.4, "asks to bring friends"},
    [CONCEPT_PITCH] = {"pitch", KIND_COMMERCIAL, 1.5, "pitches a service"},
    [CONCEPT_PRIZE] = {"prize", KIND_COMMERCIAL, 1.2, "promises a prize"},
    [CONCEPT_TERMS] = {"terms", KIND_COMMERCIAL, 1.4, "states the conditions of an offer"},
    [CONCEPT_CATALOG] = {"catalog", KIND_COMMERCIAL, 0.8, "shows goods"},
    [CONCEPT_HYPE] = {"hype", KIND_COMMERCIAL, 0.6, "praises"},
    [CONCEPT_CODE] = {"code", KIND_SECURITY, -3.0, "gives a one-time code"},
    [CONCEPT_PASSWORD] = {"password", KIND_SECURITY, -2.5, "is about a password"},
    [CONCEPT_SIGNIN] = {"signin", KIND_SECURITY, -2.2, "is about signing in or proving an address"},
    [CONCEPT_FRAUD] = {"fraud", KIND_SECURITY, -2.5, "warns of a danger to the account"},
    [CONCEPT_ACCOUNT] = {"account", KIND_TRANSACTIONAL, -1.7, "reports on an account"},
    [CONCEPT_INVOICE] = {"invoice", KIND_TRANSACTIONAL, -2.0, "bills an amount or brings a statement"},
    [CONCEPT_PAYMENT] = {"payment", KIND_TRANSACTIONAL, -1.8, "reports on a payment"},
    [CONCEPT_ORDER] = {"order", KIND_TRANSACTIONAL, -1.8, "confirms or follows an order"},
    [CONCEPT_SHIPPING] = {"shipping", KIND_TRANSACTIONAL, -1.8, "follows a delivery"},
    [CONCEPT_BOOKING] = {"booking", KIND_TRANSACTIONAL, -1.8, "is about an appointment or a booking"},
    [CONCEPT_SERVICE] = {"service", KIND_TRANSACTIONAL, -2.0, "tells of an interruption or a change of a service"},
    [CONCEPT_POLICY] = {"policy", KIND_TRANSACTIONAL, -1.8, "tells of changed terms"},
    [CONCEPT_CONTRACT] = {"contract", KIND_TRANSACTIONAL, -1.4, "is about a contract or a subscription"},
    [CONCEPT_SUPPORT] = {"support", KIND_TRANSACTIONAL, -1.7, "answers a request"},
    [CONCEPT_NOTICE] = {"notice", KIND_TRANSACTIONAL, -1.5, "reports what somebody did"},
    [CONCEPT_WELCOME] = {"welcome", KIND_RELATIONAL, -1.2, "welcomes and shows the first steps"},
    [CONCEPT_TIP] = {"tip", KIND_RELATIONAL, -1.0, "gives advice"},
    [CONCEPT_GREETING] = {"greeting", KIND_RELATIONAL, -1.3, "sends good wishes"},
    [CONCEPT_THANKS] = {"thanks", KIND_RELATIONAL, -0.8, "thanks"},
    [CONCEPT_SURVEY] = {"survey", KIND_RELATIONAL, -1.3, "asks for an opinion"},
    [CONCEPT_APOLOGY] = {"apology", KIND_RELATIONAL, -1.3, "apologises"},
    [CONCEPT_INFORM] = {"inform", KIND_RELATIONAL, -1.0, "informs, as programs write"},
    [CONCEPT_NEWS] = {"news", KIND_RELATIONAL, -0.4, "brings news to read"},
    [CONCEPT_BULK] = {"bulk", KIND_SIGN, 0.5, "is written to many and may be called off"},
    [CONCEPT_PERCENT] = {"percent", KIND_SIGN, 0.8, "names a percentage"},
    [CONCEPT_PRICE] = {"price", KIND_SIGN, 0.4, "names a price"},
    [CONCEPT_STRUCK] = {"struck", KIND_SIGN, 1.5, "strikes an old price out"},
    [CONCEPT_PICTOGRAPH] = {"pictograph", KIND_SIGN, 0.2, "uses pictographs"},
    [CONCEPT_EXCLAIM] = {"exclaim", KIND_SIGN, 0.3, "exclaims"},
    [CONCEPT_SHOUT] = {"shout", KIND_SIGN, 0.3, "shouts in capitals"},
    [CONCEPT_NUMBER] = {"number", KIND_SIGN, -0.8, "has the number of an order, a bill or a case"},
    [CONCEPT_MASKED] = {"masked", KIND_SIGN, -1.5, "has a masked card or account number"},
    [CONCEPT_NOTHING] = {"nothing", KIND_NONE, 0, ""},
    [CONCEPT_LANGUAGE] = {"language", KIND_NONE, 0, ""},
};

const char *concept_name(Concept concept) {
    return entries[concept].name;
}

bool concept_parse(const char *name, Concept *out) {
    for (Concept concept = 0; concept < CONCEPTS; concept ++) {
        if (g_str_equal(entries[concept].name, name)) {
            *out = concept;
            return true;
        }
    }
    return false;
}

ConceptKind concept_kind(Concept concept) {
    return entries[concept].kind;
}

double concept_weight(Concept concept) {
    return entries[concept].weight;
}

const char *concept_sentence(Concept concept) {
    return entries[concept].sentence;
}
