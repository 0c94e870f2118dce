/* New mail of ours as bytes: letters and notices. */
#pragma once

#include <gmime/gmime.h>

/* The whole message with CRLF newlines. */
GBytes *written_bytes(GMimeMessage *message);
