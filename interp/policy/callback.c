// The judgement over a webhook's request. Not for fetching its certificate (cli/) nor for what it says
// (intake). Invariants: nothing of the body is read before its signature holds; whatever is there twice, or
// is not wholly understood, is refused; only RSA with SHA-256 is taken, whatever the request names.
#include "policy/callback.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/url.h"

struct header {
    const char *name, *value;
};

struct head {
    struct header headers[CALLBACK_MAX_HEADERS];
    size_t count;
};

static bool no_request(struct err *err, const char *name, const char *what)
{
    err_set(err, E_SYNTAX, "%s is not a whole HTTP request: %s", name, what);
    err_hint(err, "keep each request byte for byte: request line, headers, an empty line, body");
    return false;
}

static bool is_visible(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
            return false;
    return true;
}

// One line without its end; NULL when it does not end with CR LF.
static char *take_line(struct arena *arena, const char *bytes, size_t length, size_t *at)
{
    const char *end = memmem(bytes + *at, length - *at, "\r\n", 2);
    if (end == NULL)
        return NULL;
    char *line = arena_strndup(arena, bytes + *at, (size_t)(end - bytes) - *at);
    *at = (size_t)(end - bytes) + 2;
    return line;
}

static bool read_header(struct arena *arena, char *line, struct head *head)
{
    size_t length = strcspn(line, ":");
    if (line[length] != ':' || length == 0 || strcspn(line, " \t") < length || !is_visible(line) ||
        head->count == CALLBACK_MAX_HEADERS)
        return false;
    const char *value = line + length + 1;
    value += strspn(value, " ");
    size_t size = strlen(value);
    while (size > 0 && value[size - 1] == ' ')
        size--;
    head->headers[head->count++] =
        (struct header){arena_strndup(arena, line, length), arena_strndup(arena, value, size)};
    return true;
}

// The value of a header that may be there once. False when it is there more than once.
static bool find(const struct head *head, const char *name, const char **value)
{
    size_t count = 0;
    *value = NULL;
    for (size_t i = 0; i < head->count; i++)
        if (text_same(head->headers[i].name, name)) {
            *value = head->headers[i].value;
            count++;
        }
    return count <= 1;
}

static bool read_head(struct arena *arena, const char *name, const char *bytes, size_t length,
                      struct head *head, struct callback *out, struct err *err)
{
    size_t at = 0;
    const char *size;
    char *line = take_line(arena, bytes, length, &at);
    if (line == NULL || !text_starts(line, "POST ") || !text_ends(line, " HTTP/1.1") || !is_visible(line))
        return no_request(err, name, "it does not begin with POST … HTTP/1.1");
    while ((line = take_line(arena, bytes, length, &at)) != NULL && *line != '\0')
        if (!read_header(arena, line, head))
            return no_request(err, name, "a line of its head is no header");
    if (line == NULL)
        return no_request(err, name, "its head does not end");
    out->body = (struct crypto_bytes){bytes + at, length - at};
    if (!find(head, "Content-Length", &size) || size == NULL || *size == '\0' || strlen(size) > 9 ||
        strspn(size, "0123456789") != strlen(size))
        return no_request(err, name, "it has no Content-Length, or none that counts");
    if (strtoul(size, NULL, 10) != out->body.length)
        return no_request(err, name, "its body is not as long as it says");
    return true;
}

// "Signature BASE64" in Authorization, or in x-ms-signature where the registration wants it so.
static bool read_signature(const struct head *head, struct callback *out, struct err *err)
{
    static const char scheme[] = "Signature ";
    const char *usual, *other;
    bool once = find(head, "Authorization", &usual) && find(head, "x-ms-signature", &other);
    bool first = once && usual != NULL && text_starts_nocase(usual, scheme);
    bool second = once && other != NULL && text_starts_nocase(other, scheme);
    if (first == second)
        return err_set(err, E_REFUSED, "%s",
                       first || !once ? "the request has more than one signature"
                                      : "the request has no signature");
    out->signature = (first ? usual : other) + strlen(scheme);
    return true;
}

bool callback_read(struct arena *arena, const char *name, const char *bytes, size_t length,
                   struct callback *out, struct err *err)
{
    struct head *head = ARENA_NEW(arena, struct head);
    *out = (struct callback){0};
    head->count = 0;
    if (length > CALLBACK_MAX)
        return err_set(err, E_LIMIT, "%s is longer than %d bytes", name, CALLBACK_MAX);
    if (!read_head(arena, name, bytes, length, head, out, err) || !read_signature(head, out, err))
        return false;
    if (!find(head, "X-MS-Signature-Algorithm", &out->algorithm) || out->algorithm == NULL)
        return err_set(err, E_REFUSED, "the request does not say, once, how it is signed");
    if (!text_same(out->algorithm, "rsa-sha256"))
        return err_set(err, E_REFUSED, "the request is signed with '%.40s'; only rsa-sha256 is taken",
                       out->algorithm);
    if (!find(head, "X-MS-Certificate-Url", &out->certificate_url) || out->certificate_url == NULL)
        return err_set(err, E_REFUSED, "the request does not say, once, whose certificate it is signed with");
    return true;
}

bool callback_check_address(const struct callback *callback, const char *const *hosts, struct err *err)
{
    struct url url;
    if (!url_parse(callback->certificate_url, &url, err))
        return err_set(err, E_REFUSED, "the certificate's address is not a plain https address: %.100s",
                       callback->certificate_url);
    for (; *hosts != NULL; hosts++)
        if (text_same(*hosts, url.host))
            return true;
    err_set(err, E_REFUSED, "the certificate would come from %.100s, which is not on the list", url.host);
    err_hint(err, "whoever signs could name a place of his own; partner: {certificate_hosts: …} is the list");
    return false;
}

bool callback_verify(struct arena *arena, const struct callback *callback,
                     const struct crypto_bytes *certificate, const struct crypto_bytes *roots,
                     const char *organization, struct err *err)
{
    size_t length = 0;
    const char *fault = crypto_certificate_fault(certificate, roots, organization);
    if (fault != NULL)
        return err_set(err, E_REFUSED, "the certificate is not to be trusted: %s", fault);
    const unsigned char *signature = crypto_base64_decode(arena, callback->signature, &length);
    if (signature == NULL || length == 0)
        return err_set(err, E_REFUSED, "the signature is not base64");
    const struct crypto_bytes made = {signature, length};
    return crypto_rsa_sha256_verify(certificate, &callback->body, &made) ||
           err_set(err, E_REFUSED, "the signature is not one of this certificate's over this body");
}
