/* Where a value stands, and what has to be done to it there. */
#pragma once

#include <stdbool.h>

typedef enum {
    PLACE_TEXT,       /* text of an element, or an attribute in quotes */
    PLACE_URL,        /* the beginning of a URL, its scheme and host with it */
    PLACE_URL_PART,   /* one piece of a URL's path, query or fragment */
    PLACE_URL_OPAQUE, /* an address behind mailto:, tel: and the like */
    PLACE_NOWHERE,    /* nothing that comes from data is safe here */
} PlaceKind;

typedef struct {
    PlaceKind kind;
    bool in_tag;       /* in an attribute */
    bool unquoted;     /* which has no quotes */
    bool starts;       /* and nothing before the value */
    bool in_comment;   /* which a browser skips and Outlook may read as HTML */
    bool in_list;      /* of URLs: srcset */
    const char *fault; /* what lint says of it, NULL where all is well; static */
} Place;
