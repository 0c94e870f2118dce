/* New mail of ours as bytes: letters, notices and bodies. */
#pragma once

#include <gmime/gmime.h>

/* A message, or a part with its fields, whole. newline: "\r\n" or "\n". */
GBytes *written_bytes(GMimeObject *object, const char *newline);
