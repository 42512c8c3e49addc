// The scalar types' texts: GUIDs, addresses, ids, mail addresses, names, URLs. Not for values
// (schema_check.c). Invariant: what fits can stand in a URL's path or a header without changing its
// structure; no control characters.
#include "data/schema_text.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

bool schema_is_guid(const char *text)
{
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : text_hex_value(text[i]) < 0)
            return false;
    }
    return text[36] == '\0';
}

bool schema_parse_cidr(const char *text, struct cidr *cidr)
{
    char address[64];
    const char *slash = strchr(text, '/');
    size_t length = slash == NULL ? strlen(text) : (size_t)(slash - text);
    if (length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    memset(cidr, 0, sizeof *cidr);
    if (inet_pton(AF_INET, address, cidr->address) == 1)
        cidr->family = 4;
    else if (inet_pton(AF_INET6, address, cidr->address) == 1)
        cidr->family = 6;
    else
        return false;
    int most = cidr->family == 4 ? 32 : 128;
    cidr->bits = most;
    if (slash != NULL) {
        size_t digits = strspn(slash + 1, "0123456789");
        if (digits == 0 || digits > 3 || slash[1 + digits] != '\0')
            return false;
        cidr->bits = 0;
        for (size_t i = 1; i <= digits; i++)
            cidr->bits = cidr->bits * 10 + (slash[i] - '0');
        if (cidr->bits > most)
            return false;
    }
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (cidr->family == 6 && cidr->bits >= 96 && memcmp(cidr->address, mapped, 12) == 0) {
        memmove(cidr->address, cidr->address + 12, 4);
        memset(cidr->address + 4, 0, 12);
        cidr->family = 4;
        cidr->bits -= 96;
    }
    for (int bit = cidr->bits; bit < 128; bit++)
        cidr->address[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
    return true;
}

bool schema_cidr_contains(const struct cidr *network, const struct cidr *inner)
{
    if (network->family != inner->family || network->bits > inner->bits)
        return false;
    for (int bit = 0; bit < network->bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((network->address[bit / 8] & mask) != (inner->address[bit / 8] & mask))
            return false;
    }
    return true;
}

bool schema_is_ip(const char *text)
{
    struct cidr cidr;
    return strchr(text, '/') == NULL && schema_parse_cidr(text, &cidr);
}

static bool has_control(const char *text)
{
    while (*text != '\0' && (unsigned char)*text >= 0x20 && *text != 0x7F)
        text++;
    return *text != '\0';
}

// Plain segments only: no empty ones, no dots alone, nothing that a URL reads otherwise.
static bool is_id(const char *text)
{
    if (*text != '/' || has_control(text))
        return false;
    while (*text == '/') {
        size_t length = strcspn(++text, "/");
        if (length == 0 || (length <= 2 && strspn(text, ".") >= length) || strcspn(text, "?#%\\") < length)
            return false;
        text += length;
    }
    return true;
}

bool schema_is_email(const char *text)
{
    const char *at = strrchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strlen(text) <= 320 && strchr(at + 1, '.') != NULL &&
           strpbrk(text, " \"<>()[]\\,;:") == NULL && !has_control(text);
}

static bool is_name(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= 127 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool is_version(const char *text)
{
    size_t length = 0;
    while (text_hex_value(text[length]) >= 0)
        length++;
    return length == 32 && text[length] == '\0';
}

static bool is_url(const char *text)
{
    return text_starts(text, "https://") && strlen(text) < 4096 && strpbrk(text, " \"<>\\^`{|}@") == NULL &&
           !has_control(text);
}

bool schema_text_fits(const struct schema *schema, const char *text)
{
    struct cidr cidr;
    int64_t ms;
    switch (schema->kind) {
    case SCHEMA_ID:
        return is_id(text);
    case SCHEMA_GUID:
        return schema_is_guid(text);
    case SCHEMA_IP:
        return schema_is_ip(text);
    case SCHEMA_CIDR:
        return schema_parse_cidr(text, &cidr);
    case SCHEMA_UPN:
    case SCHEMA_EMAIL:
        return schema_is_email(text);
    case SCHEMA_NAME:
        return is_name(text);
    case SCHEMA_VERSION:
        return is_version(text);
    case SCHEMA_URL:
        return is_url(text);
    case SCHEMA_TIME:
        return clock_parse(text, &ms);
    case SCHEMA_DURATION:
        return clock_parse_duration(text, &ms);
    case SCHEMA_ENUM:
        return text_is_one_of(text, schema->values);
    default:
        return schema->kind == SCHEMA_STRING || schema->kind == SCHEMA_ANY;
    }
}
