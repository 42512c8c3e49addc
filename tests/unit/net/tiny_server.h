// A server for tests: a thread per connection, answers by path, counts what it saw. Understands just enough
// HTTP.
#pragma once
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TINY_MAX = 64 };

struct tiny {
    int fd;
    int port;
    pthread_t acceptor, workers[TINY_MAX];
    int sockets[TINY_MAX];
    int connections; // written by the acceptor, read after tiny_close or between requests
    int requests, drops;
    char last[65536]; // the last request as it came
    pthread_mutex_t lock;
    const char *(*answer)(const char *request); // tests' own answers: body, or NULL for the built-in ones
};

static void tiny_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = send(fd, bytes, length, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        bytes += put;
        length -= (size_t)put;
    }
}

static void tiny_reply(int fd, const char *status, const char *headers, const char *body, size_t length)
{
    char head[1024];
    int n =
        snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, length, headers);
    tiny_send(fd, head, (size_t)n);
    tiny_send(fd, body, length);
}

static void tiny_big(int fd, const char *request)
{
    size_t count = strtoul(strstr(request, "/big/") + 5, NULL, 10);
    char *body = malloc(count);
    memset(body, 'x', count);
    memcpy(body, "{\"s\":\"", 6);
    memcpy(body + count - 2, "\"}", 2);
    tiny_reply(fd, "200 OK", "Content-Type: application/json\r\n", body, count);
    free(body);
}

#define TINY_JSON "Content-Type: application/json; charset=utf-8\r\n"

// False: the connection is to be closed without an answer.
static bool tiny_answer(struct tiny *tiny, int fd, const char *request)
{
    const char *own = tiny->answer == NULL ? NULL : tiny->answer(request);
    char path[256] = "";
    sscanf(request, "%*15s %255s", path);
    if (own != NULL)
        tiny_send(fd, own, strlen(own));
    else if (strcmp(path, "/drop") == 0)
        return false;
    else if (strncmp(path, "/big/", 5) == 0)
        tiny_big(fd, request);
    else if (strcmp(path, "/redirect") == 0)
        tiny_reply(fd, "302 Found", "Location: /json\r\n", "", 0);
    else if (strcmp(path, "/slow") == 0)
        nanosleep(&(struct timespec){.tv_nsec = 600000000}, NULL);
    else if (strcmp(path, "/runbook") == 0)
        tiny_reply(fd, "200 OK", "Content-Type: text/powershell\r\n", "\xef\xbb\xbfGet-Date\r\n", 13);
    else if (strcmp(path, "/bytes") == 0)
        tiny_reply(fd, "200 OK", "Content-Type: text/powershell\r\n", "a\xff", 2);
    else if (strcmp(path, "/html") == 0)
        tiny_reply(fd, "200 OK", "Content-Type: text/html\r\n", "<p>", 3);
    else if (strcmp(path, "/gone") == 0)
        tiny_reply(fd, "404 Not Found", "Content-Type: text/html\r\n", "<p>", 3);
    else if (strcmp(path, "/interim") == 0) {
        tiny_send(fd, "HTTP/1.1 103 Early Hints\r\nETag: no\r\n\r\n", 38);
        tiny_reply(fd, "200 OK", "ETag: \"7\"\r\nRetry-After: 2\r\nX-Other: x\r\n" TINY_JSON, "{}", 2);
    } else if (strncmp(request, "HEAD ", 5) == 0) // a body here would be taken for the next answer
        tiny_reply(fd, "200 OK", TINY_JSON, "", 0);
    else
        tiny_reply(fd, "200 OK", TINY_JSON, "{\"a\":1}", 7);
    return true;
}

struct tiny_worker {
    struct tiny *tiny;
    int fd;
};

// Reads one request into buffer; 0: the client closed.
static size_t tiny_read(int fd, char *buffer, size_t size)
{
    size_t have = 0, want = 0;
    while (want == 0 || have < want) {
        ssize_t got = recv(fd, buffer + have, size - 1 - have, 0);
        if (got <= 0)
            return 0;
        have += (size_t)got;
        buffer[have] = '\0';
        char *end = strstr(buffer, "\r\n\r\n"), *length = strcasestr(buffer, "\r\nContent-Length:");
        if (end != NULL)
            want = (size_t)(end + 4 - buffer) +
                   (length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0);
    }
    return have;
}

static void *tiny_work(void *context)
{
    struct tiny_worker worker = *(struct tiny_worker *)context;
    free(context);
    static _Thread_local char buffer[65536];
    for (;;) {
        size_t length = tiny_read(worker.fd, buffer, sizeof buffer);
        if (length == 0)
            break;
        pthread_mutex_lock(&worker.tiny->lock);
        worker.tiny->requests++;
        memcpy(worker.tiny->last, buffer, length + 1);
        pthread_mutex_unlock(&worker.tiny->lock);
        if (!tiny_answer(worker.tiny, worker.fd, buffer)) {
            worker.tiny->drops++;
            break;
        }
    }
    shutdown(worker.fd, SHUT_RDWR);
    return NULL;
}

static void *tiny_accept(void *context)
{
    struct tiny *tiny = context;
    for (;;) {
        int fd = accept(tiny->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        struct tiny_worker *worker = malloc(sizeof *worker);
        *worker = (struct tiny_worker){tiny, fd};
        // Head and body are two sends; with Nagle's algorithm the second would wait 40 ms for the client's
        // ACK.
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        tiny->sockets[tiny->connections] = fd;
        pthread_create(&tiny->workers[tiny->connections++], NULL, tiny_work, worker);
    }
}

static struct tiny *tiny_open(void)
{
    struct tiny *tiny = calloc(1, sizeof *tiny);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    pthread_mutex_init(&tiny->lock, NULL);
    tiny->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(tiny->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(tiny->fd, 64), 0);
    getsockname(tiny->fd, (struct sockaddr *)&address, &size);
    tiny->port = ntohs(address.sin_port);
    pthread_create(&tiny->acceptor, NULL, tiny_accept, tiny);
    return tiny;
}

static void tiny_close(struct tiny *tiny)
{
    shutdown(tiny->fd, SHUT_RDWR);
    pthread_join(tiny->acceptor, NULL);
    close(tiny->fd);
    for (int i = 0; i < tiny->connections; i++) {
        shutdown(tiny->sockets[i], SHUT_RDWR);
        pthread_join(tiny->workers[i], NULL);
        close(tiny->sockets[i]);
    }
    free(tiny);
}
