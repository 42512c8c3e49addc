// The records of steps as types: `status` and `reason` always, the rest by kind. This is the contract that a
// run fills. Invariant: a NULL type means that any field may be there.
#include "playbook/shape.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "playbook/mention.h"
#include "playbook/with.h"

static const struct schema any = {.kind = SCHEMA_ANY}, text = {.kind = SCHEMA_STRING},
                           flag = {.kind = SCHEMA_BOOL}, free_text = {.kind = SCHEMA_STRING, .free = true};

enum { FREE = 'f', ALERT = 'a', NEITHER = '-' }; // among marks

static void add(struct schema_field *fields, size_t *count, const char *name, const struct schema *schema)
{
    fields[(*count)++] = (struct schema_field){name, schema};
}

static const struct schema *answer_type(struct check *check, const struct step *step)
{
    struct schema *answer = ARENA_NEW(check->arena, struct schema);
    *answer = (struct schema){.kind = SCHEMA_ENUM, .values = step->choices};
    return answer;
}

// What is known of a value because of what it is made of, wherever in it that stands: scope_free_type,
// scope_alert_type or NULL.
static const struct schema *made_of(struct check *check, const struct template *template)
{
    const struct schema *made = NULL;
    if (template->kind == TEMPLATE_EXPR)
        return scope_made(check, template->expr);
    for (size_t i = 0; i < template->count && made != &scope_free_type; i++) {
        const struct schema *part = made_of(check, template->parts[i]);
        made = part != NULL ? part : made;
    }
    return made;
}

// The type of a value under `let`, where it is one path, or made of free text.
static const struct schema *let_type(struct check *check, const struct template *template)
{
    const struct mention *path = template->kind == TEMPLATE_EXPR ? mention_path(template->expr) : NULL;
    const struct schema *made = path == NULL ? made_of(check, template) : NULL;
    if (path == NULL && template->kind == TEMPLATE_TEXT)
        return made == &scope_free_type ? &free_text : &text;
    if (path == NULL)
        return made != NULL ? made : &any;
    struct err_list *errors = check->errors;
    check->errors = err_list_new(check->arena); // what is wrong with it was said when it was checked
    const struct schema *schema = scope_resolve(check, path);
    check->errors = errors;
    return schema == NULL ? &any : schema;
}

static size_t field_room(const struct step *step, const struct check_primitive *primitive)
{
    return 4 + (step->let == NULL ? 0 : step->let->count) +
           (primitive == NULL ? 0 : primitive->returns->field_count);
}

static const struct template *part_of(const struct template *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i], key) == 0)
            return map->parts[i];
    return NULL;
}

static bool has_fields(const struct schema *type)
{
    return type->kind == SCHEMA_RECORD && type->field_count > 0;
}

static char sign_of(const struct schema *type, const struct schema *made)
{
    return made == NULL || with_says_which(type) ? NEITHER : made == &scope_free_type ? FREE : ALERT;
}

static bool has_marks(const char *marks)
{
    return strchr(marks, FREE) != NULL || strchr(marks, ALERT) != NULL;
}

// A sign for each part of the type that has no parts of its own: what does that which is given bring there?
static void add_marks(struct check *check, const struct schema *type, const struct template *given,
                      struct text *marks)
{
    size_t from = marks->length;
    bool map = given != NULL && given->kind == TEMPLATE_MAP;
    bool items = type->of != NULL && (map || (given != NULL && given->kind == TEMPLATE_LIST));
    for (size_t i = 0; has_fields(type) && i < type->field_count; i++)
        add_marks(check, type->fields[i].schema, map ? part_of(given, type->fields[i].name) : given, marks);
    if (type->of != NULL)
        add_marks(check, type->of, items ? NULL : given, marks);
    else if (!has_fields(type))
        text_addc(marks, sign_of(type, given == NULL ? NULL : made_of(check, given)));
    for (size_t i = 0; items && i < given->count; i++) {
        struct text one = text_new(check->arena);
        add_marks(check, type->of, given->parts[i], &one);
        for (size_t k = 0; k < one.length; k++)
            if (one.ptr[k] != NEITHER && marks->ptr[from + k] != FREE)
                marks->ptr[from + k] = one.ptr[k];
    }
}

// The same type with those parts marked; of what has no known parts, all that may be in it.
static const struct schema *marked(struct arena *arena, const struct schema *type, const char **marks)
{
    struct schema *copy = ARENA_NEW(arena, struct schema);
    struct schema_field *fields = ARENA_ARRAY(arena, struct schema_field, type->field_count);
    *copy = *type;
    for (size_t i = 0; has_fields(type) && i < type->field_count; i++)
        fields[i] = (struct schema_field){type->fields[i].name, marked(arena, type->fields[i].schema, marks)};
    if (has_fields(type))
        copy->fields = fields;
    else if (type->of != NULL)
        copy->of = marked(arena, type->of, marks);
    if (has_fields(type) || type->of != NULL)
        return copy;
    bool is_text = type->kind == SCHEMA_STRING || type->kind == SCHEMA_ENUM;
    char sign = *(*marks)++;
    copy->free = sign == FREE;
    copy->kind = sign == FREE && !is_text ? SCHEMA_ANY : type->kind;
    return sign == ALERT && !is_text ? &scope_alert_type : copy;
}

