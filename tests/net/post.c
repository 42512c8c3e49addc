// A mail server for tests, as far as it takes to send to it: EHLO, STARTTLS, AUTH PLAIN, one letter at a
// time.
//   post KEYS.pem FOLDER    writes FOLDER/port. How it behaves stands in FOLDER/manners, read anew for each
//                           connection (see below); what it hears goes to FOLDER/heard, line by line, a
//                           letter that it takes to FOLDER/letter, and "TAKEN" to FOLDER/heard
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static SSL_CTX *context;
static const char *folder;
static char manners[256];

struct client {
    int fd;
    SSL *ssl; // NULL: in clear
};

static void must(int fine, const char *what)
{
    if (fine)
        return;
    perror(what);
    exit(1);
}

static FILE *open_file(const char *name, const char *mode)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, mode);
}

static void note(const char *line)
{
    FILE *heard = open_file("heard", "a");
    must(heard != NULL, "heard");
    fprintf(heard, "%s\n", line);
    fclose(heard);
}

// tls: offers STARTTLS · whole: TLS from the beginning · auth: wants soc@contoso.com and its password ·
// refuse: of the recipients · grey: of recipients, once · junk: of the letter · early: leaves when it hears
// of a sender · late: leaves when it has the letter · mute: says no good-bye
static bool is(const char *manner)
{
    return strstr(manners, manner) != NULL;
}

static void read_manners(void)
{
    FILE *file = open_file("manners", "r");
    size_t length = file == NULL ? 0 : fread(manners, 1, sizeof manners - 1, file);
    manners[length] = '\0';
    if (file != NULL)
        fclose(file);
}

// The next time it takes what it has refused now.
static void forget(const char *manner)
{
    memset(strstr(manners, manner), '-', strlen(manner));
    FILE *file = open_file("manners", "w");
    must(file != NULL, "manners");
    fputs(manners, file);
    fclose(file);
}

static void say(struct client *client, const char *line)
{
    char bytes[256];
    int length = snprintf(bytes, sizeof bytes, "%s\r\n", line);
    if (client->ssl != NULL)
        SSL_write(client->ssl, bytes, length);
    else
        send(client->fd, bytes, (size_t)length, MSG_NOSIGNAL);
}

// One line without its end, byte by byte: what follows may be TLS. False: the client has left.
static bool hear(struct client *client, char *line, size_t size)
{
    for (size_t length = 0; length + 1 < size; length++) {
        ssize_t got = client->ssl != NULL ? SSL_read(client->ssl, line + length, 1)
                                          : recv(client->fd, line + length, 1, 0);
        if (got != 1)
            return false;
        if (line[length] == '\n') {
            line[length > 0 ? length - 1 : 0] = '\0';
            return true;
        }
    }
    return false;
}

static bool begin_tls(struct client *client)
{
    client->ssl = SSL_new(context);
    SSL_set_fd(client->ssl, client->fd);
    return SSL_accept(client->ssl) == 1;
}

// False: it takes no letter.
static bool take_letter(struct client *client)
{
    char line[2048];
    FILE *letter = open_file("letter", "w");
    must(letter != NULL, "letter");
    say(client, "354 go on");
    while (hear(client, line, sizeof line) && strcmp(line, ".") != 0)
        fprintf(letter, "%s\r\n", line + (line[0] == '.'));
    fclose(letter);
    if (is("late"))
        return false;
    note(is("junk") ? "JUNK" : "TAKEN");
    say(client, is("junk") ? "554 5.7.1 this looks like junk" : "250 2.0.0 taken");
    return true;
}

static void greet(struct client *client)
{
    if (is("tls") && client->ssl == NULL)
        say(client, "250-STARTTLS");
    if (is("auth"))
        say(client, "250-AUTH PLAIN");
    say(client, "250 SIZE 1000000");
}

static void answer_recipient(struct client *client)
{
    if (is("refuse")) {
        say(client, "550 5.1.1 no such mailbox \x1b[31m");
    } else if (is("grey")) {
        forget("grey");
        say(client, "451 4.7.1 greylisted, come again");
    } else {
        say(client, "250 ok");
    }
}

static void serve(struct client *client)
{
    char line[2048];
    say(client, "220 mail.localhost at your service");
    while (hear(client, line, sizeof line)) {
        note(line);
        if (strncasecmp(line, "EHLO", 4) == 0)
            greet(client);
        else if (strcasecmp(line, "STARTTLS") == 0) {
            say(client, "220 go on");
            if (!begin_tls(client))
                return;
        } else if (strncasecmp(line, "AUTH PLAIN", 10) == 0) {
            // \0soc@contoso.com\0lab-only-post
            say(client, "334 ");
            hear(client, line, sizeof line);
            bool right = strstr(line, "AHNvY0Bjb250b3NvLmNvbQBsYWItb25seS1wb3N0") != NULL;
            say(client, right ? "235 2.7.0 welcome" : "535 5.7.8 wrong user or password");
        } else if (strncasecmp(line, "MAIL", 4) == 0 && is("early")) {
            forget("early");
            return;
        } else if (strncasecmp(line, "RCPT", 4) == 0)
            answer_recipient(client);
        else if (strcasecmp(line, "DATA") == 0) {
            if (!take_letter(client))
                return;
        } else if (strcasecmp(line, "QUIT") != 0)
            say(client, "250 ok");
        else if (!is("mute"))
            say(client, "221 bye");
    }
}

int main(int argc, char **argv)
{
    must(argc == 3, "post KEYS.pem FOLDER");
    signal(SIGPIPE, SIG_IGN);
    folder = argv[2];
    context = SSL_CTX_new(TLS_server_method());
    must(SSL_CTX_use_certificate_file(context, argv[1], SSL_FILETYPE_PEM) == 1 &&
             SSL_CTX_use_PrivateKey_file(context, argv[1], SSL_FILETYPE_PEM) == 1,
         argv[1]);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    must(bind(listener, (struct sockaddr *)&here, size) == 0 && listen(listener, 16) == 0, "listen");
    getsockname(listener, (struct sockaddr *)&here, &size);
    FILE *port = open_file("port", "w");
    must(port != NULL, "port");
    fprintf(port, "%d\n", ntohs(here.sin_port));
    fclose(port);
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd)) {
        struct client client = {.fd = fd};
        struct timeval patience = {.tv_sec = 20};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        read_manners();
        note("CONNECTED");
        if (!is("whole") || begin_tls(&client))
            serve(&client);
        SSL_free(client.ssl);
    }
    return 0;
}
