// The top of a playbook's file: name, version, parameters, alerts, steps. Not for what names mean (check.c).
// Invariant: a playbook is returned only when its steps and all that they can mention were read whole.
#include "playbook/playbook.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/schema_json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/form.h"
#include "playbook/holds.h"
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
        form_error(form, E_CHECK, value_pos(field->value),
                   "the name of a playbook has small letters, digits and '-', not '%.60s'", playbook->name);
}

static void read_version(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    playbook->version = value_text(field->value);
    if (playbook->version != NULL && playbook_is_version(playbook->version))
        return;
    const char *written = playbook->version != NULL ? playbook->version : value_source(field->value);
    bool number = value_is(field->value, VALUE_INT) || value_is(field->value, VALUE_NUMBER);
    if (number && (written == NULL || *written == '\0')) // of a Lua playbook
        written = json_text(form->arena, field->value);
    err_hint(form_error(form, E_CHECK, value_pos(field->value), "'%.40s' is not a version",
                        written == NULL ? "" : written),
             "write three numbers, such as 1.0.0 (semver.org)");
}

static void read_params(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    struct schema *record = ARENA_NEW(form->arena, struct schema);
    *record = (struct schema){.kind = SCHEMA_RECORD};
    playbook->params = record;
    if (!value_is(field->value, VALUE_MAP)) {
        form_error(form, E_TYPE, value_pos(field->value), "'params' must be a mapping from names to types");
        return;
    }
    struct schema_field *fields = ARENA_ARRAY(form->arena, struct schema_field, field->value->count);
    playbook->param_pos = ARENA_ARRAY(form->arena, struct src_pos, field->value->count);
    for (size_t i = 0; i < field->value->count; i++) {
        const struct value_field *member = &field->value->fields[i];
        struct err err = {0};
        form_check_key(form, member);
        const struct schema *schema = schema_parse(form->arena, member->value, &err);
        if (schema == NULL) { // it may be anything
            static const struct schema any = {.kind = SCHEMA_ANY};
            schema = &any;
            err_list_append(form->errors, &err);
            form->mended++;
        }
        playbook->param_pos[record->field_count] = value_key_pos(member->value);
        fields[record->field_count++] = (struct schema_field){member->key, schema};
    }
    record->fields = fields;
}

static void read_title(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    playbook->title = form_text(form, field);
}

static void read_procedure(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    playbook->procedure = form_text(form, field);
    playbook->procedure_pos = value_pos(field->value);
}

static void read_alerts(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    const char **alerts = form_words(form, field, &playbook->alert_pos);
    playbook->alerts = alerts != NULL ? alerts : playbook->alerts;
}

static void read_steps(struct form *form, struct playbook *playbook, const struct value_field *field)
{
    playbook->steps = step_parse_list(form, field);
    if (value_is(field->value, VALUE_LIST) && field->value->count == 0)
        form_error(form, E_MISSING, value_pos(field->value), "a playbook has one step at least");
}

static struct value *holds_playbook_name(struct arena *arena)
{
    struct value *map = schema_json_type(arena, "string");
    value_put_text(arena, map, "pattern", "^[a-z0-9-]+$");
    return map;
}

static struct value *holds_version(struct arena *arena)
{
    struct value *map = schema_json_type(arena, "string");
    value_put_text(arena, map, "pattern", "^[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?$");
    return map;
}

// The members of the top. `alone`: what it holds is of no account to what the steps mention.
static const struct member {
    const char *name;
    bool needed, alone;
    void (*read)(struct form *form, struct playbook *playbook, const struct value_field *field);
    struct value *(*holds)(struct arena *arena);
    const char *help;
} members[] = {
    {"playbook", true, true, read_name, holds_playbook_name, "its name"},
    {"version", true, true, read_version, holds_version, "three numbers (semver.org)"},
    {"title", false, true, read_title, holds_text, "one line for people"},
    {"procedure", false, true, read_procedure, holds_procedure,
     "the catalogue of clauses that it carries out"},
    {"alerts", false, false, read_alerts, holds_alerts,
     "kinds or types of alerts that it answers, with * and ?; without it, it takes no alert"},
    {"params", false, false, read_params, holds_types, "names and types of what a run can be given"},
    {"steps", true, false, read_steps, holds_steps, "what is done, in order"},
    {"returns", false, false, NULL, holds_map, "names and values for the playbooks that call it"},
};
enum { MEMBER_COUNT = sizeof members / sizeof members[0] };

struct value *playbook_holds(struct arena *arena)
{
    struct value *properties = value_map(arena), *needed = value_list(arena);
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        struct value *holds = members[i].holds(arena);
        value_put_text(arena, holds, "description", members[i].help);
        value_put(arena, properties, members[i].name, holds);
        if (members[i].needed)
            value_append(arena, needed, value_string(arena, members[i].name));
    }
    struct value *map = holds_object(arena, properties);
    value_put(arena, map, "required", needed);
    return map;
}

// All that is there, and what is missing; `returns` becomes a step behind the others, wherever it stands.
static void read_members(struct form *form, struct playbook *playbook, const struct value *root)
{
    for (size_t i = 0; i < root->count; i++)
        for (size_t k = 0; k < MEMBER_COUNT; k++) {
            size_t so_far = form_mistakes(form);
            if (members[k].read == NULL || strcmp(members[k].name, root->fields[i].key) != 0)
                continue;
            members[k].read(form, playbook, &root->fields[i]);
            form->mended += members[k].alone ? form_mistakes(form) - so_far : 0;
        }
    for (size_t k = 0; k < MEMBER_COUNT; k++)
        if (members[k].needed && value_get(root, members[k].name) == NULL) {
            form_error(form, E_MISSING, playbook->pos, "the playbook has no '%s'", members[k].name);
            form->mended += members[k].alone;
        }
    for (size_t i = 0; i < root->count; i++)
        if (strcmp(root->fields[i].key, "returns") == 0)
            keys_add_returns(form, &playbook->steps, &root->fields[i]);
}

const struct playbook *playbook_parse(struct arena *arena, const struct catalog_file *file,
                                      const struct value *root, struct err_list *errors)
{
    return playbook_parse_from(arena, file, root, 0, errors);
}

const struct playbook *playbook_parse_from(struct arena *arena, const struct catalog_file *file,
                                           const struct value *root, int slot, struct err_list *errors)
{
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
    size_t before = form_mistakes(&form);
    if (!value_is(root, VALUE_MAP)) {
        form_error(&form, E_TYPE, playbook->pos, "a playbook is a mapping, not %s", value_kind_name(root));
        return NULL;
    }
    const char *known[MEMBER_COUNT + 1] = {NULL};
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        known[i] = members[i].name;
    read_members(&form, playbook, form_mend(&form, root, "a playbook", known));
    if (playbook->title == NULL)
        playbook->title = playbook->name;
    playbook->calls = form.calls;
    playbook->call_count = form.call_count;
    playbook->expr_count = form.reader.slots;
    playbook->step_count = form.step_count;
    return form_mistakes(&form) - before == form.mended ? playbook : NULL;
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