// The called playbook with its parameters marked.
static const struct playbook *with_marks(struct check *check, const struct playbook *playbook,
                                         const char *marks)
{
    struct playbook *called = ARENA_NEW(check->arena, struct playbook);
    *called = *playbook;
    called->params = marked(check->arena, playbook->params, &marks);
    return called;
}

// What was seen in a called playbook, for all who call it with the same marks: each is looked into once,
// however many calls lead to it.
struct looked {
    struct looked *next;
    const struct playbook *playbook;
    const char *marks;
    const struct schema *returns;
    const struct err *mistake; // the first that comes of the marks; NULL: none does
};

static const struct looked *look_once(struct check *check, const struct playbook *playbook, const char *marks)
{
    for (const struct looked *looked = *check->looked; looked != NULL; looked = looked->next)
        if (looked->playbook == playbook && strcmp(looked->marks, marks) == 0)
            return looked;
    bool marked = has_marks(marks);
    struct err_list *errors = err_list_new(check->arena);
    struct looked *looked = ARENA_NEW(check->arena, struct looked);
    looked->playbook = playbook;
    looked->marks = marks;
    looked->returns = check_returns(check, marked ? with_marks(check, playbook, marks) : playbook, errors);
    for (size_t i = 0; marked && i < errors->count && looked->mistake == NULL; i++)
        if (errors->items[i].severity == ERR_ERROR)
            looked->mistake = &errors->items[i];
    looked->next = *check->looked;
    *check->looked = looked;
    return looked;
}

// What the called playbook makes of free text, the alert's or what it is given, is not told by its text
// alone.
static const struct schema *look_into(struct check *check, const struct step *step)
{
    struct text signs = text_new(check->arena);
    if (has_fields(step->called->params))
        add_marks(check, step->called->params, step->with, &signs);
    const char *marks = signs.ptr;
    if (!has_marks(marks) && step->called->alerts[0] == NULL)
        return NULL;
    const struct looked *looked = look_once(check, step->called, marks);
    if (looked->mistake != NULL)
        err_hint(err_list_add(check->errors, ERR_ERROR, E_TYPE, step->callee_pos,
                              "with what %s is given here, %s", step->callee, looked->mistake->message),
                 "%s", looked->mistake->hint);
    return looked->returns;
}

// What a called playbook returns: its names are known, their types are its own affair but for what is made of
// free text.
static const struct schema *shape_of_call(struct check *check, const struct step *step)
{
    const struct template *returns = step->called == NULL ? NULL : playbook_returns(step->called);
    const struct schema *types = step->called == NULL ? NULL : look_into(check, step);
    size_t given = returns == NULL ? 0 : returns->count, count = 0;
    struct schema_field *fields = ARENA_ARRAY(check->arena, struct schema_field, given + 2);
    add(fields, &count, "status", &text);
    add(fields, &count, "reason", &text);
    for (size_t i = 0; i < given; i++) {
        const struct schema *type = types == NULL ? NULL : schema_field(types, returns->keys[i]);
        add(fields, &count, returns->keys[i],
            scope_is_free(type)         ? &scope_free_type
            : type == &scope_alert_type ? type
                                        : &any);
    }
    struct schema *record = ARENA_NEW(check->arena, struct schema);
    *record = (struct schema){.kind = SCHEMA_RECORD, .fields = fields, .field_count = count};
    return record;
}

const struct schema *shape_of_step(struct check *check, const struct step *step,
                                   const struct check_primitive *primitive)
{
    if (step->kind == STEP_LUA)
        return step->script != NULL ? scope_made(check, step->script) : NULL;
    if ((step->kind == STEP_DO &&
         (primitive == NULL || primitive->returns == NULL || primitive->returns->field_count == 0)))
        return NULL;
    if (step->kind == STEP_CALL)
        return shape_of_call(check, step);
    struct schema_field *fields = ARENA_ARRAY(check->arena, struct schema_field, field_room(step, primitive));
    size_t count = 0;
    add(fields, &count, "status", &text);
    add(fields, &count, "reason", &text);
    if (step->kind == STEP_ASK) {
        add(fields, &count, "answer", answer_type(check, step));
        add(fields, &count, "by", &text);
    } else if (step->kind == STEP_TASK) {
        add(fields, &count, "done", &flag);
        add(fields, &count, "note", &text);
    } else if (step->kind == STEP_LET) {
        for (size_t i = 0; i < step->let->count; i++)
            add(fields, &count, step->let->keys[i], let_type(check, step->let->parts[i]));
    } else if (step->kind == STEP_DO) {
        if (primitive->changes)
            add(fields, &count, "changed", &flag);
        for (size_t i = 0; i < primitive->returns->field_count; i++)
            add(fields, &count, primitive->returns->fields[i].name, primitive->returns->fields[i].schema);
    }
    struct schema *record = ARENA_NEW(check->arena, struct schema);
    *record = (struct schema){.kind = SCHEMA_RECORD, .fields = fields, .field_count = count};
    return record;
}

const struct schema *shape_of_loop(struct check *check, const struct schema *instance)
{
    struct schema *list = ARENA_NEW(check->arena, struct schema);
    *list = (struct schema){.kind = SCHEMA_LIST, .of = instance};
    return list;
}
