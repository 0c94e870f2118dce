/* The two classes that the balance counts, and the three that the law sees (16 CFR 316.3). */
#pragma once

#include <stdbool.h>

typedef enum { CLASS_RELATIONAL, CLASS_SALES, CLASS_ANY } MailClass; /* CLASS_ANY only in filters */
typedef enum { LEGAL_TRANSACTIONAL, LEGAL_OTHER, LEGAL_COMMERCIAL } LegalClass;

const char *class_name(MailClass class);            /* "relational", "sales", "any" */
bool class_parse(const char *name, MailClass *out); /* relational and sales only */
const char *legal_name(LegalClass legal);           /* "transactional", "other", "commercial" */
