// What differs between two states, for people's eyes. Whether something must be sent is data/schema.c's
// business: here a difference of spelling that no service makes (case of ids, /32) is merely not shown in
// lists. Invariant: every field that differs gives at least one row.
#include "report/diff.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "report/target.h"
#include "report/wrap.h"

enum { LABEL_MAX = 34, WIDEST = 400 };

static const char *unknown_why(const struct value *value)
{
    if (value_is(value, VALUE_UNKNOWN))
        return value->text;
    return value_is(value, VALUE_MAP) ? value_text_at(value, "$unknown") : NULL;
}

static bool is_record(const struct value *value)
{
    return value_is(value, VALUE_MAP) && unknown_why(value) == NULL &&
           value_text_at(value, "$secret") == NULL && value_text_at(value, "$blob.digest") == NULL;
}

// "name value" of every leaf, in words that a line can be broken between.
static void add_leaf(struct text *out, const char *name, const struct value *value)
{
    text_addf(out, "%s%s%s", out->length == 0 ? "" : ", ", name, name[0] == '\0' ? "" : " ");
    if (!value_is(value, VALUE_LIST)) {
        text_add(out, diff_value_text(out->arena, value));
        return;
    }
    for (size_t i = 0; i < value_count(value); i++)
        text_addf(out, "%s%s", i == 0 ? "" : " ", diff_value_text(out->arena, value_item(value, i)));
    if (value_count(value) == 0)
        text_add(out, "none");
}

static void add_leaves(struct text *out, const char *name, const struct value *value)
{
    for (size_t i = 0; i < value->count; i++) {
        const char *key = value->fields[i].key;
        const char *path = name[0] == '\0' ? key : arena_printf(out->arena, "%s.%s", name, key);
        const struct value *field = value->fields[i].value;
        if (is_record(field))
            add_leaves(out, path, field);
        else if (!value_is_null(field))
            add_leaf(out, path, field);
    }
}

const char *diff_value_text(struct arena *arena, const struct value *value)
{
    const char *why = unknown_why(value);
    if (why != NULL)
        return arena_printf(arena, "(unknown: %s)", why);
    if (value_is(value, VALUE_SECRET) || value_text_at(value, "$secret") != NULL)
        return "(secret)";
    if (value_is_null(value))
        return "none";
    const char *digest = value_text_at(value, "$blob.digest");
    if (digest != NULL)
        return arena_printf(arena, "(too long for a line of the trail: blobs/%s)", digest);
    if (value_is(value, VALUE_STRING) && text_starts_nocase(value->text, "/subscriptions/") &&
        text_find_nocase(value->text, "/providers/") != NULL)
        return target_resource(arena, value->text, WIDEST);
    if (value_is(value, VALUE_STRING))
        return value->text[0] == '\0' ? "\"\"" : value->text;
    if (!value_is(value, VALUE_MAP) && !value_is(value, VALUE_LIST))
        return json_text(arena, value);
    // A record of one field is that field: {"value": "203.0.113.0/24"}, {"emailAddress": {"address": …}}.
    if (value_is(value, VALUE_MAP) && value->count == 1)
        return diff_value_text(arena, value->fields[0].value);
    struct text out = text_new(arena);
    if (value_is(value, VALUE_MAP))
        add_leaves(&out, "", value);
    else
        add_leaf(&out, "", value);
    return out.length == 0 ? "empty" : out.ptr;
}

static bool same_text(const char *a, const char *b)
{
    struct cidr x, y;
    if (schema_parse_cidr(a, &x) && schema_parse_cidr(b, &y))
        return x.family == y.family && x.bits == y.bits &&
               memcmp(x.address, y.address, sizeof x.address) == 0;
    if (a[0] == '/' || schema_is_guid(a))
        return text_same(a, b);
    return strcmp(a, b) == 0;
}

static bool same_value(const struct value *a, const struct value *b)
{
    if (value_is_null(a) || value_is_null(b))
        return value_is_null(a) && value_is_null(b);
    if (value_is(a, VALUE_STRING) && value_is(b, VALUE_STRING))
        return same_text(a->text, b->text);
    if (value_is(a, VALUE_MAP) && value_is(b, VALUE_MAP)) {
        for (size_t i = 0; i < a->count; i++)
            if (!same_value(a->fields[i].value, value_get(b, a->fields[i].key)))
                return false;
        for (size_t i = 0; i < b->count; i++)
            if (value_get(a, b->fields[i].key) == NULL && !value_is_null(b->fields[i].value))
                return false;
        return true;
    }
    return value_equal(a, b);
}

