// Whether what a function gives is of the shape that its declaration says. Not for the forms of texts, which
// are the service's (schema_check.c). Invariant: a name that is not declared is found wherever it stands: it
// would be nil to whoever reads the one that was meant, and not be compared.
#include "data/schema.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/schema_text.h"
#include "data/value.h"

struct fit {
    struct arena *arena;
    bool whole;       // all that is not optional has to be there
    const char *what; // the value is called
    struct err *err;
};

// The way to a value, which is written down only where something is wrong.
struct way {
    const struct way *outer; // NULL: the value as a whole
    const char *name;        // of a field; NULL: an item
    size_t item;             // its number, from 1
};

static bool fits(const struct fit *fit, const struct schema *schema, const struct value *value,
                 const struct value *known, const struct way *way);

static const char *path_of(const struct fit *fit, const struct way *way)
{
    if (way->outer == NULL)
        return "";
    const char *outer = path_of(fit, way->outer);
    return way->name == NULL
               ? arena_printf(fit->arena, "%s[%zu]", outer, way->item)
               : arena_printf(fit->arena, "%s%s%s", outer, *outer == '\0' ? "" : ".", way->name);
}

// "'a.b' of the result"
static const char *called(const struct fit *fit, const struct way *way)
{
    return way->outer == NULL ? fit->what
                              : arena_printf(fit->arena, "'%s' of %s", path_of(fit, way), fit->what);
}

static bool is_kind(const struct schema *schema, const struct value *value)
{
    switch (schema->kind) {
    case SCHEMA_ANY:
        return true;
    case SCHEMA_INT:
        return value->kind == VALUE_INT;
    case SCHEMA_NUMBER:
        return value->kind == VALUE_INT || value->kind == VALUE_NUMBER;
    case SCHEMA_BOOL:
        return value->kind == VALUE_BOOL;
    case SCHEMA_LIST:
    case SCHEMA_SET:
        return value->kind == VALUE_LIST;
    case SCHEMA_RECORD:
    case SCHEMA_MAP: // Lua's {} is a list
        return value->kind == VALUE_MAP || (value->kind == VALUE_LIST && value_count(value) == 0);
    default:
        return value->kind == VALUE_STRING || value->kind == VALUE_SECRET;
    }
}

static bool no_such(const struct fit *fit, const struct schema *record, const struct way *way,
                    const char *name)
{
    const char **names = schema_names(fit->arena, record);
    err_set(fit->err, E_TYPE, "%s has '%.60s', which is not declared", called(fit, way), name);
    if (err_suggest(fit->err, name, names) == NULL)
        err_hint(fit->err, "declared: %s", text_join(fit->arena, names, ", "));
    return false;
}

static bool record_fits(const struct fit *fit, const struct schema *schema, const struct value *value,
                        const struct value *known, const struct way *way)
{
    bool map = value->kind == VALUE_MAP;
    for (size_t i = 0; map && i < value->count; i++)
        if (schema_field(schema, value->fields[i].key) == NULL &&
            value_get(known, value->fields[i].key) == NULL)
            return no_such(fit, schema, way, value->fields[i].key);
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct schema_field *field = &schema->fields[i];
        const struct value *inner = map ? value_get(value, field->name) : NULL;
        if (!value_is_null(inner)) {
            const struct way further = {way, field->name, 0};
            if (!fits(fit, field->schema, inner, value_get(known, field->name), &further))
                return false;
        } else if (fit->whole && !field->schema->optional) {
            return err_set(fit->err, E_TYPE, "%s has no '%s', which is not declared as optional",
                           called(fit, way), field->name);
        }
    }
    return true;
}

static bool fits(const struct fit *fit, const struct schema *schema, const struct value *value,
                 const struct value *known, const struct way *way)
{
    if (value->kind == VALUE_UNKNOWN)
        return true;
    if (!is_kind(schema, value))
        return err_set(fit->err, E_TYPE, "%s is %s, and declared as %s", called(fit, way),
                       value_kind_name(value), schema_word(schema));
    if (schema->kind == SCHEMA_RECORD && schema->field_count > 0)
        return record_fits(fit, schema, value, known, way);
    if (schema->of == NULL || !fit->whole)
        return true;
    for (size_t i = 0; i < value_count(value); i++) {
        const struct value *inner = value->kind == VALUE_LIST ? value->items[i] : value->fields[i].value;
        const struct way further = {way, NULL, i + 1};
        if (!value_is_null(inner) && !fits(fit, schema->of, inner, NULL, &further))
            return false;
    }
    return true;
}

bool schema_fits(struct arena *arena, const struct schema *record, const struct value *value,
                 const char *what, struct err *err)
{
    const struct fit fit = {arena, true, what, err};
    return value_is_null(value) || fits(&fit, record, value, NULL, &(struct way){0});
}

bool schema_fits_part(struct arena *arena, const struct schema *record, const struct value *value,
                      const struct value *known, const char *what, struct err *err)
{
    const struct fit fit = {arena, false, what, err};
    return value_is_null(value) || fits(&fit, record, value, known, &(struct way){0});
}
