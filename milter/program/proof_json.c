/* A place is written as compilers write it, so that editors can jump to it. */
#include "proof_json.h"

#include "program/output.h"

char *proof_place(const ProofFinding *finding) {
    if (finding->column > 0)
        return g_strdup_printf("%s:%u:%u", finding->path, finding->line, finding->column);
    if (finding->line > 0)
        return g_strdup_printf("%s:%u", finding->path, finding->line);
    return g_strdup(finding->path);
}

json_t *proof_json(const ProofFinding *finding) {
    g_autofree char *place = proof_place(finding);
    return json_pack("{s:s, s:o, s:s, s:o}", "template", finding->template_name, "place", output_text(place), "kind",
                     finding->fault ? "fault" : "warning", "what", output_text(finding->what));
}
