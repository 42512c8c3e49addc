// SMTP by libcurl (RFC 5321, 3207). Not for whom a letter may go to (policy/mail.c), nor for what it looks
// like (data/mail_write.c). Invariants: TLS is begun before a user, a password or a letter is said, unless it
// is this machine that is spoken to; a letter goes to all who are to get it, or to nobody.
#include "net/smtp.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "data/mail.h"
#include "data/value.h"
#include "net/answer.h"
#include "policy/profile.h"
#include "policy/request.h"

enum { REPLY_TIMEOUT_S = 30, LEAVE_TIMEOUT_S = 1, TEMPORARY = 400, PERMANENT = 500, CODE = sizeof "550" };

bool smtp_leads_to(const char *url)
{
    return text_starts(url, "smtp://") || text_starts(url, "smtps://");
}

static size_t on_read(char *buffer, size_t size, size_t count, void *context)
{
    struct smtp *smtp = context;
    size_t left = smtp->wire->length - smtp->given, most = size * count;
    size_t length = left < most ? left : most;
    memcpy(buffer, smtp->wire->ptr + smtp->given, length);
    smtp->given += length;
    return length;
}

// Runs when the server knows who is there, and is about to be told of the letter.
static int on_letter(void *context, char *peer, char *own, int peer_port, int own_port)
{
    (void)peer;
    (void)own;
    (void)peer_port;
    (void)own_port;
    struct smtp *smtp = context;
    return smtp->letters++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// What a server refuses goes into messages and records: as plain ASCII. Its good-bye follows; the library
// waits for that, and nothing else goes on meanwhile.
static size_t on_reply(char *line, size_t size, size_t count, void *context)
{
    struct smtp *smtp = context;
    size_t length = 0;
    bool taken = *line == '2' && smtp->given == smtp->wire->length, refused = *line == '4' || *line == '5';
    if (smtp->letters > 0 && (taken || refused))
        smtp->curl->easy_setopt(smtp->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)LEAVE_TIMEOUT_S);
    if (!refused)
        return size * count;
    for (const char *c = line; c < line + size * count && length + 1 < sizeof smtp->reply; c++)
        if (*c != '\r' && *c != '\n')
            smtp->reply[length++] = (char)(*c >= ' ' && *c <= '~' ? *c : '?');
    smtp->reply[length] = '\0';
    return size * count;
}

static bool is_this_machine(struct arena *arena, const char *url)
{
    const char *at = strrchr(url, '@');
    return profile_is_route(arena_printf(arena, "http://%s", at != NULL ? at + 1 : strstr(url, "://") + 3));
}

static struct curl_slist *recipients(struct arena *arena, const struct value *to)
{
    const char **lines = ARENA_ARRAY(arena, const char *, value_count(to) + 1);
    for (size_t i = 0; i < value_count(to); i++)
        lines[i] = value_text(value_item(to, i));
    return libcurl_list(arena, lines);
}

void smtp_prepare(struct smtp *smtp, const struct request *request, struct text *wire)
{
    const struct libcurl *curl = smtp->curl;
    struct arena *arena = wire->arena;
    const char *from = value_text_at(request->body, "from");
    CURL *easy = smtp->easy;
    mail_write(wire, request->body, clock_mail(arena, clock_now_ms()),
               arena_printf(arena, "%s%s", crypto_uuid(arena), strrchr(from, '@')));
    smtp->wire = wire;
    bool near = is_this_machine(arena, request->url), whole = text_starts(request->url, "smtps");
    curl->easy_setopt(easy, CURLOPT_URL, request->url);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, whole ? "smtps" : "smtp");
    curl->easy_setopt(easy, CURLOPT_USE_SSL, (long)(near ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl->easy_setopt(easy, CURLOPT_PROXY, "");
    curl->easy_setopt(easy, CURLOPT_MAIL_FROM, from);
    curl->easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients(arena, value_get(request->body, "to")));
    curl->easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl->easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl->easy_setopt(easy, CURLOPT_READDATA, smtp);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, smtp);
    curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_letter);
    curl->easy_setopt(easy, CURLOPT_PREREQDATA, smtp);
    // One letter, one connection.
    curl->easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl->easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)REPLY_TIMEOUT_S);
}

// The server has said what it will do: 250 … or no.
static struct response *answered(const struct smtp *smtp, struct answer *answer, int status)
{
    struct response *response = ARENA_NEW(answer->arena, struct response);
    response->status = status;
    response->headers = answer->headers;
    response->unsent = status >= TEMPORARY && status < PERMANENT;
    if (status >= TEMPORARY) {
        struct value *words = value_map(answer->arena);
        value_put_text(answer->arena, words, "message", strlen(smtp->reply) > CODE ? smtp->reply + CODE : "");
        response->body = words;
    }
    return response;
}

struct response *smtp_finish(const struct smtp *smtp, struct answer *answer, CURLcode code, const char *why)
{
    long status = 0;
    smtp->curl->easy_getinfo(smtp->easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK || status >= TEMPORARY)
        return answered(smtp, answer, (int)status);
    struct response *response = answer_failure(answer, smtp->given == 0, why);
    response->unusable =
        code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_LOGIN_DENIED;
    return response;
}
