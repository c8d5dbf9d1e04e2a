#include "core/host/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC = 0x57544e45, /* "ENTW" */
    FLAG_LARGE = 1,     /* the payload is in the descriptor that comes with it */
    FLAG_DESCRIPTOR = 2,
    PACKET_PAYLOAD_MAX = 64 * 1024, /* well below what a socket's buffer takes by default */
    SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
};

struct packet_head {
    uint32_t magic;
    uint16_t type, flags;
    uint32_t instance, zero;
    uint64_t call, request, size;
};

/* Room for more descriptors than may come, so that a surplus is seen and closed. */
union control {
    char bytes[CMSG_SPACE(4 * sizeof(int))];
    struct cmsghdr align;
};

/* ---- sending ---- */

static bool write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static int seal_payload(const struct buffer *payload, struct error *error)
{
    int descriptor = memfd_create("entente-message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor >= 0 && write_all(descriptor, payload->bytes, payload->size) &&
        fcntl(descriptor, F_ADD_SEALS, SEALS) == 0)
        return descriptor;
    error_set_errno(error, errno, "a message of %zu bytes cannot be put into memory", payload->size);
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

static void attach(struct msghdr *packet, union control *control, int descriptor)
{
    memset(control, 0, sizeof *control);
    packet->msg_control = control->bytes;
    packet->msg_controllen = CMSG_SPACE(sizeof descriptor);
    struct cmsghdr *message = CMSG_FIRSTHDR(packet);
    message->cmsg_level = SOL_SOCKET;
    message->cmsg_type = SCM_RIGHTS;
    message->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(message), &descriptor, sizeof descriptor);
}

