/* A runner that lies: it greets as one should, and answers the first call with what the "object" it was given is called
 * after. For the tests of what the daemon believes. */
#include "core/host/runner_hello.h"
#include "core/host/wire.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static struct wire_message *call;
static struct buffer payload;

static void tell(enum wire_type type, uint64_t of_call)
{
    struct error error = ERROR_INIT;
    struct wire_head head = {.type = (uint16_t)type, .instance = call ? call->head.instance : 0, .call = of_call};
    wire_send(RUNNER_SOCKET, &head, &payload, -1, &error);
}

/* As wire.c's, with what it would not send. */
struct packet {
    uint32_t magic;
    uint16_t type, flags;
    uint32_t instance, zero;
    uint64_t call, request, size;
};

static void send_packet(struct packet packet, int descriptor)
{
    char control[CMSG_SPACE(sizeof descriptor)] = {0};
    struct iovec part = {&packet, sizeof packet};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
    if (sendmsg(RUNNER_SOCKET, &message, MSG_NOSIGNAL) < 0)
        exit(9);
}

static void noise(void)
{
    unsigned char bytes[5000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 31 + 7);
    send(RUNNER_SOCKET, bytes, sizeof bytes, MSG_NOSIGNAL);
}

static void nothing(void)
{
    tell(WIRE_RESULT, call->head.call);
}

static void random_result(void)
{
    for (int i = 0; i < 1000; i++)
        wire_put_u32(&payload, (uint32_t)i * 2654435761u);
    tell(WIRE_RESULT, call->head.call);
}

static void another_call(void)
{
    tell(WIRE_RESULT, call->head.call + 1);
}

static void twice(void)
{
    tell(WIRE_KV_GET, call->head.call);
    tell(WIRE_KV_GET, call->head.call);
}

static void unknown_request(void)
{
    tell(WIRE_SUBMIT, call->head.call);
}

static void unsealed(void)
{
    int memory = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0 || ftruncate(memory, 100000) != 0)
        exit(9);
    send_packet(
        (struct packet){.magic = 0x57544e45, .type = WIRE_RESULT, .flags = 1, .call = call->head.call, .size = 100000},
        memory);
}

static void too_short(void)
{
    int memory = memfd_create("short", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0 || ftruncate(memory, 4096) != 0 ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
        exit(9);
    send_packet(
        (struct packet){.magic = 0x57544e45, .type = WIRE_RESULT, .flags = 1, .call = call->head.call, .size = 100000},
        memory);
}

static void a_pipe(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        exit(9);
    send_packet(
        (struct packet){.magic = 0x57544e45, .type = WIRE_RESULT, .flags = 1, .call = call->head.call, .size = 100000},
        ends[0]);
}

/* What begins a result: code, text, next fetch, hints. */
static void begin_result(void)
{
    wire_put_u32(&payload, ENT_OK);
    wire_put_text(&payload, NULL);
    wire_put_i64(&payload, -1);
    for (int i = 0; i < 3; i++)
        wire_put_u32(&payload, 0);
    wire_put_i64(&payload, 0);
}

static void bad_record(void)
{
    begin_result();
    wire_put_u64(&payload, 1);
    wire_put_text(&payload, "this is no record, however long it may be");
    tell(WIRE_RESULT, call->head.call);
}

static void many_records(void)
{
    begin_result();
    wire_put_u64(&payload, UINT64_MAX);
    tell(WIRE_RESULT, call->head.call);
}

static void silence(void)
{
    shutdown(RUNNER_SOCKET, SHUT_RDWR);
    for (;;)
        poll(NULL, 0, 1000);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*lie)(void);
    } lies[] = {{"/noise", noise},
                {"/nothing", nothing},
                {"/random_result", random_result},
                {"/another_call", another_call},
                {"/twice", twice},
                {"/unknown_request", unknown_request},
                {"/unsealed", unsealed},
                {"/too_short", too_short},
                {"/a_pipe", a_pipe},
                {"/bad_record", bad_record},
                {"/many_records", many_records},
                {"/silence", silence}};
    struct error error = ERROR_INIT;
    struct runner_hello hello;
    struct wire_message *greeting = wire_receive(RUNNER_SOCKET, &error);
    struct wire_reader reader = greeting ? wire_read(greeting) : (struct wire_reader){0};
    if (!greeting || !runner_hello_get(&reader, &hello))
        return 8;
    wire_put_u32(&payload, 1);
    wire_put_text(&payload, "a liar");
    wire_put_u32(&payload, 0);
    tell(WIRE_READY, 0);
    while ((call = wire_receive(RUNNER_SOCKET, &error))) {
        buffer_clear(&payload);
        for (size_t i = 0; call->head.type == WIRE_RUN && i < sizeof lies / sizeof *lies; i++)
            if (strcmp(lies[i].name, hello.object) == 0)
                lies[i].lie();
        if (call->head.type != WIRE_RUN) {
            wire_put_u32(&payload, ENT_OK);
            wire_put_text(&payload, NULL);
            tell(WIRE_RESULT, call->head.call);
        }
        wire_message_free(call);
    }
    return 0;
}
