/* One thread blocks on one connection: that is what smtpd(8) and cleanup(8) do, each a process of its own. */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PACKET_BYTES_MAX (1 << 20)
#define READ_BYTES 16384

static bool fail(GError **error, const char *what) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", what, g_strerror(errno));
    return false;
}

bool wire_open(Wire *wire, const char *path, GError **error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *wire = (Wire){.descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
                   .out = g_byte_array_new(),
                   .in = g_byte_array_new()};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    return (wire->descriptor >= 0 && connect(wire->descriptor, (struct sockaddr *)&address, sizeof address) == 0) ||
           fail(error, path);
}

void wire_close(Wire *wire) {
    if (wire->descriptor >= 0)
        close(wire->descriptor);
    g_byte_array_unref(wire->out);
    g_byte_array_unref(wire->in);
}

void wire_put(Wire *wire, char command, const void *data, gsize length) {
    guint32 size = htonl((guint32)length + 1);
    g_byte_array_append(wire->out, (const guint8 *)&size, sizeof size);
    g_byte_array_append(wire->out, (const guint8 *)&command, 1);
    g_byte_array_append(wire->out, data, (guint)length);
}

static bool flush(Wire *wire, GError **error) {
    for (gsize sent = 0; sent < wire->out->len;) {
        gssize count = send(wire->descriptor, wire->out->data + sent, wire->out->len - sent, MSG_NOSIGNAL);
        if (count < 0)
            return fail(error, "sending to the milter");
        sent += count;
    }
    g_byte_array_set_size(wire->out, 0);
    return true;
}

/* Waits until so many unread bytes are there. */
static bool fill(Wire *wire, gsize wanted, GError **error) {
    if (wire->read == wire->in->len) {
        g_byte_array_set_size(wire->in, 0);
        wire->read = 0;
    }
    while (wire->in->len - wire->read < wanted) {
        guint had = wire->in->len;
        g_byte_array_set_size(wire->in, had + READ_BYTES);
        gssize count = recv(wire->descriptor, wire->in->data + had, READ_BYTES, 0);
        g_byte_array_set_size(wire->in, had + (guint)MAX(count, 0));
        if (count == 0)
            errno = ECONNRESET;
        if (count <= 0)
            return fail(error, "receiving from the milter");
    }
    return true;
}

bool wire_get(Wire *wire, Packet *packet, GError **error) {
    guint32 size;
    if (!flush(wire, error) || !fill(wire, sizeof size, error))
        return false;
    memcpy(&size, wire->in->data + wire->read, sizeof size);
    size = ntohl(size);
    errno = EMSGSIZE;
    if (size < 1 || size > PACKET_BYTES_MAX)
        return fail(error, "receiving from the milter");
    wire->read += sizeof size;
    if (!fill(wire, size, error))
        return false;
    const char *bytes = (const char *)wire->in->data + wire->read;
    *packet = (Packet){.command = bytes[0], .data = bytes + 1, .length = size - 1};
    wire->read += size;
    return true;
}
