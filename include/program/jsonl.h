/* JSON lines: one JSON object a line, at most JSONL_LINE_MAX bytes; empty lines are skipped. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdio.h>

#define JSONL_LINE_MAX (8 * 1024 * 1024)

typedef struct JsonlReader JsonlReader;

typedef enum { JSONL_OBJECT, JSONL_BAD, JSONL_END } JsonlResult;

JsonlReader *jsonl_reader_new(FILE *file); /* the file stays the caller's */
void jsonl_reader_free(JsonlReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonlReader, jsonl_reader_free)

/* JSONL_OBJECT: the caller owns *object. JSONL_BAD: PERMANENT with what was found and expected, reading may go on with
 * the next line; TEMPORARY where the file cannot be read. */
JsonlResult jsonl_read(JsonlReader *reader, json_t **object, GError **error);
/* A customer's id as exports write it, a string or a whole number; NULL for anything else. Free with g_free. */
char *jsonl_id(const json_t *value);
/* The line that was read last, from 1. */
guint64 jsonl_line(const JsonlReader *reader);