static bool list_has(const struct value *list, const struct value *item)
{
    for (size_t i = 0; i < value_count(list); i++)
        if (same_value(value_item(list, i), item))
            return true;
    return false;
}

static bool same_list(const struct value *a, const struct value *b)
{
    if (value_count(a) != value_count(b))
        return false;
    for (size_t i = 0; i < value_count(a); i++)
        if (!list_has(b, value_item(a, i)))
            return false;
    return true;
}

static void add_row(struct arena *arena, struct diff *diff, struct diff_row row)
{
    diff->rows = arena_room(arena, diff->rows, diff->count, sizeof *diff->rows);
    diff->rows[diff->count++] = row;
}

static const char *below(struct arena *arena, const char *field, const char *key)
{
    if (field[0] == '\0')
        return key;
    return strcmp(field, "properties") == 0 ? key : arena_printf(arena, "%s.%s", field, key);
}

// What identifies a record in a list: the first of these fields that every entry has.
static const char *identity(const struct value *list)
{
    static const char *const keys[] = {"id", "kid", "objectId", "principalId", "appId", "name"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t count = 0;
        while (count < value_count(list) && value_is(value_item(list, count), VALUE_MAP) &&
               value_text_at(value_item(list, count), keys[i]) != NULL)
            count++;
        if (count > 0 && count == value_count(list))
            return keys[i];
    }
    return NULL;
}

static const struct value *entry_of(const struct value *list, const char *key, const char *id)
{
    for (size_t i = 0; i < value_count(list); i++)
        if (same_text(value_text_at(value_item(list, i), key), id))
            return value_item(list, i);
    return NULL;
}

static void compare(struct arena *arena, struct diff *diff, struct diff_row at, bool partial);

// Lists of the same entries, changed inside: each entry by its name. False: entries come or go, or have no
// names.
static bool compare_entries(struct arena *arena, struct diff *diff, struct diff_row at, bool partial)
{
    const char *key = identity(at.before);
    if (key == NULL || !text_is(identity(at.after), key) || value_count(at.before) != value_count(at.after))
        return false;
    for (size_t i = 0; i < value_count(at.before); i++)
        if (entry_of(at.after, key, value_text_at(value_item(at.before, i), key)) == NULL)
            return false;
    for (size_t i = 0; i < value_count(at.before); i++) {
        const char *id = value_text_at(value_item(at.before, i), key);
        const char *field = arena_printf(arena, "%s %s", at.field, target_name(arena, id));
        compare(arena, diff, (struct diff_row){field, value_item(at.before, i), entry_of(at.after, key, id)},
                partial);
    }
    return true;
}

static void compare(struct arena *arena, struct diff *diff, struct diff_row at, bool partial)
{
    if (value_is_null(at.before) && value_is_null(at.after))
        return;
    bool records = (is_record(at.before) || value_is_null(at.before)) &&
                   (is_record(at.after) || value_is_null(at.after));
    if (records) {
        for (size_t i = 0; is_record(at.before) && i < at.before->count; i++) {
            const char *key = at.before->fields[i].key;
            const struct value *after = value_get(at.after, key);
            if (after == NULL && partial && is_record(at.after))
                continue;
            compare(arena, diff,
                    (struct diff_row){below(arena, at.field, key), at.before->fields[i].value, after},
                    partial);
        }
        for (size_t i = 0; is_record(at.after) && i < at.after->count; i++) {
            const char *key = at.after->fields[i].key;
            if (value_get(at.before, key) == NULL)
                compare(arena, diff,
                        (struct diff_row){below(arena, at.field, key), NULL, at.after->fields[i].value},
                        partial);
        }
        return;
    }
    bool lists = value_is(at.before, VALUE_LIST) && value_is(at.after, VALUE_LIST);
    if (lists && compare_entries(arena, diff, at, partial))
        return;
    if (lists ? !same_list(at.before, at.after) : !same_value(at.before, at.after))
        add_row(arena, diff, at);
}

struct diff diff_new(struct arena *arena, const struct value *before, const struct value *after, bool partial)
{
    struct diff diff = {0};
    compare(arena, &diff, (struct diff_row){"", before, after}, partial);
    return diff;
}

void diff_append(struct arena *arena, struct diff *diff, const struct diff *more)
{
    for (size_t i = 0; i < more->count; i++)
        add_row(arena, diff, more->rows[i]);
}

static void label(struct wrap *wrap, const char *field, int indent, int column)
{
    wrap_begin(wrap, indent, column + 2);
    wrap_put(wrap, WRAP_PLAIN, field);
    wrap_tab(wrap, column);
}

