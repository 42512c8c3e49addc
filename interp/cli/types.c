// Describes schemas. It checks nothing. Invariant: every field of a record is named once, in the record's
// order.
#include "cli/types.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "report/wrap.h"

char *types_text(struct arena *arena, const struct schema *schema)
{
    struct text out = text_new(arena);
    if (schema->kind == SCHEMA_ENUM && schema->values != NULL)
        return text_join(arena, schema->values, " | ");
    text_add(&out, schema_word(schema));
    if (schema->of != NULL)
        text_addf(&out, " of %s", types_text(arena, schema->of));
    return out.ptr;
}

void types_print(struct wrap *wrap, int indent, const struct schema *record)
{
    struct arena *arena = wrap->out->arena;
    int widest = 0;
    for (size_t i = 0; i < record->field_count; i++)
        if (wrap_width(record->fields[i].name) > widest)
            widest = wrap_width(record->fields[i].name);
    int column = indent + (widest > 20 ? 20 : widest) + 2;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema *field = record->fields[i].schema;
        wrap_begin(wrap, indent, column);
        wrap_put(wrap, WRAP_BOLD, record->fields[i].name);
        wrap_tab(wrap, column);
        wrap_put(wrap, WRAP_CYAN, types_text(arena, field));
        if (field->otherwise != NULL)
            wrap_put(wrap, WRAP_DIM, arena_printf(arena, ", default %s", json_text(arena, field->otherwise)));
        else if (field->optional)
            wrap_put(wrap, WRAP_DIM, ", optional");
        if (field->help != NULL)
            wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, ": %s", field->help));
        wrap_end(wrap);
        if (field->kind == SCHEMA_RECORD && field->field_count > 0)
            types_print(wrap, column, field);
        else if (field->of != NULL && field->of->kind == SCHEMA_RECORD && field->of->field_count > 0)
            types_print(wrap, column, field->of);
    }
}

const struct value *types_value(struct arena *arena, const struct schema *record)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; record != NULL && i < record->field_count; i++) {
        const struct schema *field = record->fields[i].schema;
        const struct schema *inner = field->kind == SCHEMA_RECORD ? field : field->of;
        struct value *map = value_map(arena);
        value_put_text(arena, map, "name", record->fields[i].name);
        value_put_text(arena, map, "type", types_text(arena, field));
        value_put(arena, map, "optional", value_bool(field->optional));
        if (field->otherwise != NULL)
            value_put(arena, map, "default", field->otherwise);
        value_put_text(arena, map, "help", field->help);
        if (inner != NULL && inner->kind == SCHEMA_RECORD)
            value_put(arena, map, "fields", types_value(arena, inner));
        value_append(arena, list, map);
    }
    return list;
}
