// Names and fields. The names that are visible form a stack; steps that are not on it are looked up among all
// steps, so that the message can say why. Not for guards (guard.c). Invariant: a NULL type means "not known",
// never "wrong".
#include "playbook/scope.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/mention.h"

static void know_steps(struct check *check, const struct step_list *list, const struct step *loop)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i], *inner = step->for_each != NULL ? step : loop;
        check->known[check->known_count++] = (struct known_step){step, loop, STEP_AHEAD};
        know_steps(check, &step->steps, inner);
        for (size_t c = 0; c < step->case_count; c++)
            know_steps(check, &step->cases[c].steps, inner);
    }
}

void scope_open(struct check *check)
{
    static const struct schema text = {.kind = SCHEMA_STRING}, time = {.kind = SCHEMA_TIME};
    static const struct schema_field fields[] = {
        {"id", &text}, {"by", &text}, {"now", &time}, {"playbook", &text}, {"version", &text}};
    static const struct schema run = {.kind = SCHEMA_RECORD, .fields = fields, .field_count = 5};
    check->run = &run;
    check->known = ARENA_ARRAY(check->arena, struct known_step, check->playbook->step_count + 1);
    know_steps(check, &check->playbook->steps, NULL);
}

void scope_add(struct check *check, const char *name, const struct schema *schema, const struct step *step)
{
    check->visible = arena_room(check->arena, check->visible, check->visible_count, sizeof *check->visible);
    check->visible[check->visible_count++] = (struct visible){name, schema, step, check->conditions};
}

const struct schema *scope_record(struct check *check, size_t mark, const struct schema *base)
{
    struct schema *record = ARENA_NEW(check->arena, struct schema);
    struct schema_field *fields =
        ARENA_ARRAY(check->arena, struct schema_field, base->field_count + check->visible_count - mark);
    static const struct schema any = {.kind = SCHEMA_ANY};
    *record = *base;
    for (size_t i = 0; i < base->field_count; i++)
        fields[i] = base->fields[i];
    for (size_t i = mark; i < check->visible_count; i++)
        if (check->visible[i].step != NULL)
            fields[record->field_count++] = (struct schema_field){
                check->visible[i].name, check->visible[i].schema == NULL ? &any : check->visible[i].schema};
    record->fields = fields;
    return record;
}

const struct visible *scope_find(const struct check *check, const char *root)
{
    for (size_t i = check->visible_count; i-- > 0;)
        if (strcmp(check->visible[i].name, root) == 0)
            return &check->visible[i];
    return NULL;
}

const char *scope_type_name(const struct schema *schema)
{
    switch (schema->kind) {
    case SCHEMA_LIST:
    case SCHEMA_SET:
        return "a list";
    case SCHEMA_RECORD:
    case SCHEMA_MAP:
        return "a record";
    case SCHEMA_BOOL:
        return "true or false";
    case SCHEMA_INT:
    case SCHEMA_NUMBER:
        return "a number";
    default:
        return "a text";
    }
}

static const struct schema *no_field(struct check *check, const struct mention *mention, const char *path,
                                     const struct schema *record, const char *field)
{
    const char **names = schema_names(check->arena, record);
    const char *all = text_join(check->arena, names, ", ");
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                                   "'%s' has no field '%s'", path, field);
    if (err_suggest(err, field, names) == NULL && *all != '\0' && strlen(all) < 200)
        err_hint(err, "it has %s", all);
    return NULL;
}

// One step down a path whose part so far is `path`.
static const struct schema *descend(struct check *check, const struct mention *mention, const char *path,
                                    const struct schema *at, const char *field)
{
    bool index = *field == '[', list = at->kind == SCHEMA_LIST || at->kind == SCHEMA_SET;
    if (at == &scope_alert_type && (strcmp(field, "title") == 0 || strcmp(field, "description") == 0))
        return &scope_free_type;
    if (at->kind == SCHEMA_ANY)
        return at->free || at == &scope_alert_type ? at : NULL;
    if (at->kind == SCHEMA_MAP || (at->kind == SCHEMA_RECORD && at->field_count == 0))
        return at->kind == SCHEMA_MAP ? at->of : NULL;
    if (list && strcmp(field, "[0]") == 0)
        err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos, "'%s' has no item 0", path),
                 "a list counts from 1: write %s[1]", path);
    if (list && index)
        return at->of;
    if (at->kind == SCHEMA_RECORD && !index) {
        const struct schema *found = schema_field(at, field);
        if (found != NULL && found->kind == SCHEMA_ANY && strcmp(mention->root, "alert") == 0)
            return &scope_alert_type; // alert.raw, alert.entities: parts of it as they came
        return found != NULL ? found : no_field(check, mention, path, at, field);
    }
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_TYPE, mention->pos,
                                   index ? "'%s' is %s, not a list" : "'%s' is %s: it has no field '%s'",
                                   path, scope_type_name(at), field);
    if (list)
        err_hint(err, "write %s[1].%s, or list.pluck(%s, '%s')", path, field, path, field);
    return NULL;
}

