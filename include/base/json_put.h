/* JSON written straight into text, for what is written with every message: a tree of Jansson's is made of dozens of
 * small pieces, only to be printed and taken apart. As compact as JSON_COMPACT, members in the order of the calls.
 *
 * key is the member's name, text of ours that needs no escape; NULL for an element of an array and for the whole. */
#pragma once

#include <glib.h>
#include <stdbool.h>

void json_put_begin(GString *json, const char *key, char bracket); /* '{' or '[' */
void json_put_end(GString *json, char bracket);                    /* '}' or ']' */
/* Bytes may be anything: what is no UTF-8 is replaced, as by g_utf8_make_valid. NULL: null. */
void json_put_text(GString *json, const char *key, const char *bytes);
void json_put_integer(GString *json, const char *key, gint64 integer);
void json_put_real(GString *json, const char *key, double real); /* finite */
void json_put_flag(GString *json, const char *key, bool flag);
