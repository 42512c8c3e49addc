// The table of members that hold secrets, laid over answers. Not for secrets that the core makes: they are
// secrets from their beginning. Invariant: nothing but the texts of the table changes.
#include "policy/secret_fields.h"

#include "base/text.h"
#include "data/value.h"
#include "policy/cloud.h"
#include "policy/url.h"

static const struct {
    enum host_kind kind;
    const char *member;
} rows[] = {
#define X(kind, member) {kind, member},
#include "policy/secret_fields.def"
#undef X
};

static bool is_secret(enum host_kind kind, const char *member, const struct value *value)
{
    if (!value_is(value, VALUE_STRING))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind && text_same(rows[i].member, member))
            return true;
    return false;
}

static bool has_one(enum host_kind kind, const struct value *value)
{
    for (size_t i = 0; value_is(value, VALUE_LIST) && i < value->count; i++)
        if (has_one(kind, value->items[i]))
            return true;
    for (size_t i = 0; value_is(value, VALUE_MAP) && i < value->count; i++)
        if (is_secret(kind, value->fields[i].key, value->fields[i].value) ||
            has_one(kind, value->fields[i].value))
            return true;
    return false;
}

static const struct value *hide(struct arena *arena, enum host_kind kind, const struct value *value)
{
    if (value_is(value, VALUE_LIST)) {
        struct value *list = value_list(arena);
        for (size_t i = 0; i < value->count; i++)
            value_append(arena, list, hide(arena, kind, value->items[i]));
        return list;
    }
    if (!value_is(value, VALUE_MAP))
        return value;
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value->count; i++) {
        const struct value_field *field = &value->fields[i];
        const struct value *shown = is_secret(kind, field->key, field->value)
                                        ? value_secret(arena, value_text(field->value))
                                        : hide(arena, kind, field->value);
        value_add(arena, map, field->key, shown);
    }
    return map;
}

const struct value *secret_fields_hide(struct arena *arena, const struct cloud *cloud, const char *from,
                                       const struct value *body)
{
    struct url url;
    if (body == NULL || !url_parse(from, &url, NULL))
        return body;
    enum host_kind kind = cloud_host_kind(cloud, url.host);
    return has_one(kind, body) ? hide(arena, kind, body) : body;
}
