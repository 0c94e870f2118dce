/* The mask is inherited from the thread that starts another: it is set for the moment of the start. */
#include "quiet_thread.h"

#include <signal.h>

int quiet_thread_start(pthread_t *thread, void *(*begin)(void *), void *user) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fault = pthread_create(thread, NULL, begin, user);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault;
}
