/* Runs a fuzzer over the files that it is given, without searching for more. */
#include "fuzz.h"

#include <stdio.h>

int main(int count, char **paths) {
    for (int i = 1; i < count; i++) {
        g_autofree char *content = NULL;
        g_autoptr(GError) error = NULL;
        gsize length;
        printf("%s\n", paths[i]);
        fflush(stdout);
        if (!g_file_get_contents(paths[i], &content, &length, &error)) {
            fprintf(stderr, "%s\n", error->message);
            return 1;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)content, length);
    }
    printf("%d passed, 0 failed\n", count - 1);
    return 0;
}
