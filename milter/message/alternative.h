/* The body of new mail. */
#pragma once

#include <gmime/gmime.h>

/* UTF-8 in quoted-printable: text/plain, or multipart/alternative where html is not NULL. Newlines are "\n". */
GMimeObject *alternative_new(const char *text, const char *html);
