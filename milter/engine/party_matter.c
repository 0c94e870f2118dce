/* What a party's verdict rests on beside policy and record, from what was collected and looked up. */
#include "leftovers.h"
#include "party.h"

static int priority_of(const Intake *intake) {
    return intake->released ? intake->released->priority : intake->request->priority;
}

/* The stand-in, where the party could get it. */
static const TemplateFolder *fallback_of(const Party *party) {
    const Filling *standin = party->standin;
    return standin && standin->missing->len == 0 ? party->intake->standin : NULL;
}

static const GPtrArray *missing_of(const Party *party) {
    const Filling *goes = party->spared ? party->cut : party->full;
    return goes ? goes->missing : leftovers_that_hold(party->intake);
}

Matter party_matter(const Party *party) {
    const Intake *intake = party->intake;
    const Filling *cut = party->cut;
    const TemplateFolder *fallback = fallback_of(party);
    const Custody *released = intake->released;
    return (Matter){.at = intake->at,
                    .live = intake->submission->live,
                    .class = party->spared ? CLASS_RELATIONAL : intake->classification->class,
                    .topic = intake_topic_name(intake),
                    .campaign = intake->request->campaign,
                    .priority = priority_of(intake),
                    .expires = intake->request->expires,
                    .enforced = party->rulebook != NULL,
                    .exempt = intake_is_exempt(intake),
                    .counts = intake_counts(intake),
                    .has_sales = intake->has_sales,
                    .sales_topic = intake->topic && intake->topic->class == CLASS_SALES,
                    .spared = party->spared,
                    .cuttable = cut && cut->visible && cut->missing->len == 0,
                    .fallback = fallback ? fallback->name : NULL,
                    .fallback_topic = fallback ? fallback->topic : NULL,
                    .fallback_exempt =
                        fallback && topic_exempts(config_topic(intake->config, fallback->topic), CLASS_ANY),
                    .lacks_consent = party->lacks_consent,
                    .fails_requires = party->fails_requires,
                    .missing = missing_of(party),
                    .review = intake->for_person ? intake->judgement->review->id : NULL,
                    .released = released != NULL,
                    .forced = released && released->forced,
                    .since = released ? released->since : intake->at,
                    .deadline = released ? released->deadline : INSTANT_NEVER};
}
