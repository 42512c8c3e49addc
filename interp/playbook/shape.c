// The records of steps as types: `status` and `reason` always, the rest by kind. This is the contract that a
// run fills. Invariant: a NULL type means that any field may be there.
#include "playbook/shape.h"

#include "base/arena.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/mention.h"

static const struct schema any = {.kind = SCHEMA_ANY}, text = {.kind = SCHEMA_STRING},
                           flag = {.kind = SCHEMA_BOOL};

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

// The type of a value under `let`, where it is one path.
static const struct schema *let_type(struct check *check, const struct template *template)
{
    const struct mention *path = template->kind == TEMPLATE_EXPR ? mention_path(template->expr) : NULL;
    if (path == NULL)
        return template->kind == TEMPLATE_TEXT ? &text : &any;
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

// What a called playbook returns: its names are known, their types are its own affair.
static const struct schema *shape_of_call(struct check *check, const struct step *step)
{
    const struct template *returns = step->called == NULL ? NULL : playbook_returns(step->called);
    size_t given = returns == NULL ? 0 : returns->count, count = 0;
    struct schema_field *fields = ARENA_ARRAY(check->arena, struct schema_field, given + 2);
    add(fields, &count, "status", &text);
    add(fields, &count, "reason", &text);
    for (size_t i = 0; i < given; i++)
        add(fields, &count, returns->keys[i], &any);
    struct schema *record = ARENA_NEW(check->arena, struct schema);
    *record = (struct schema){.kind = SCHEMA_RECORD, .fields = fields, .field_count = count};
    return record;
}

const struct schema *shape_of_step(struct check *check, const struct step *step,
                                   const struct check_primitive *primitive)
{
    if (step->kind == STEP_LUA ||
        (step->kind == STEP_DO &&
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
