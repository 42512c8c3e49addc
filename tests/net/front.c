// A proxy and a TLS server in one, for tests: takes CONNECT HOST:PORT, notes it, speaks TLS as any host of
// Azure with a certificate of its own authority, and hands on what comes out to a server that speaks plain
// HTTP (the lab).
//   front BACKEND_PORT FOLDER    writes FOLDER/ca.pem, FOLDER/client.pem and FOLDER/server.pem (a key with
//                                its certificate) and FOLDER/port; a line for each CONNECT goes to
//                                FOLDER/seen, what clients say to FOLDER/asked, and what they ask of the
//                                metadata service, where its address is to be had, to FOLDER/metadata
#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static SSL_CTX *context;
static int backend_port;
static const char *folder;

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
    FILE *file = fopen(path, mode);
    must(file != NULL, path);
    return file;
}

static X509 *make_certificate(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *signer)
{
    static long serial = 1;
    X509 *certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer == NULL ? certificate : issuer));
    return signer == NULL ? certificate : (X509_sign(certificate, signer, EVP_sha256()), certificate);
}

static void extend(X509 *certificate, int what, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, what, value);
    must(extension != NULL && X509_add_ext(certificate, extension, -1), value);
    X509_EXTENSION_free(extension);
}

// An authority, a server's certificate by it, and a client's own.
static void make_keys(void)
{
    EVP_PKEY *root = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256"), *own = EVP_RSA_gen(2048);
    X509 *authority = make_certificate(root, "Test authority", NULL, NULL);
    extend(authority, NID_basic_constraints, "critical,CA:TRUE");
    extend(authority, NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(authority, root, EVP_sha256());
    X509 *server = make_certificate(key, "Azure", authority, NULL);
    extend(server, NID_subject_alt_name,
           "DNS:login.microsoftonline.com,DNS:management.azure.com,DNS:graph.microsoft.com,DNS:*.vault.azure."
           "net,"
           "DNS:api.loganalytics.io,DNS:api.security.microsoft.com,DNS:api.partnercenter.microsoft.com,"
           "DNS:mail.localhost");
    X509_sign(server, root, EVP_sha256());
    FILE *file = open_file("ca.pem", "w");
    PEM_write_X509(file, authority);
    fclose(file);
    file = open_file("client.pem", "w");
    PEM_write_PrivateKey(file, own, NULL, NULL, 0, NULL, NULL);
    PEM_write_X509(file, make_certificate(own, "client", NULL, own));
    fclose(file);
    file = open_file("server.pem", "w");
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    PEM_write_X509(file, server);
    fclose(file);
    context = SSL_CTX_new(TLS_server_method());
    must(SSL_CTX_use_certificate(context, server) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1, "keys");
}

// Reads the request line and headers of a CONNECT, byte by byte: what follows is TLS.
static int take_connect(int fd)
{
    char head[4096];
    size_t length = 0;
    while (length + 1 < sizeof head && recv(fd, head + length, 1, 0) == 1) {
        head[++length] = '\0';
        if (length < 4 || strcmp(head + length - 4, "\r\n\r\n") != 0)
            continue;
        FILE *seen = open_file("seen", "a");
        fprintf(seen, "%.*s\n", (int)strcspn(head, "\r"), head);
        fclose(seen);
        static const char good[] = "HTTP/1.1 200 Connection established\r\n\r\n";
        return strncmp(head, "CONNECT ", 8) == 0 && send(fd, good, sizeof good - 1, MSG_NOSIGNAL) > 0;
    }
    return 0;
}

static void carry(SSL *ssl, int fd, int backend)
{
    char bytes[16384];
    for (;;) {
        struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = backend, .events = POLLIN}};
        if (SSL_pending(ssl) == 0 && poll(fds, 2, -1) < 0)
            return;
        if (SSL_pending(ssl) > 0 || fds[0].revents != 0) {
            int got = SSL_read(ssl, bytes, sizeof bytes);
            if (got <= 0 || send(backend, bytes, (size_t)got, MSG_NOSIGNAL) != got)
                return;
            FILE *asked = open_file("asked", "a");
            fwrite(bytes, 1, (size_t)got, asked);
            fclose(asked);
        }
        if (fds[1].revents != 0) {
            ssize_t got = recv(backend, bytes, sizeof bytes, 0);
            if (got <= 0 || SSL_write(ssl, bytes, (int)got) != got)
                return;
        }
    }
}

// The metadata service of a machine: plain, noted, and handed on.
static void carry_plain(int fd, int backend)
{
    char bytes[16384];
    for (ssize_t got; (got = recv(fd, bytes, sizeof bytes, 0)) > 0;) {
        FILE *asked = open_file("metadata", "a");
        fwrite(bytes, 1, (size_t)got, asked);
        fclose(asked);
        if (send(backend, bytes, (size_t)got, MSG_NOSIGNAL) != got ||
            (got = recv(backend, bytes, sizeof bytes, 0)) <= 0 ||
            send(fd, bytes, (size_t)got, MSG_NOSIGNAL) != got)
            return;
    }
}

static void *serve(void *argument)
{
    int fd = *(int *)argument, backend = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in own;
    socklen_t size = sizeof own;
    free(argument);
    getsockname(fd, (struct sockaddr *)&own, &size);
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((unsigned short)backend_port)};
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (own.sin_addr.s_addr != htonl(INADDR_LOOPBACK)) {
        if (connect(backend, (struct sockaddr *)&there, sizeof there) == 0)
            carry_plain(fd, backend);
    } else if (take_connect(fd) && SSL_accept(ssl) == 1 &&
               connect(backend, (struct sockaddr *)&there, sizeof there) == 0)
        carry(ssl, fd, backend);
    SSL_free(ssl);
    close(fd);
    close(backend);
    return NULL;
}

static void *accept_all(void *argument)
{
    int listener = *(int *)argument;
    for (;;) {
        int *fd = malloc(sizeof *fd);
        *fd = accept(listener, NULL, NULL);
        pthread_t thread;
        must(*fd >= 0, "accept");
        must(pthread_create(&thread, NULL, serve, fd) == 0, "pthread_create");
        pthread_detach(thread);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    must(argc == 3, "usage: front BACKEND_PORT FOLDER");
    backend_port = atoi(argv[1]);
    folder = argv[2];
    make_keys();
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       metadata = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = inet_addr("169.254.169.254"),
                                   .sin_port = htons(80)};
    socklen_t size = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t thread;
    must(bind(listener, (struct sockaddr *)&here, size) == 0 && listen(listener, 64) == 0 &&
             getsockname(listener, (struct sockaddr *)&here, &size) == 0,
         "listen");
    // Only a machine of Azure has it (machine.c).
    if (bind(second, (struct sockaddr *)&metadata, sizeof metadata) == 0)
        must(listen(second, 64) == 0 && pthread_create(&thread, NULL, accept_all, &second) == 0, "metadata");
    FILE *file = open_file("port", "w");
    fprintf(file, "%d\n", ntohs(here.sin_port));
    fclose(file);
    accept_all(&listener);
}
