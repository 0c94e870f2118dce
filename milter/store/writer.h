/* The writer: one thread that runs the works of all threads, in groups. It knows no backend: it is given a function
 * that runs a group of jobs inside one transaction and gives each job its outcome. */
#pragma once

#include "store/store.h"

#define WRITER_GROUP_MAX 256 /* jobs in one group */

typedef struct Writer Writer;

typedef struct {
    StoreWork work;
    gpointer user;
    GError *error; /* the outcome: NULL is durable success */
} WriterJob;

/* Runs each job once or more, and returns when those without an error are durable. The jobs are of WriterJob, in order
 * of arrival, at least one. */
typedef void (*WriterCommit)(const GPtrArray *jobs, gpointer user);

/* TEMPORARY where the system gives no thread. */
Writer *writer_new(WriterCommit commit, gpointer user, GError **error);
/* Finishes what is queued. No thread may be inside writer_run or enter it. */
void writer_free(Writer *writer);

/* From any thread but the writer's own: waits for the outcome of one work. */
bool writer_run(Writer *writer, StoreWork work, gpointer user, GError **error);
