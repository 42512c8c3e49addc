// The top of a playbook's file: name, version, parameters, alerts, steps. Not for what names mean (check.c).
// Invariant: a playbook is returned only when its steps and all that they can mention were read whole.
#include "playbook/playbook.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/form.h"
#include "playbook/keys.h"
#include "playbook/step.h"

// One number of a version, without a leading zero; moves *s behind it.
static bool take_number(const char **s)
{
    size_t digits = strspn(*s, "0123456789");
    bool ok = digits > 0 && digits < 10 && (digits == 1 || **s != '0');
    *s += digits;
    return ok;
}

// Identifiers of a pre-release or build: letters, digits, '-', cut by dots.
static bool take_identifiers(const char **s, bool numbers_are_plain)
{
    for (;;) {
        size_t digits = strspn(*s, "0123456789");
        size_t length = strspn(*s, "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        if (length == 0 || (numbers_are_plain && digits == length && length > 1 && **s == '0'))
            return false;
        *s += length;
        if (**s != '.')
            return true;
        ++*s;
    }
}

bool playbook_is_version(const char *text)
{
    for (int i = 0; i < 3; i++) {
        if (i > 0 && *text++ != '.')
            return false;
        if (!take_number(&text))
            return false;
    }
    if (*text == '-' && (text++, !take_identifiers(&text, true)))
        return false;
    if (*text == '+' && (text++, !take_identifiers(&text, false)))
        return false;
    return *text == '\0';
}

bool playbook_is_name(const char *text)
{
    return *text != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void read_name(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    playbook->name = form_text(form, field);
    if (playbook->name != NULL && !playbook_is_name(playbook->name))
        form_error(form, E_CHECK, field->value->pos,
                   "the name of a playbook has small letters, digits and '-', not '%.60s'", playbook->name);
}

static void read_version(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    playbook->version = value_text(field->value);
    if (playbook->version != NULL && playbook_is_version(playbook->version))
        return;
    const char *written = playbook->version != NULL ? playbook->version : value_source(field->value);
    err_hint(form_error(form, E_CHECK, field->value->pos, "'%.40s' is not a version",
                        written == NULL ? "" : written),
             "write three numbers, such as 1.0.0 (semver.org)");
}

static void read_params(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    struct schema *record = ARENA_NEW(form->arena, struct schema);
    *record = (struct schema){.kind = SCHEMA_RECORD};
    playbook->params = record;
    if (!value_is(field->value, VALUE_MAP)) {
        form_error(form, E_TYPE, field->value->pos, "'params' must be a mapping from names to types");
        return;
    }
    struct schema_field *fields = ARENA_ARRAY(form->arena, struct schema_field, field->value->map.count);
    for (size_t i = 0; i < field->value->map.count; i++) {
        const struct value_field *member = &field->value->map.fields[i];
        struct err err = {0};
        struct value *name = value_string(form->arena, member->key);
        name->pos = member->pos;
        struct value_field as_name = {"a parameter", member->pos, name};
        if (!form_is_reserved(member->key))
            (void)form_name(form, &as_name);
        const struct schema *schema = schema_parse(form->arena, member->value, &err);
        if (schema != NULL)
            fields[record->field_count++] = (struct schema_field){member->key, schema};
        else
            err_list_append(form->errors, &err);
    }
    record->fields = fields;
}

// Is what this member holds of no account to what the steps mention?
static bool stands_alone(const char *key)
{
    return strcmp(key, "params") != 0 && strcmp(key, "steps") != 0 && strcmp(key, "alerts") != 0 &&
           strcmp(key, "returns") != 0;
}

static void read_member(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    const char *key = field->key;
    if (strcmp(key, "playbook") == 0) {
        read_name(form, playbook, field);
    } else if (strcmp(key, "version") == 0) {
        read_version(form, playbook, field);
    } else if (strcmp(key, "title") == 0) {
        playbook->title = form_text(form, field);
    } else if (strcmp(key, "procedure") == 0) {
        playbook->procedure = form_text(form, field);
        playbook->procedure_pos = field->value->pos;
    } else if (strcmp(key, "alerts") == 0) {
        const char **alerts = form_words(form, field, &playbook->alert_pos);
        playbook->alerts = alerts != NULL ? alerts : playbook->alerts;
    } else if (strcmp(key, "params") == 0) {
        read_params(form, playbook, field);
    } else if (strcmp(key, "steps") == 0) {
        playbook->steps = step_parse_list(form, field, 1);
        if (value_is(field->value, VALUE_LIST) && field->value->list.count == 0)
            form_error(form, E_MISSING, field->value->pos, "a playbook has one step at least");
    }
}

const struct playbook *playbook_parse(struct arena *arena, const struct catalog_file *file,
                                      const struct value *root, struct err_list *errors)
{
    return playbook_parse_from(arena, file, root, 0, errors);
}

const struct playbook *playbook_parse_from(struct arena *arena, const struct catalog_file *file,
                                           const struct value *root, int slot, struct err_list *errors)
{
    static const char *const known[] = {"playbook", "version", "title",   "procedure", "alerts",
                                        "params",   "steps",   "returns", NULL};
    static const char *const needed[] = {"playbook", "version", "steps", NULL};
    static const char *none[] = {NULL};
    struct form form = {.arena = arena, .errors = errors};
    form.reader = (struct template_reader){.arena = arena,
                                           .lines = place_lines_of(file->bytes, file->length),
                                           .functions = text_ends(file->path, ".lua"),
                                           .slots = slot,
                                           .errors = errors};
    struct playbook *playbook = ARENA_NEW(arena, struct playbook);
    struct schema *params = ARENA_NEW(arena, struct schema);
    params->kind = SCHEMA_RECORD;
    *playbook = (struct playbook){.file = file, .pos = {file->name, 1, 1}, .alerts = none, .params = params};
    size_t before = errors->errors;
    if (!value_is(root, VALUE_MAP)) {
        form_error(&form, E_TYPE, playbook->pos, "a playbook is a mapping, not %s", value_kind_name(root));
        return NULL;
    }
    root = form_mend(&form, root, "a playbook", known);
    for (size_t i = 0; i < root->map.count; i++) {
        size_t so_far = errors->errors;
        read_member(&form, playbook, &root->map.fields[i]);
        form.mended += stands_alone(root->map.fields[i].key) ? errors->errors - so_far : 0;
    }
    for (size_t i = 0; needed[i] != NULL; i++)
        if (value_get(root, needed[i]) == NULL) {
            form_error(&form, E_MISSING, playbook->pos, "the playbook has no '%s'", needed[i]);
            form.mended += strcmp(needed[i], "steps") != 0;
        }
    for (size_t i = 0; i < root->map.count; i++) // behind the steps, wherever it stands
        if (strcmp(root->map.fields[i].key, "returns") == 0)
            keys_add_returns(&form, &playbook->steps, &root->map.fields[i]);
    if (playbook->title == NULL)
        playbook->title = playbook->name;
    playbook->calls = form.calls;
    playbook->call_count = form.call_count;
    playbook->expr_count = form.reader.slots;
    playbook->step_count = form.step_count;
    return errors->errors - before == form.mended ? playbook : NULL;
}

const struct playbook *playbook_parse_yaml(struct arena *arena, const struct catalog_file *file,
                                           struct err_list *errors)
{
    struct err err = {0};
    const struct value *root = yaml_parse(arena, file->name, file->bytes, file->length, &err);
    if (root != NULL)
        return playbook_parse(arena, file, root, errors);
    err_list_append(errors, &err);
    return NULL;
}

const struct template *playbook_returns(const struct playbook *playbook)
{
    const struct step_list *steps = &playbook->steps;
    const struct step *last = steps->count == 0 ? NULL : steps->items[steps->count - 1];
    return last != NULL && last->kind == STEP_LET && strcmp(last->id, "returns") == 0 ? last->let : NULL;
}

bool playbook_answers(const struct playbook *playbook, const char *type, const char *kind)
{
    static const char simulated[] = "SIMULATED_";
    if (type != NULL && text_starts_nocase(type, simulated))
        type += strlen(simulated);
    for (const char **pattern = playbook->alerts; *pattern != NULL; pattern++)
        if ((type != NULL && text_glob(*pattern, type)) || (kind != NULL && text_glob(*pattern, kind)))
            return true;
    return false;
}
