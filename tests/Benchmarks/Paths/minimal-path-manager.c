/*
 * The least that a path manager for one network namespace can be: the yardstick of the benchmark `paths`.
 *
 * usage: minimal-path-manager ADDRESS
 *
 * Gives every connection over IPv4 that this host began, as soon as the kernel tells that it is established, one more subflow: from
 * ADDRESS, with the address id 1, to where the connection goes. It remembers nothing, looks nothing up, and knows nothing of interfaces,
 * limits, or subflows that fail. Its one thread waits for an event, sends one request, waits for the answer, and waits again. It prints
 * "ready" once the kernel tells it of connections, and ends with an error when the kernel has told more than it could hear.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* linux/mptcp_pm.h and linux/mptcp.h, written out: older headers lack some of it. */
enum { EVENT_ESTABLISHED = 2, COMMAND_SUBFLOW_CREATE = 10 };
enum { ATTRIBUTE_TOKEN = 4, ATTRIBUTE_LOCAL = 1, ATTRIBUTE_REMOTE = 6 };
enum { ADDRESS_FAMILY = 1, ADDRESS_ID = 2, ADDRESS_IPV4 = 3, ADDRESS_PORT = 5 };
enum { EVENT_TOKEN = 1, EVENT_DADDR4 = 7, EVENT_DPORT = 10, EVENT_SERVER_SIDE = 18 };

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

enum { RECEIVE_BUFFER = 8 << 20 };

/* SUBFLOW_CREATE as it goes to the kernel: built once, then only sequence number, token and destination change. */
struct create {
    struct nlmsghdr header;
    struct genlmsghdr generic;
    struct nlattr token_attribute;
    uint32_t token;
    struct nlattr local;
    struct nlattr local_family_attribute;
    uint16_t local_family, local_family_padding;
    struct nlattr local_id_attribute;
    uint8_t local_id, local_id_padding[3];
    struct nlattr local_address_attribute;
    uint32_t local_address;
    struct nlattr remote;
    struct nlattr remote_family_attribute;
    uint16_t remote_family, remote_family_padding;
    struct nlattr remote_address_attribute;
    uint32_t remote_address;
    struct nlattr remote_port_attribute;
    uint16_t remote_port, remote_port_padding;
};

/* What an event tells, as far as it matters. */
struct event {
    uint32_t token;
    uint32_t address; /* network order */
    uint16_t port;    /* host order */
    int is_server, has_address;
};

static union {
    struct nlmsghdr header;
    char bytes[1 << 16];
} buffer;

static void fail(const char *what)
{
    fprintf(stderr, "minimal-path-manager: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int open_netlink(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    int on = 1;
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
    if (descriptor < 0)
        fail("socket");
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind");
    setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    return descriptor;
}

static int receive(int descriptor)
{
    ssize_t length;
    do
        length = recv(descriptor, &buffer, sizeof buffer, 0);
    while (length < 0 && errno == EINTR);
    return (int)length;
}

/* The payload of a generic netlink message as attributes, and how long they are. */
static struct nlattr *attributes_of(struct nlmsghdr *message, int *length)
{
    *length = (int)message->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
    return (struct nlattr *)((char *)NLMSG_DATA(message) + GENL_HDRLEN);
}

static struct nlattr *next(struct nlattr *attribute, int *length)
{
    int step = NLA_ALIGN(attribute->nla_len);
    *length -= step;
    return (struct nlattr *)((char *)attribute + step);
}

static int fits(const struct nlattr *attribute, int length)
{
    return length >= NLA_HDRLEN && attribute->nla_len >= NLA_HDRLEN && attribute->nla_len <= length;
}

static void *data(struct nlattr *attribute)
{
    return (char *)attribute + NLA_HDRLEN;
}

static int type_of(const struct nlattr *attribute)
{
    return attribute->nla_type & NLA_TYPE_MASK;
}

/* Asks the kernel for the number of the family mptcp_pm, and that of its group of events. */
static void find_family(int descriptor, uint16_t *family, uint32_t *group)
{
    static const char name[] = "mptcp_pm";
    struct {
        struct nlmsghdr header;
        struct genlmsghdr generic;
        struct nlattr attribute;
        char name[NLA_ALIGN(sizeof name)];
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = GENL_ID_CTRL, .nlmsg_flags = NLM_F_REQUEST},
        .generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1},
        .attribute = {.nla_len = NLA_HDRLEN + sizeof name, .nla_type = CTRL_ATTR_FAMILY_NAME},
    };
    memcpy(request.name, name, sizeof name);
    if (send(descriptor, &request, sizeof request, 0) < 0 || receive(descriptor) < 0)
        fail("asking for the family mptcp_pm");
    if (buffer.header.nlmsg_type != GENL_ID_CTRL) {
        errno = ENOENT;
        fail("this kernel has no family mptcp_pm");
    }

    int length, groups_length, group_length;
    for (struct nlattr *top = attributes_of(&buffer.header, &length); fits(top, length); top = next(top, &length)) {
        if (type_of(top) == CTRL_ATTR_FAMILY_ID)
            *family = *(uint16_t *)data(top);
        if (type_of(top) != CTRL_ATTR_MCAST_GROUPS)
            continue;
        groups_length = top->nla_len - NLA_HDRLEN;
        for (struct nlattr *one = data(top); fits(one, groups_length); one = next(one, &groups_length)) {
            uint32_t id = 0;
            int is_events = 0;
            group_length = one->nla_len - NLA_HDRLEN;
            for (struct nlattr *part = data(one); fits(part, group_length); part = next(part, &group_length)) {
                if (type_of(part) == CTRL_ATTR_MCAST_GRP_ID)
                    id = *(uint32_t *)data(part);
                else if (type_of(part) == CTRL_ATTR_MCAST_GRP_NAME)
                    is_events = strcmp(data(part), "mptcp_pm_events") == 0;
            }
            if (is_events)
                *group = id;
        }
    }
}

