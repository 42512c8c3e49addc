// A letter on its way to a mail server: what is told to libcurl beside what every transfer is told, and what
// came of it. net/http.c alone uses it.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "net/libcurl.h"

struct answer;
struct request;
struct response;

struct smtp {
    const struct libcurl *curl;
    CURL *easy;
    const struct text *wire; // the letter as sent
    int letters;             // that the server was told of
    size_t given;    // bytes of it that the library took: it asks for them once the server said "go on"
    char reply[256]; // the last line in which the server refused
};
// Is it a mail server that the URL leads to?
bool smtp_leads_to(const char *url);
// A handle of the transfer's own, with what every transfer has: it is told to send request->body (a letter,
// data/mail.h), which is written to `wire`. Without TLS nothing leaves this machine.
void smtp_prepare(struct smtp *smtp, const struct request *request, struct text *wire);
// The server's last word: 250, or what it refuses (4yz, to be asked again: `unsent`; 5yz), with a body
// {message}. Without one a failure: `unsent` when the letter had not left yet, else it may have been taken.
struct response *smtp_finish(const struct smtp *smtp, struct answer *answer, CURLcode code, const char *why);
