/* `backup`: a copy of the store as it stands at one moment, made while the mail goes on. */
#include "program/command.h"

#include "base/error.h"
#include "program/output.h"

#include <glib/gstdio.h>

Answer command_backup_run(Session *session, json_t **document, GError **error) {
    const char *path = session->operands[0];
    GStatBuf status;
    if (!store_backup(session->store, path, error))
        return ANSWER_FAILED;
    if (g_stat(path, &status) != 0) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "%s: the backup went away", path);
        return ANSWER_FAILED;
    }
    *document = json_pack("{s:o, s:o, s:I, s:o}", "backup", output_text(path), "store",
                          output_text(session->config->store_url), "bytes", (json_int_t)status.st_size, "at",
                          output_time(session->now, session->config->defaults.timezone));
    return ANSWER_YES;
}

void command_backup_print(const json_t *document) {
    output_line("%s holds the store as of %s, %" JSON_INTEGER_FORMAT " bytes", output_string(document, "backup", ""),
                output_string(document, "at", ""), json_integer_value(json_object_get(document, "bytes")));
    output_line("the key is not in it: keep a copy of the file that 'secret' names, too");
}
