/* The reference: the smallest libmilter program that is told of each message what cadence-milter is told, and adds one
 * header. Whatever it costs is the price of libmilter. Without the callbacks that do nothing libmilter would have the
 * mail server leave all out but the end of message, and the program would not have seen what it tags. */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <sys/stat.h>

static sfsistat on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address) {
    (void)context, (void)host, (void)address;
    return SMFIS_CONTINUE;
}

static sfsistat on_arguments(SMFICTX *context, char **arguments) {
    (void)context, (void)arguments;
    return SMFIS_CONTINUE;
}

static sfsistat on_header(SMFICTX *context, char *name, char *value) {
    (void)context, (void)name, (void)value;
    return SMFIS_CONTINUE;
}

static sfsistat on_step(SMFICTX *context) {
    (void)context;
    return SMFIS_CONTINUE;
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t length) {
    (void)context, (void)bytes, (void)length;
    return SMFIS_CONTINUE;
}

static sfsistat on_end_of_message(SMFICTX *context) {
    return smfi_addheader(context, (char *)"Reference", (char *)"yes") == MI_SUCCESS ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

int main(int argc, char **argv) {
    const struct smfiDesc description = {
        .xxfi_name = (char *)"reference",
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = SMFIF_ADDHDRS,
        .xxfi_connect = on_connect,
        .xxfi_envfrom = on_arguments,
        .xxfi_envrcpt = on_arguments,
        .xxfi_header = on_header,
        .xxfi_eoh = on_step,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_message,
    };
    if (argc != 2) {
        fprintf(stderr, "usage: reference SOCKET\n");
        return 2;
    }
    umask(0);
    if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(description) != MI_SUCCESS)
        return 1;
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}