static const struct schema *follow(struct check *check, const struct mention *mention,
                                   const struct schema *at)
{
    struct text path = text_new(check->arena);
    text_add(&path, mention->root);
    for (const char **field = mention->fields; at != NULL && *field != NULL; field++) {
        at = descend(check, mention, path.ptr, at, *field);
        text_addf(&path, **field == '[' ? "%s" : ".%s", *field);
    }
    return at;
}

static void not_visible(struct check *check, const struct mention *mention, const struct known_step *known)
{
    const char *name = mention->root;
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                                   "the step '%s' cannot be seen from here", name);
    if (known->state == STEP_OPEN)
        err_hint(err, "a step cannot mention itself, nor one that it is part of");
    else if (known->state == STEP_AHEAD)
        err_hint(err, "it stands further down, in line %d", known->step->pos.line);
    else if (known->loop != NULL)
        err_hint(err, "it is inside the loop '%s': write %s[1].%s", known->loop->id, known->loop->id, name);
    else
        err_hint(err, "it is on another branch");
}

// Lua's word for what other languages call so; NULL: it is called so by none.
static const char *in_lua(const char *name)
{
    static const char *const words[][2] = {{"null", "nil"},      {"None", "nil"},    {"NULL", "nil"},
                                           {"undefined", "nil"}, {"True", "true"},   {"TRUE", "true"},
                                           {"False", "false"},   {"FALSE", "false"}, {"AND", "and"},
                                           {"OR", "or"},         {"NOT", "not"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], name) == 0)
            return words[i][1];
    return NULL;
}

static const struct schema *no_root(struct check *check, const struct mention *mention)
{
    for (size_t i = 0; i < check->known_count; i++)
        if (strcmp(check->known[i].step->id, mention->root) == 0) {
            not_visible(check, mention, &check->known[i]);
            return NULL;
        }
    const char **names = ARENA_ARRAY(check->arena, const char *, check->visible_count + 4);
    size_t count = 0;
    names[count++] = "alert";
    names[count++] = "params";
    names[count++] = "run";
    for (size_t i = 0; i < check->visible_count; i++)
        names[count++] = check->visible[i].name;
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                                   "there is no '%.60s' here", mention->root);
    const char *lua = in_lua(mention->root);
    const char *near = lua != NULL ? lua : err_suggest(err, mention->root, names);
    if (lua != NULL)
        err_hint(err, "did you mean '%s'?", lua);
    if (schema_field(check->playbook->params, mention->root) != NULL)
        err_hint(err, "a parameter is written params.%s", mention->root);
    else if (check->world->alert != NULL && near == NULL &&
             schema_field(check->world->alert, mention->root) != NULL)
        err_hint(err, "a field of the alert is written alert.%s", mention->root);
    return NULL;
}

// Too few or too many values: what is left out counts as nil, and what is too much as not written, in
// silence.
static void check_given(struct check *check, const struct mention *mention, const char *name)
{
    size_t i = 0;
    while (strcmp(check->world->functions[i], name) != 0)
        i++;
    if (check->world->usages == NULL)
        return;
    const char *usage = check->world->usages[i], *at = strchr(usage, '('), *end = strchr(usage, ')');
    int least = 0, most = 0;
    for (bool optional = false; at != NULL && end != NULL && at < end; at++) {
        bool begins = *at == '(' || *at == ',';
        optional = optional || (begins && at[1 + strspn(at + 1, " ")] == '[');
        most += begins;
        least += begins && !optional;
    }
    bool any = end != NULL && strstr(usage, "…") != NULL && strstr(usage, "…") < end;
    if (any ? mention->given >= least - 1 : mention->given >= least && mention->given <= most)
        return;
    err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos, "'%s' is given %d value%s", name,
                          mention->given, mention->given == 1 ? "" : "s"),
             "%.*s", end == NULL ? 0 : (int)(end + 1 - usage), usage);
}

