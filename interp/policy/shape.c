// Declared shapes → checked values. Not for what the values mean. Invariant: a value has its place in the
// file, and one that the file leaves out has none.
#include "policy/shape.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"

const struct value *shape_check(struct arena *arena, const char *fields, const struct value *value,
                                const char *what, struct err_list *errors)
{
    struct err bug = {0};
    const struct value *declaration = json_parse(arena, NULL, fields, strlen(fields), &bug);
    const struct schema *schema = declaration == NULL ? NULL : schema_parse_fields(arena, declaration, &bug);
    if (schema == NULL)
        panic("the shape of %s: %s", what, bug.message);
    if (value_is_null(value))
        value = value_map(arena);
    if (!value_is(value, VALUE_MAP)) {
        err_list_add(errors, ERR_ERROR, E_TYPE, value_pos(value), "%s is written as name: value", what);
        return NULL;
    }
    return schema_check_all(arena, schema, value, what, errors);
}

const char **shape_texts(struct arena *arena, const struct value *map, const char *path)
{
    const struct value *list = value_at(map, path);
    const char **texts = ARENA_ARRAY(arena, const char *, value_count(list) + 1);
    for (size_t i = 0; i < value_count(list); i++)
        texts[i] = value_text(value_item(list, i));
    return texts;
}
