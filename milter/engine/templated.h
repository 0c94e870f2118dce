/* Mail that asks for a template of the shelf (Cadence-Template): what it asks, and what it reads like for one customer.
 */
#pragma once

#include "party.h"

/* Finds the template that the request names, and takes from its template.conf what the request leaves open (topic). A
 * request that cannot be met gives the intake its refusal. Nothing happens where none is named. */
void templated_ask(Intake *intake);
/* The message's data: what the body holds, and over it what Cadence-Context says. Gives the intake its context or its
 * refusal. */
void templated_read_context(Intake *intake);

/* Why a template cannot be filled for all of these parties, in a sentence; NULL: it can. A template is filled for
 * customers: for anybody else there would be the request's own body, which is no letter. Free with g_free. */
char *templated_fault(const Intake *intake, const GPtrArray *parties);
/* The template's text in the party's locale. */
const ShelfText *templated_text(const Party *party, const TemplateFolder *folder);
/* Adds every name that the texts look up that this party may get. */
void templated_collect_names(const Party *party, GHashTable *names);

/* The template filled for the party, with {{#sales}} sections shown or cut. */
Filling *templated_fill(Party *party, bool with_sales, GError **error);
/* The template's stand-in filled for the party; *out stays NULL where there is none, or this customer may not have it.
 */
bool templated_fill_standin(Party *party, Filling **out, GError **error);
