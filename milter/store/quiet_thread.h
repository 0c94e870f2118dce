/* Threads of the store take no signals: these belong to the program's own threads, and libmilter waits for its own with
 * sigwait(3). */
#pragma once

#include <pthread.h>

/* As pthread_create(3). */
int quiet_thread_start(pthread_t *thread, void *(*begin)(void *), void *user);
