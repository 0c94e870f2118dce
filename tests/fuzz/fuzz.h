/* What libFuzzer calls with each input. A fuzzer is one file, NAME_fuzz.c; its first inputs and what it once found
 * stand in corpus/NAME. `make fuzz` searches for more; `make test` replays them. */
#pragma once

#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
