/* The files that are part of the program: the lexicon of all languages, one after the other, and the weights. The
 * Makefile makes an object of them. */
#pragma once

extern const char knowledge_lexicon_start[] __asm__("_binary_lexicon_start");
extern const char knowledge_lexicon_end[] __asm__("_binary_lexicon_end");
extern const char knowledge_weights_start[] __asm__("_binary_weights_start");
extern const char knowledge_weights_end[] __asm__("_binary_weights_end");
