// Strict reading of URLs. Not for what a host or path means (cloud.c, gate.c).
// Invariant: two URLs that a server could take for the same resource do not read differently here: needless
// encodings are refused, so decoding cannot reveal another path than the one that was judged.
#include "policy/url.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "data/schema.h"

static bool refuse(struct err *err, const char *why)
{
    return err_set(err, E_REFUSED, "the URL is refused: %s", why);
}

static bool is_unreserved(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// The byte that "%xy" stands for, or -1.
static int decode(const char *at)
{
    int high = text_hex_value(at[1]), low = high < 0 ? -1 : text_hex_value(at[2]);
    return low < 0 ? -1 : high * 16 + low;
}

static bool check_bytes(const char *text, struct err *err)
{
    if (strlen(text) > URL_MAX)
        return refuse(err, "it is longer than 8 KiB");
    for (const char *c = text; *c != '\0'; c++)
        if (*c < 0x21 || *c > 0x7e)
            return refuse(err, "a space, control or non-ASCII byte stands in it");
    if (strchr(text, '\\') != NULL)
        return refuse(err, "a backslash stands in it");
    if (strchr(text, '#') != NULL)
        return refuse(err, "it has a fragment");
    return true;
}

// Lowers the host in place and cuts the port off.
static bool parse_host(char *authority, struct err *err)
{
    char *colon = strchr(authority, ':');
    if (strchr(authority, '@') != NULL)
        return refuse(err, "a user stands before its host");
    if (colon != NULL) {
        if (strcmp(colon, ":443") != 0)
            return refuse(err, "its port is not 443");
        *colon = '\0';
    }
    size_t length = strlen(authority), label = 0;
    for (char *c = authority; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
        if (*c == '.' ? label == 0 : !(is_unreserved(*c) && *c != '_' && *c != '~'))
            return refuse(err, "its host is not a plain name");
        label = *c == '.' ? 0 : label + 1;
    }
    // An address, and what other readers would take for one ("169.25"), is no name.
    bool number = authority[length - label] >= '0' && authority[length - label] <= '9';
    return (length <= 253 && label > 0 && !number) || refuse(err, "its host is not a plain name");
}

// Decodes one segment in place.
static bool parse_segment(char *segment, struct err *err)
{
    for (const char *c = segment; *c != '\0'; c++) {
        if (*c != '%' && !is_unreserved(*c) && strchr("!$&'()*+,;=:@", *c) == NULL)
            return refuse(err, "a character stands in its path that must be encoded");
        if (*c != '%')
            continue;
        int byte = decode(c);
        if (byte < 0)
            return refuse(err, "a broken percent-encoding");
        if (byte == '/') {
            (void)refuse(err, "a percent-encoding that hides a slash");
            err_hint(err, "in a template of `uri`, {name} is one segment; a path or id is written {+name}");
            return false;
        }
        if (byte < 0x20 || byte == 0x7f || byte == '\\' || byte == '%' || is_unreserved(byte))
            return refuse(err, "a percent-encoding that hides a plain character or a control");
    }
    size_t length = strlen(segment);
    url_decode(segment, length, segment, length + 1);
    if (*segment == '\0' || strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
        return refuse(err, "an empty or dot segment in its path");
    for (size_t at = 0, size; segment[at] != '\0'; at += size) {
        size = text_utf8(segment + at, length - at, NULL);
        if (size == 0)
            return refuse(err, "a percent-encoding that is not UTF-8");
    }
    return true;
}

static bool parse_path(char *path, struct url *url, struct err *err)
{
    while (*path != '\0') {
        char *end = path + strcspn(path, "/");
        char stop = *end;
        *end = '\0';
        if (url->count == URL_MAX_SEGMENTS)
            return refuse(err, "its path is too deep");
        if (!parse_segment(path, err))
            return false;
        url->segments[url->count++] = path;
        if (stop == '\0')
            return true;
        path = end + 1;
        if (*path == '\0')
            return refuse(err, "an empty or dot segment in its path");
    }
    return true;
}

static bool check_query(const char *query, struct err *err)
{
    for (const char *c = query; *c != '\0'; c++)
        if (*c == '%' && decode(c) <= 0)
            return refuse(err, "a broken percent-encoding");
    return true;
}

bool url_parse(const char *text, struct url *url, struct err *err)
{
    static const char scheme[] = "https://";
    url->count = 0;
    url->query = NULL;
    if (!check_bytes(text, err))
        return false;
    if (!text_starts(text, scheme))
        return refuse(err, "it does not begin with https://");
    // One byte more than the text: the path is moved by one, so that host and path can both end in NUL.
    size_t host = strcspn(text + strlen(scheme), "/?");
    const char *rest = text + strlen(scheme) + host;
    memcpy(url->text, text + strlen(scheme), host);
    url->text[host] = '\0';
    char *path = url->text + host + 1;
    memcpy(path, rest, strlen(rest) + 1);
    url->host = url->text;
    char *query = strchr(path, '?');
    if (query != NULL) {
        *query = '\0';
        url->query = query + 1;
        if (!check_query(url->query, err))
            return false;
    }
    return parse_host(url->text, err) && parse_path(*path == '/' ? path + 1 : path, url, err);
}

static bool matches_one(const char *segment, const char *template, size_t length)
{
    if (length == 6 && strncmp(template, "{guid}", 6) == 0)
        return schema_is_guid(segment);
    if (template[0] == '{')
        return true;
    return strlen(segment) == length && strncasecmp(segment, template, length) == 0;
}

// How many segments a template has, "{+scope}" as none.
static size_t template_count(const char *template)
{
    size_t count = 0;
    for (const char *c = template; *c != '\0'; c++)
        count += *c == '/' && strncmp(c, "/{+", 3) != 0;
    return count;
}

bool url_matches(const struct url *url, const char *template)
{
    size_t fixed = template_count(template), at = 0;
    if (url->count < fixed)
        return false;
    while (*template == '/') {
        size_t length = strcspn(++template, "/");
        if (strncmp(template, "{+", 2) == 0) {
            size_t scope = url->count - fixed;
            if (scope < 2 || (!text_same(url->segments[at], "subscriptions") &&
                              !text_same(url->segments[at], "providers")))
                return false;
            at += scope;
        } else if (!matches_one(url->segments[at++], template, length)) {
            return false;
        }
        template += length;
    }
    return at == url->count;
}

bool url_is_beneath(const struct url *url, const char *id)
{
    size_t at = 0;
    while (*id == '/') {
        size_t length = strcspn(++id, "/");
        if (length == 0)
            break;
        if (at == url->count || strlen(url->segments[at]) != length ||
            strncasecmp(url->segments[at], id, length) != 0)
            return false;
        at++;
        id += length;
    }
    return *id == '\0' && at > 0;
}

bool url_id_is_beneath(const char *text, const char *id)
{
    size_t length = strlen(id);
    while (length > 0 && id[length - 1] == '/')
        length--;
    if (*text != '/' || length == 0 || strncasecmp(text, id, length) != 0 ||
        (text[length] != '\0' && text[length] != '/'))
        return false;
    for (const char *at = text; *at == '/';) {
        size_t segment = strcspn(++at, "/");
        if (segment <= 2 && strspn(at, ".") >= segment)
            return false;
        at += segment;
    }
    return true;
}

void url_decode(const char *from, size_t length, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 1 < size; i++) {
        int byte = from[i] == '%' && length - i >= 3 ? decode(from + i) : -1;
        out[used++] = byte > 0 ? (char)byte : from[i];
        i += byte > 0 ? 2 : 0;
    }
    out[used] = '\0';
}
