// The sorts of values that members of a playbook have. Not for which members there are (step.c, playbook.c).
// Invariant: whoever gets NULL or -1 finds the reason in the list.
#include "playbook/form.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/mention.h"

struct err *form_error(struct form *form, enum err_code code, struct src_pos pos, const char *format, ...)
{
    char message[300];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return err_list_add(form->errors, ERR_ERROR, code, pos, "%s", message);
}

// What other languages of this sort call our keys.
static const char *ours(const char *key)
{
    static const char *const words[][2] = {
        {"if", "when"},           {"unless", "when"},     {"loop", "for_each"},
        {"name", "id"},           {"args", "with"},       {"action", "do"},
        {"default", "otherwise"}, {"options", "choices"}, {"script", "lua"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], key) == 0)
            return words[i][1];
    return key;
}

size_t form_mistakes(const struct form *form)
{
    return form->errors->errors - form->reader.wrong;
}

static const char *unknown(struct form *form, const struct value_field *field, const char *where,
                           const char *const *known)
{
    struct err *err = form_error(form, E_CHECK, value_key_pos(field->value), "'%.60s' is not a key of %s",
                                 field->key, where);
    const char *near = err_suggest(err, ours(field->key), known);
    if (near == NULL && strchr(field->key, ' ') != NULL)
        err_hint(err, "a text with ', ' or ': ' in it is written in quotes");
    else if (near == NULL)
        err_hint(err, "its keys: %s", text_join(form->arena, known, ", "));
    form->mended++;
    return near;
}

void form_unknown(struct form *form, const struct value_field *field, const char *where,
                  const char *const *known)
{
    (void)unknown(form, field, where, known);
}

const struct value *form_mend(struct form *form, const struct value *map, const char *where,
                              const char *const *known)
{
    size_t i = 0;
    while (i < map->count && text_is_one_of(map->fields[i].key, known))
        i++;
    if (i == map->count)
        return map;
    struct value *mended = value_like(form->arena, VALUE_MAP, map);
    for (i = 0; i < map->count; i++) {
        const struct value_field *field = &map->fields[i];
        const char *key = text_is_one_of(field->key, known) ? field->key : unknown(form, field, where, known);
        bool taken = key != NULL && key != field->key && value_get(map, key) != NULL;
        const char *text = value_text(field->value);
        if (text_is(key, "id") && key != field->key) // a title is no id
            taken = taken || text == NULL || !mention_is_name(text);
        if (key != NULL && !taken && value_get(mended, key) == NULL)
            value_add(form->arena, mended, key, field->value);
    }
    return mended;
}

const char *form_text(struct form *form, const struct value_field *field)
{
    const char *text = value_text(field->value);
    if (text != NULL && *text != '\0')
        return text;
    struct err *err = form_error(form, E_TYPE, value_pos(field->value), "'%s' must be a text, not %s",
                                 field->key, text != NULL ? "an empty one" : value_kind_name(field->value));
    const char *source = value_source(field->value);
    if (source != NULL && *source != '\0')
        err_hint(err, "write '%.60s' in quotes", source);
    return NULL;
}

int form_word(struct form *form, const struct value_field *field, const char *const *words)
{
    const char *text = form_text(form, field);
    if (text == NULL)
        return -1;
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    err_hint(form_error(form, E_CHECK, value_pos(field->value), "'%s' cannot be '%.60s'", field->key, text),
             "its values: %s", text_join(form->arena, words, ", "));
    return -1;
}

const char **form_words(struct form *form, const struct value_field *field, struct src_pos **positions)
{
    const struct value *value = field->value;
    size_t count = value_is(value, VALUE_LIST) ? value->count : 1;
    const char **words = ARENA_ARRAY(form->arena, const char *, count + 1);
    *positions = ARENA_ARRAY(form->arena, struct src_pos, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct value *item = value_is(value, VALUE_LIST) ? value->items[i] : value;
        struct value_field member = {field->key, item};
        words[i] = form_text(form, &member);
        (*positions)[i] = value_pos(item);
        if (words[i] == NULL)
            return NULL;
    }
    return words;
}

int64_t form_duration(struct form *form, const struct value_field *field)
{
    int64_t ms;
    const char *text = value_text(field->value);
    if (text != NULL && clock_parse_duration(text, &ms) && ms > 0)
        return ms;
    err_hint(form_error(form, E_TYPE, value_pos(field->value), "'%s' must be a duration", field->key),
             "write it such as 90s, 15m, 4h or 2d");
    return -1;
}

int form_count(struct form *form, const struct value_field *field, int most)
{
    const struct value *value = field->value;
    if (value_is(value, VALUE_INT) && value->integer >= 1 && value->integer <= most)
        return (int)value->integer;
    form_error(form, E_TYPE, value_pos(value), "'%s' must be a whole number from 1 to %d", field->key, most);
    return -1;
}

const struct step *form_claim_id(struct form *form, struct step *step, const char *id)
{
    enum { ROOM = 2 * PLAYBOOK_MAX_STEPS };
    if (form->ids == NULL)
        form->ids = ARENA_ARRAY(form->arena, const struct step *, ROOM);
    size_t at = (size_t)(text_hash(id, strlen(id)) % ROOM);
    for (; form->ids[at] != NULL; at = (at + 1) % ROOM)
        if (strcmp(form->ids[at]->id, id) == 0)
            return form->ids[at];
    form->ids[at] = step;
    step->id = id;
    return NULL;
}

static bool is_reserved(const char *name)
{
    static const char *const reserved[] = {
        "alert",  "params",   "run",     "text",     "net",        "list",   "time",   "id",    "string",
        "table",  "math",     "utf8",    "tostring", "tonumber",   "type",   "select", "pcall", "error",
        "assert", "ipairs",   "pairs",   "self",     "now",        "digest", "null",   "gone",  "map",
        "uri",    "odata",    "kql",     "use",      "_G",         "_ENV",   "step",   "steps", "status",
        "reason", "register", "profile", "alert_of", "new_secret", "unpack", NULL};
    return text_is_one_of(name, reserved);
}

// A member may have a name that stands for something of its own elsewhere: it is only met behind a dot.
static bool is_name(struct form *form, const char *name, struct src_pos pos, bool is_member)
{
    if (mention_is_keyword(name))
        form_error(form, E_CHECK, pos, "'%s' is a word of Lua and cannot be a name", name);
    else if (!mention_is_word(name))
        err_hint(form_error(form, E_CHECK, pos, "'%.60s' is not a name that expressions can use", name),
                 "letters from a to z, digits and '_', not beginning with a digit");
    else if (!is_member && is_reserved(name))
        form_error(form, E_CHECK, pos, "'%s' has a meaning of its own and cannot be a name here", name);
    else if (strlen(name) > 60)
        form_error(form, E_LIMIT, pos, "a name of more than 60 letters");
    else
        return true;
    return false;
}

const char *form_name(struct form *form, const struct value_field *field)
{
    const char *name = form_text(form, field);
    return name != NULL && is_name(form, name, value_pos(field->value), false) ? name : NULL;
}

void form_check_key(struct form *form, const struct value_field *field)
{
    (void)is_name(form, field->key, value_key_pos(field->value), true);
}
