/* What a process of ours exits with (DESIGN.md section 8). */
#pragma once

typedef enum {
    STATUS_DONE,
    STATUS_NO, /* the answer is no */
    STATUS_USAGE,
    STATUS_CONFIGURATION,
    STATUS_TEMPORARY,
} ExitStatus;
