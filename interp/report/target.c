// Shortens ids and URLs for people. Invariant: names that people gave are kept as long as the width allows;
// what is shortened first is what only machines read.
#include "report/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/wrap.h"

enum { KEPT_OF_ID = 8 };

// A GUID, or a version of 32 digits.
static bool is_long_id(const char *segment, size_t length)
{
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        bool hex = strchr("0123456789abcdefABCDEF", segment[i]) != NULL;
        if (!hex && segment[i] != '-')
            return false;
        digits += hex;
    }
    return digits == 32 && (length == 32 || length == 36);
}

static const char *short_path(struct arena *arena, const char *path)
{
    struct text out = text_new(arena);
    for (const char *s = path; *s != '\0';) {
        size_t length = strcspn(s, "/");
        bool cut = is_long_id(s, length);
        text_addn(&out, s, cut ? KEPT_OF_ID : length);
        text_add(&out, cut ? "…" : "");
        s += length;
        if (*s == '/')
            text_addc(&out, *s++);
    }
    return out.ptr;
}

// Past "https://", and past Resource Manager's own host, which goes without saying.
static const char *past_host(const char *url)
{
    const char *rest = text_starts(url, "https://") ? url + strlen("https://") : url;
    return text_starts_nocase(rest, "management.azure.com/") ? strchr(rest, '/') : rest;
}

const char *target_request(struct arena *arena, const struct value *request, int width)
{
    const char *method = value_text_at(request, "method"), *url = value_text_at(request, "url");
    if (method == NULL || url == NULL)
        return "";
    const char *rest = past_host(url);
    const char *path = short_path(arena, arena_strndup(arena, rest, strcspn(rest, "?")));
    return wrap_cut(arena, arena_printf(arena, "%s %s", method, path), width, true);
}

const char *target_resource(struct arena *arena, const char *id, int width)
{
    if (id == NULL || id[0] == '\0')
        return "(no resource)";
    const char *group = text_find_nocase(id, "/resourceGroups/"),
               *provider = text_find_nocase(id, "/providers/");
    const char *type = provider == NULL ? NULL : strchr(provider + strlen("/providers/"), '/');
    if (!text_starts_nocase(id, "/subscriptions/") || group == NULL || type == NULL || group > provider)
        return wrap_cut(arena, short_path(arena, past_host(id)), width, true);
    const char *name = short_path(arena, type + 1);
    const char *subscription = id + strlen("/subscriptions/");
    size_t digits = strcspn(subscription, "/");
    group += strlen("/resourceGroups/");
    const char *whole = arena_printf(arena, "%s in %.*s, subscription %.*s…", name, (int)strcspn(group, "/"),
                                     group, (int)(digits < KEPT_OF_ID ? digits : KEPT_OF_ID), subscription);
    return wrap_width(whole) <= width ? whole : wrap_cut(arena, name, width, true);
}

const char *target_name(struct arena *arena, const char *id)
{
    const char *slash = strrchr(id, '/');
    return short_path(arena, slash == NULL || slash[1] == '\0' ? id : slash + 1);
}
