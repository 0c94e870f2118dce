/* CSV as RFC 4180 has it, read record by record: fields between commas, quoted where they hold commas, quotes or
 * newlines. LF alone ends a record too; empty lines and a byte order mark at the start are skipped. At most
 * CSV_RECORD_MAX bytes and CSV_FIELDS_MAX fields a record. */
#pragma once

#include <glib.h>
#include <stdio.h>

#define CSV_RECORD_MAX (8 * 1024 * 1024)
#define CSV_FIELDS_MAX 20000

typedef struct CsvReader CsvReader;

typedef enum { CSV_RECORD, CSV_BAD, CSV_END } CsvResult;

CsvReader *csv_reader_new(FILE *file); /* the file stays the caller's */
void csv_reader_free(CsvReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvReader, csv_reader_free)

/* CSV_RECORD: *fields (of char *) is borrowed until the next call. CSV_BAD: the record is not CSV, with a PERMANENT
 * error "what was found, what was expected"; reading may go on with the line after it. A file that cannot be read is
 * CSV_BAD and TEMPORARY. */
CsvResult csv_read(CsvReader *reader, const GPtrArray **fields, GError **error);
/* The line on which the last record began, from 1. */
guint64 csv_line(const CsvReader *reader);