static void print_list(struct wrap *wrap, const struct diff_row *row, int indent, int column)
{
    struct arena *arena = wrap->out->arena;
    size_t kept = 0, shown = 0;
    for (size_t i = 0; i < value_count(row->before); i++) {
        const struct value *item = value_item(row->before, i);
        if (list_has(row->after, item)) {
            kept++;
            continue;
        }
        label(wrap, shown++ == 0 ? row->field : "", indent, column);
        wrap_put(wrap, WRAP_RED, arena_printf(arena, "- %s", diff_value_text(arena, item)));
        wrap_end(wrap);
    }
    for (size_t i = 0; i < value_count(row->after); i++) {
        const struct value *item = value_item(row->after, i);
        if (list_has(row->before, item))
            continue;
        label(wrap, shown++ == 0 ? row->field : "", indent, column);
        wrap_put(wrap, WRAP_GREEN, arena_printf(arena, "+ %s", diff_value_text(arena, item)));
        wrap_end(wrap);
    }
    if (shown == 0 || kept > 0) {
        label(wrap, shown == 0 ? row->field : "", indent, column);
        wrap_put(wrap, WRAP_DIM,
                 shown == 0 ? "the same entries, repeated or fewer times"
                            : arena_printf(arena, "(%zu kept)", kept));
        wrap_end(wrap);
    }
}

static void print_row(struct wrap *wrap, const struct diff_row *row, int indent, int column)
{
    struct arena *arena = wrap->out->arena;
    bool list = value_is(row->before, VALUE_LIST) || value_is(row->after, VALUE_LIST);
    if (list && (value_is_null(row->before) || value_is(row->before, VALUE_LIST)) &&
        (value_is_null(row->after) || value_is(row->after, VALUE_LIST)) &&
        value_count(row->before) + value_count(row->after) > 0) {
        print_list(wrap, row, indent, column);
        return;
    }
    label(wrap, row->field[0] == '\0' ? "the resource" : row->field, indent, column);
    wrap_put(wrap, WRAP_RED, diff_value_text(arena, row->before));
    wrap_put(wrap, WRAP_PLAIN, " → ");
    wrap_put(wrap, WRAP_GREEN, diff_value_text(arena, row->after));
    wrap_end(wrap);
}

void diff_print(struct wrap *wrap, const struct diff *diff, int indent)
{
    int widest = 0;
    for (size_t i = 0; i < diff->count; i++) {
        int width = wrap_width(diff->rows[i].field);
        if (width > widest && width <= LABEL_MAX)
            widest = width;
    }
    for (size_t i = 0; i < diff->count; i++)
        print_row(wrap, &diff->rows[i], indent, indent + widest + 2);
}

void diff_print_values(struct wrap *wrap, const struct diff *diff, int indent)
{
    struct arena *arena = wrap->out->arena;
    for (int lines = 0; lines <= 1; lines++) // to whom and about what, before the text
        for (size_t i = 0; i < diff->count; i++) {
            const struct diff_row *row = &diff->rows[i];
            const char *shown = diff_value_text(arena, row->after);
            if ((strchr(shown, '\n') != NULL) != (lines == 1))
                continue;
            wrap_begin(wrap, indent, indent + 2);
            wrap_put(wrap, WRAP_DIM, arena_printf(arena, "%s ", row->field[0] == '\0' ? "body" : row->field));
            if (!lines)
                wrap_put(wrap, WRAP_PLAIN, shown);
            wrap_end(wrap);
            if (lines) // whoever approves it reads what the receiver will read
                wrap_lines(wrap, indent + 2, shown);
        }
}

static bool has_row(const struct diff *diff, const struct diff_row *row)
{
    for (size_t i = 0; i < diff->count; i++)
        if (strcmp(diff->rows[i].field, row->field) == 0 && value_equal(diff->rows[i].before, row->before) &&
            value_equal(diff->rows[i].after, row->after))
            return true;
    return false;
}

struct diff diff_shared(struct arena *arena, const struct diff *diffs, size_t count)
{
    struct diff shared = {0};
    for (size_t i = 0; count > 0 && i < diffs[0].count; i++) {
        bool all = true;
        for (size_t j = 1; all && j < count; j++)
            all = has_row(&diffs[j], &diffs[0].rows[i]);
        if (all)
            add_row(arena, &shared, diffs[0].rows[i]);
    }
    return shared;
}

struct diff diff_without(struct arena *arena, const struct diff *diff, const struct diff *shared)
{
    struct diff rest = {0};
    for (size_t i = 0; i < diff->count; i++)
        if (!has_row(shared, &diff->rows[i]))
            add_row(arena, &rest, diff->rows[i]);
    return rest;
}