static bool send_packet(int socket, struct packet_head *head, const struct buffer *payload, int descriptor,
                        struct error *error)
{
    union control control;
    bool is_inline = payload && payload->size > 0 && !(head->flags & FLAG_LARGE);
    struct iovec parts[] = {{head, sizeof *head}, {is_inline ? payload->bytes : NULL, is_inline ? payload->size : 0}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = is_inline ? 2 : 1};
    if (descriptor >= 0)
        attach(&packet, &control, descriptor);
    ssize_t sent;
    do
        sent = sendmsg(socket, &packet, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0 || error_set_errno(error, errno, "a message cannot be sent");
}

bool wire_send(int socket, const struct wire_head *head, const struct buffer *payload, int descriptor,
               struct error *error)
{
    size_t size = payload ? payload->size : 0;
    if (payload && payload->failed)
        return error_set(error, ERROR_MEMORY, "no memory for a message");
    if (size > WIRE_PAYLOAD_MAX)
        return error_set(error, ERROR_LIMIT, "a message has at most %d bytes, this one %zu", WIRE_PAYLOAD_MAX, size);
    struct packet_head packet = {.magic = MAGIC,
                                 .type = head->type,
                                 .instance = head->instance,
                                 .call = head->call,
                                 .request = head->request,
                                 .size = size};
    int large = -1;
    if (size > PACKET_PAYLOAD_MAX) {
        if (descriptor >= 0)
            return error_set(error, ERROR_LIMIT, "a message with a descriptor has at most %d bytes",
                             PACKET_PAYLOAD_MAX);
        packet.flags = FLAG_LARGE;
        large = seal_payload(payload, error);
        if (large < 0)
            return false;
    } else if (descriptor >= 0)
        packet.flags = FLAG_DESCRIPTOR;
    bool is_sent = send_packet(socket, &packet, payload, large >= 0 ? large : descriptor, error);
    if (large >= 0)
        close(large);
    return is_sent;
}

/* ---- receiving ---- */

/* The one descriptor that came, -1 for none, -2 for several: all are closed then. */
static int take_descriptor(struct msghdr *packet)
{
    int found = -1;
    bool is_surplus = false;
    for (struct cmsghdr *message = CMSG_FIRSTHDR(packet); message; message = CMSG_NXTHDR(packet, message)) {
        if (message->cmsg_level != SOL_SOCKET || message->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (message->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(message) + i * sizeof descriptor, sizeof descriptor);
            is_surplus |= found >= 0;
            if (found >= 0)
                close(descriptor);
            else
                found = descriptor;
        }
    }
    if (is_surplus)
        close(found);
    return is_surplus ? -2 : found;
}

static bool map_payload(struct wire_message *message, size_t size, int descriptor)
{
    struct stat status;
    int seals = fcntl(descriptor, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size < 0 || (size_t)status.st_size != size)
        return false;
    /* All of it is read once, so its pages are better had at once than by a fault each. */
    void *mapping = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (mapping == MAP_FAILED)
        return false;
    message->mapping = mapping;
    message->bytes = mapping;
    message->size = size;
    return true;
}

static struct wire_message *make_message(const struct packet_head *head, const unsigned char *bytes, size_t size)
{
    struct wire_message *message = malloc(sizeof *message + size);
    if (!message)
        return NULL;
    unsigned char *copy = (unsigned char *)(message + 1);
    *message = (struct wire_message){
        .head = {head->type, head->instance, head->call, head->request}, .bytes = copy, .size = size, .descriptor = -1};
    if (size > 0)
        memcpy(copy, bytes, size);
    return message;
}

static bool is_sound(const struct packet_head *head, size_t got, int descriptor, int flags)
{
    bool is_large = head->flags == FLAG_LARGE, has_descriptor = head->flags == FLAG_DESCRIPTOR;
    return !(flags & (MSG_TRUNC | MSG_CTRUNC)) && got >= sizeof *head && head->magic == MAGIC && head->zero == 0 &&
           head->type > 0 && head->type < WIRE_TYPES && (head->flags == 0 || is_large || has_descriptor) &&
           (descriptor >= 0) == (is_large || has_descriptor) && head->size <= WIRE_PAYLOAD_MAX &&
           got == sizeof *head + (is_large ? 0 : head->size) && (!is_large || head->size > 0);
}

static struct wire_message *understand(const unsigned char *bytes, size_t got, int flags, int descriptor,
                                       struct error *error)
{
    struct packet_head head = {0};
    memcpy(&head, bytes, got < sizeof head ? got : sizeof head);
    if (!is_sound(&head, got, descriptor, flags)) {
        error_set(error, ERROR_INPUT, "what it sent is no message");
        return NULL;
    }
    bool is_large = head.flags == FLAG_LARGE;
    struct wire_message *message = make_message(&head, bytes + sizeof head, is_large ? 0 : head.size);
    if (!message) {
        error_set(error, ERROR_MEMORY, "no memory for a message");
        return NULL;
    }
    if (is_large && !map_payload(message, head.size, descriptor)) {
        error_set(error, ERROR_INPUT,
                  "the large message that it sent is not sealed, of another size, or cannot be mapped");
        free(message);
        return NULL;
    }
    if (head.flags == FLAG_DESCRIPTOR)
        message->descriptor = descriptor;
    return message;
}

struct wire_message *wire_receive(int socket, struct error *error)
{
    unsigned char bytes[sizeof(struct packet_head) + PACKET_PAYLOAD_MAX];
    union control control;
    struct iovec part = {bytes, sizeof bytes};
    struct msghdr packet = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do
        got = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return NULL;
    int descriptor = take_descriptor(&packet);
    struct wire_message *message = understand(bytes, (size_t)got, packet.msg_flags, descriptor, error);
    if (descriptor >= 0 && (!message || message->descriptor != descriptor))
        close(descriptor);
    return message;
}

void wire_message_free(struct wire_message *message)
{
    if (!message)
        return;
    if (message->mapping)
        munmap(message->mapping, message->size);
    if (message->descriptor >= 0)
        close(message->descriptor);
    free(message);
}

/* ---- payloads ---- */

void wire_put_u32(struct buffer *buffer, uint32_t value)
{
    buffer_append(buffer, &value, sizeof value);
}

void wire_put_u64(struct buffer *buffer, uint64_t value)
{
    buffer_append(buffer, &value, sizeof value);
}

void wire_put_i64(struct buffer *buffer, int64_t value)
{
    buffer_append(buffer, &value, sizeof value);
}

void wire_put_double(struct buffer *buffer, double value)
{
    buffer_append(buffer, &value, sizeof value);
}

/* The size and one, 0 for none; then the bytes with a NUL behind them. */
void wire_put_str(struct buffer *buffer, struct ent_str text)
{
    wire_put_u64(buffer, text.data ? (uint64_t)text.size + 1 : 0);
    if (!text.data)
        return;
    buffer_append(buffer, text.data, text.size);
    buffer_append(buffer, "", 1);
}

void wire_put_text(struct buffer *buffer, const char *text)
{
    wire_put_str(buffer, ent_text(text));
}

struct wire_reader wire_read(const struct wire_message *message)
{
    return (struct wire_reader){.bytes = message->bytes, .size = message->size};
}

static const unsigned char *take(struct wire_reader *reader, size_t size)
{
    if (reader->failed || size > reader->size - reader->at) {
        reader->failed = true;
        return NULL;
    }
    const unsigned char *bytes = reader->bytes + reader->at;
    reader->at += size;
    return bytes;
}

static void get(struct wire_reader *reader, void *value, size_t size)
{
    const unsigned char *bytes = take(reader, size);
    if (bytes)
        memcpy(value, bytes, size);
}

uint32_t wire_get_u32(struct wire_reader *reader)
{
    uint32_t value = 0;
    get(reader, &value, sizeof value);
    return value;
}

uint64_t wire_get_u64(struct wire_reader *reader)
{
    uint64_t value = 0;
    get(reader, &value, sizeof value);
    return value;
}

int64_t wire_get_i64(struct wire_reader *reader)
{
    int64_t value = 0;
    get(reader, &value, sizeof value);
    return value;
}

double wire_get_double(struct wire_reader *reader)
{
    double value = 0;
    get(reader, &value, sizeof value);
    return value;
}

struct ent_str wire_get_str(struct wire_reader *reader)
{
    uint64_t size = wire_get_u64(reader);
    const unsigned char *bytes = size > 0 && size <= WIRE_PAYLOAD_MAX ? take(reader, (size_t)size) : NULL;
    if (size > 0 && (!bytes || bytes[size - 1] != '\0')) {
        reader->failed = true;
        bytes = NULL;
    }
    return (struct ent_str){(const char *)bytes, bytes ? (size_t)size - 1 : 0};
}

const char *wire_get_text(struct wire_reader *reader)
{
    struct ent_str text = wire_get_str(reader);
    if (text.data && memchr(text.data, '\0', text.size)) {
        reader->failed = true;
        return NULL;
    }
    return text.data;
}

size_t wire_get_count(struct wire_reader *reader, size_t least, size_t limit)
{
    uint64_t count = wire_get_u64(reader);
    if (count <= limit && count <= (reader->size - reader->at) / least)
        return (size_t)count;
    reader->failed = true;
    return 0;
}

bool wire_is_done(const struct wire_reader *reader)
{
    return !reader->failed && reader->at == reader->size;
}
