/* The grammar of cadence.conf: which sections and settings there are, and nothing of what they mean. */
#pragma once

#include <confuse.h>
#include <glib.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(cfg_t, cfg_free)

/* Reads the file and all that it includes. Every setting is a ConfValue, but those of company: plain strings under
 * names of the admin's choice. *hash: 16 hexadecimal digits over the bytes of the files in the order in which they were
 * read.
 *
 * libConfuse's lexer is made of global variables, so only one thread at a time may be between the call of this function
 * and the cfg_free of what it returned: the caller holds a lock. Fails with CADENCE_ERROR_CONFIG. */
cfg_t *conf_grammar_read(const char *path, char **hash, GError **error);

/* The same for the template.conf of a template's folder. */
cfg_t *conf_grammar_read_template(const char *path, GError **error);