static const struct schema *resolve_call(struct check *check, const struct mention *mention)
{
    const char *name = mention_text(check->arena, mention);
    if (text_is_one_of(name, check->world->functions)) {
        check_given(check, mention, name);
        return NULL;
    }
    static const char *const lengths[] = {"len", "length", "count", "size", NULL};
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                                   "there is no function '%s'", name);
    if (text_is_one_of(name, lengths))
        err_hint(err, "the length of a list or text is written with '#' before it");
    else if (err_suggest(err, name, check->world->functions) == NULL)
        err_hint(err, "`playbook primitives --markdown` lists the functions, too");
    return NULL;
}

// Is the root an area of functions, or a function itself?
static bool names_function(const struct check *check, const char *root)
{
    size_t length = strlen(root);
    for (const char *const *function = check->world->functions; *function != NULL; function++)
        if (strncmp(*function, root, length) == 0 &&
            ((*function)[length] == '.' || (*function)[length] == '\0'))
            return true;
    return false;
}

void scope_use(struct check *check, const char *param)
{
    const struct schema *params = check->playbook->params;
    for (size_t i = 0; check->used != NULL && i < params->field_count; i++)
        check->used[i] = check->used[i] || param == NULL || strcmp(params->fields[i].name, param) == 0;
}

const struct schema *scope_resolve(struct check *check, const struct mention *mention)
{
    if (mention->call)
        return resolve_call(check, mention);
    const struct visible *visible = scope_find(check, mention->root);
    if (visible != NULL)
        return follow(check, mention, visible->schema);
    if (strcmp(mention->root, "params") == 0) {
        scope_use(check, mention->fields[0]);
        if (check->playbook->params->field_count > 0 || mention->fields[0] == NULL)
            return follow(check, mention, check->playbook->params);
        err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                     "the playbook has no parameters");
        return NULL;
    }
    if (strcmp(mention->root, "run") == 0)
        return follow(check, mention, check->run);
    if (strcmp(mention->root, "alert") == 0) {
        if (check->playbook->alerts[0] == NULL)
            err_hint(
                err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos, "the playbook takes no alert"),
                "say which it answers: alerts: [KV_*]");
        return check->world->alert == NULL ? NULL : follow(check, mention, check->world->alert);
    }
    if (names_function(check, mention->root)) {
        const char *name = mention_text(check->arena, mention);
        err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos,
                     text_is_one_of(name, check->world->functions) ? "'%s' is a function: write %s(…)"
                                                                   : "'%s' is no value and no function",
                     name, name);
        return NULL;
    }
    return no_root(check, mention);
}

const struct schema scope_free_type = {.kind = SCHEMA_ANY, .free = true};
const struct schema scope_alert_type = {.kind = SCHEMA_ANY, .optional = true};

bool scope_is_free(const struct schema *schema)
{
    if (schema == NULL || schema->free)
        return schema != NULL;
    for (size_t i = 0; schema->kind == SCHEMA_RECORD && i < schema->field_count; i++)
        if (scope_is_free(schema->fields[i].schema))
            return true;
    return scope_is_free(schema->of);
}

// The alert, or a part of it as it came, of which somebody takes the free text elsewhere in the same text.
static bool is_alert(const struct mention *mention, const struct schema *schema)
{
    return strcmp(mention->root, "alert") == 0 && (mention->fields[0] == NULL || schema == &scope_alert_type);
}

static bool takes_free(const struct expr *expr)
{
    return strstr(expr->source, "title") != NULL || strstr(expr->source, "description") != NULL;
}

const struct mention *scope_free(struct check *check, const struct expr *expr)
{
    const struct mention *found = NULL;
    struct err_list *errors = check->errors;
    check->errors = err_list_new(check->arena);
    for (size_t i = 0; i < expr->mention_count && found == NULL; i++) {
        const struct mention *mention = &expr->mentions[i];
        const struct schema *schema = scope_resolve(check, mention);
        if (is_alert(mention, schema) ? takes_free(expr) : scope_is_free(schema))
            found = mention;
    }
    check->errors = errors;
    return found;
}

const struct schema *scope_made(struct check *check, const struct expr *expr)
{
    const struct schema *made = scope_free(check, expr) != NULL ? &scope_free_type : NULL;
    struct err_list *errors = check->errors;
    check->errors = err_list_new(check->arena);
    for (size_t i = 0; i < expr->mention_count && made == NULL; i++) {
        const struct schema *schema = scope_resolve(check, &expr->mentions[i]);
        if (schema == &scope_alert_type || is_alert(&expr->mentions[i], schema))
            made = &scope_alert_type;
    }
    check->errors = errors;
    return made;
}
