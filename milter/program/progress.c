/* Drawn anew only when a percent has passed: a terminal is slower than a store. */
#include "program/progress.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40

static void draw(const Progress *progress) {
    int filled = progress->shown * WIDTH / 100;
    fprintf(stderr, "\r[");
    for (int i = 0; i < WIDTH; i++)
        fputc(i < filled ? '#' : ' ', stderr);
    fprintf(stderr, "] %3d %%", progress->shown);
    fflush(stderr);
}

void progress_start(Progress *progress, guint64 total) {
    *progress = (Progress){.total = total, .shown = -1};
    if (total == 0 || !isatty(STDERR_FILENO))
        return;
    progress->shown = 0;
    draw(progress);
}

void progress_show(Progress *progress, guint64 done) {
    if (progress->shown < 0)
        return;
    int percent = (int)(MIN(done, progress->total) * 100 / progress->total);
    if (percent == progress->shown)
        return;
    progress->shown = percent;
    draw(progress);
}

void progress_end(Progress *progress) {
    if (progress->shown >= 0)
        fprintf(stderr, "\r%*s\r", WIDTH + 8, "");
    progress->shown = -1;
}