static struct create template(uint16_t family, uint32_t local_address)
{
    enum {
        local_length = offsetof(struct create, remote) - offsetof(struct create, local),
        remote_length = sizeof(struct create) - offsetof(struct create, remote),
    };
    return (struct create){
        .header = {.nlmsg_len = sizeof(struct create), .nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .generic = {.cmd = COMMAND_SUBFLOW_CREATE, .version = 1},
        .token_attribute = {NLA_HDRLEN + 4, ATTRIBUTE_TOKEN},
        .local = {local_length, ATTRIBUTE_LOCAL | NLA_F_NESTED},
        .local_family_attribute = {NLA_HDRLEN + 2, ADDRESS_FAMILY},
        .local_family = AF_INET,
        .local_id_attribute = {NLA_HDRLEN + 1, ADDRESS_ID},
        .local_id = 1,
        .local_address_attribute = {NLA_HDRLEN + 4, ADDRESS_IPV4},
        .local_address = local_address,
        .remote = {remote_length, ATTRIBUTE_REMOTE | NLA_F_NESTED},
        .remote_family_attribute = {NLA_HDRLEN + 2, ADDRESS_FAMILY},
        .remote_family = AF_INET,
        .remote_address_attribute = {NLA_HDRLEN + 4, ADDRESS_IPV4},
        .remote_port_attribute = {NLA_HDRLEN + 2, ADDRESS_PORT},
    };
}

static struct event read_event(struct nlmsghdr *message)
{
    struct event event = {0};
    int length;
    for (struct nlattr *attribute = attributes_of(message, &length); fits(attribute, length); attribute = next(attribute, &length)) {
        switch (type_of(attribute)) {
        case EVENT_TOKEN:
            event.token = *(uint32_t *)data(attribute);
            break;
        case EVENT_DADDR4:
            event.address = *(uint32_t *)data(attribute);
            event.has_address = 1;
            break;
        case EVENT_DPORT:
            event.port = ntohs(*(uint16_t *)data(attribute));
            break;
        case EVENT_SERVER_SIDE:
            event.is_server = *(uint8_t *)data(attribute);
            break;
        }
    }
    return event;
}

/* Asks for the subflow, and waits until the kernel has said that it has begun it, or why not. */
static void add_subflow(int commands, struct create *create, const struct event *event)
{
    static union {
        struct nlmsghdr header;
        char bytes[1024];
    } answer;
    ssize_t length;

    create->header.nlmsg_seq++;
    create->token = event->token;
    create->remote_address = event->address;
    create->remote_port = event->port;
    if (send(commands, create, sizeof *create, 0) < 0)
        fail("sending a request");
    do
        length = recv(commands, &answer, sizeof answer, 0);
    while (length < 0 && errno == EINTR);
    if (length < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)))
        fail("receiving an answer");

    int error = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
    /* A connection may have ended meanwhile. */
    if (error != 0)
        fprintf(stderr, "minimal-path-manager: no subflow for %08x: %s\n", event->token, strerror(error));
}

int main(int count, char **arguments)
{
    struct in_addr local;
    if (count != 2 || inet_pton(AF_INET, arguments[1], &local) != 1) {
        fprintf(stderr, "usage: minimal-path-manager ADDRESS\n");
        return 2;
    }

    int commands = open_netlink(), events = open_netlink();
    uint16_t family = 0;
    uint32_t group = 0;
    find_family(commands, &family, &group);
    int size = RECEIVE_BUFFER;
    /* In a user namespace of its own it is not allowed more than net.core.rmem_max. */
    if (setsockopt(events, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0 &&
        setsockopt(events, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) < 0)
        fail("SO_RCVBUF");
    if (setsockopt(events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        fail("joining mptcp_pm_events");
    struct create create = template(family, local.s_addr);
    puts("ready");
    fflush(stdout);

    for (;;) {
        int length = receive(events);
        if (length < 0)
            fail("receiving events");
        for (struct nlmsghdr *message = &buffer.header; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
            struct genlmsghdr *generic = NLMSG_DATA(message);
            if (message->nlmsg_type != family || generic->cmd != EVENT_ESTABLISHED)
                continue;
            struct event event = read_event(message);
            if (!event.is_server && event.has_address)
                add_subflow(commands, &create, &event);
        }
    }
}
