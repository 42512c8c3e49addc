// The walk through a playbook's steps, in the order of the file: what stands further up is visible, what
// stands under a condition is marked with it. The rules themselves: scope.c (names), guard.c (skipped steps),
// with.c (parameters), script.c (Lua), choices.c (branches), cover.c (clauses). Invariant: a step's own names
// are visible only after it.
#include "playbook/check.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "playbook/catalog.h"
#include "playbook/choices.h"
#include "playbook/cover.h"
#include "playbook/guard.h"
#include "playbook/mention.h"
#include "playbook/reach.h"
#include "playbook/restore.h"
#include "playbook/scope.h"
#include "playbook/script.h"
#include "playbook/shape.h"
#include "playbook/with.h"

static void check_list(struct check *check, const struct step_list *list);

static struct known_step *find_known(struct check *check, const struct step *step)
{
    size_t i = 0;
    while (check->known[i].step != step)
        i++;
    return &check->known[i];
}

static const struct check_primitive *find_primitive(struct check *check, const struct step *step)
{
    const struct check_world *world = check->world;
    if (!text_is_one_of(step->primitive, world->primitives)) {
        struct err *unknown = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, step->primitive_pos,
                                           "there is no primitive '%.80s'", step->primitive);
        if (err_suggest(unknown, step->primitive, world->primitives) == NULL)
            err_hint(unknown, "`playbook primitives` lists them");
        return NULL;
    }
    struct err err = {0};
    const struct check_primitive *primitive = world->primitive(world->context, step->primitive, &err);
    if (primitive == NULL) {
        err_note(&err, "needed by the step '%s' in line %d", step->id, step->pos.line);
        err_list_append(check->errors, &err);
    }
    return primitive;
}

// The names that a branch made are taken off the stack, and kept aside until all branches are done.
struct aside {
    struct visible *items;
    size_t count;
};

static void put_aside(struct check *check, size_t mark, struct aside *aside)
{
    size_t count = check->visible_count - mark;
    aside->items =
        arena_grow(check->arena, aside->items, aside->count, aside->count + count, sizeof *aside->items);
    for (size_t i = 0; i < count; i++)
        aside->items[aside->count++] = check->visible[mark + i];
    check->visible_count = mark;
}

static void put_back(struct check *check, const struct aside *aside)
{
    for (size_t i = 0; i < aside->count; i++) {
        scope_add(check, aside->items[i].name, aside->items[i].schema, aside->items[i].step);
        check->visible[check->visible_count - 1].conditions = aside->items[i].conditions;
    }
}

static void check_parallel(struct check *check, const struct step *step)
{
    struct aside aside = {0};
    size_t mark = check->visible_count;
    for (size_t i = 0; i < step->steps.count; i++) {
        struct step_list branch = {&step->steps.items[i], 1};
        check_list(check, &branch);
        put_aside(check, mark, &aside);
    }
    put_back(check, &aside);
}

static void check_choose(struct check *check, const struct step *step)
{
    struct aside aside = {0};
    size_t mark = check->visible_count;
    const struct condition *outside = check->conditions;
    const struct schema *type = step->choose == NULL ? NULL : guard_check(check, step->choose, GUARD_ALLOWED);
    choices_check(check, step, type);
    for (size_t i = 0; i < step->case_count; i++) {
        struct condition *branch = ARENA_NEW(check->arena, struct condition);
        *branch = (struct condition){step, NULL, outside};
        check->conditions = branch;
        check_list(check, &step->cases[i].steps);
        put_aside(check, mark, &aside);
    }
    check->conditions = outside;
    put_back(check, &aside);
}

// What is special to a kind. Returns the primitive of a `do`.
static const struct check_primitive *check_kind(struct check *check, const struct step *step)
{
    const struct check_primitive *primitive = NULL;
    if (step->kind == STEP_DO) {
        primitive = find_primitive(check, step);
        with_check(check, step, primitive);
    } else if (step->called != NULL) {
        struct check_primitive *callee = ARENA_NEW(check->arena, struct check_primitive);
        *callee = (struct check_primitive){.name = step->called->name, .params = step->called->params};
        with_check(check, step, callee);
    } else if (step->kind == STEP_GROUP) {
        check_list(check, &step->steps);
    } else if (step->kind == STEP_PARALLEL) {
        check_parallel(check, step);
    } else if (step->kind == STEP_CHOOSE) {
        check_choose(check, step);
    } else if (step->kind == STEP_LUA) {
        script_check(check, step->script);
    }
    if (step->text != NULL)
        with_check_template(check, step->text);
    if (step->let != NULL)
        with_check_template(check, step->let);
    if (step->kind == STEP_ASK && step->within_ms > 0 && step->otherwise == NULL)
        err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, step->pos,
                              "'within' without 'otherwise': nothing says what is assumed then"),
                 "otherwise: one of the choices");
    return primitive;
}

// A list is true in Lua, also where it is empty, and so is a record. What may be missing is tested by its
// name.
static void check_always(struct check *check, const struct expr *when, const struct schema *type)
{
    const struct mention *path = type == NULL ? NULL : mention_path(when);
    const struct visible *visible = path == NULL ? NULL : scope_find(check, path->root);
    bool list = type != NULL && (type->kind == SCHEMA_LIST || type->kind == SCHEMA_SET);
    bool record = type != NULL && (type->kind == SCHEMA_RECORD || type->kind == SCHEMA_MAP);
    if (path == NULL || (visible != NULL && visible->conditions != NULL) || (!list && !record) ||
        type->optional)
        return;
    const char *name = mention_text(check->arena, path);
    err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, when->pos, "'%s' is %s, which is always true",
                          name, scope_type_name(type)),
             list ? "write #%s > 0" : "test a field of %s", name);
}

static void enter_when(struct check *check, const struct step *step)
{
    if (step->when == NULL)
        return;
    check_always(check, step->when, guard_check(check, step->when, GUARD_ALLOWED));
    struct condition *condition = ARENA_NEW(check->arena, struct condition);
    *condition = (struct condition){step, step->when, check->conditions};
    check->conditions = condition;
}

static void enter_loop(struct check *check, const struct step *step)
{
    const struct schema *list = guard_check(check, step->for_each, GUARD_ALLOWED);
    bool is_list =
        list == NULL || list->kind == SCHEMA_LIST || list->kind == SCHEMA_SET || list->kind == SCHEMA_ANY;
    if (!is_list)
        err_list_add(check->errors, ERR_ERROR, E_TYPE, step->for_each->pos,
                     "for_each wants a list; '%s' is %s", step->for_each->source, scope_type_name(list));
    for (size_t i = 0; i < check->known_count; i++)
        if (strcmp(check->known[i].step->id, step->as) == 0)
            err_list_add(check->errors, ERR_ERROR, E_CHECK, step->pos,
                         "the loop variable '%s' is called like the step in line %d", step->as,
                         check->known[i].step->pos.line);
    if (scope_find(check, step->as) != NULL && scope_find(check, step->as)->step == NULL)
        err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, step->pos,
                              "the loop variable '%s' is that of the loop around it too", step->as),
                 "give it another name: as: …");
    bool any = list != NULL && list->kind == SCHEMA_ANY; // and what is known of it holds for each part
    scope_add(check, step->as, any ? list : is_list && list != NULL ? list->of : NULL, NULL);
}

static void check_step(struct check *check, const struct step *step)
{
    size_t mark = check->visible_count;
    const struct condition *outside = check->conditions;
    struct known_step *known = find_known(check, step);
    known->state = STEP_OPEN;
    if (!step->when_each)
        enter_when(check, step);
    if (step->for_each != NULL)
        enter_loop(check, step);
    if (step->when_each)
        enter_when(check, step);
    const struct check_primitive *primitive = check_kind(check, step);
    if (step->lease != NULL)
        restore_check_lease(check, step);
    const struct schema *shape = shape_of_step(check, step, primitive);
    if (step->for_each != NULL) {
        if (shape != NULL && shape->kind == SCHEMA_RECORD)
            shape = scope_record(check, mark, shape);
        check->visible_count = mark;
        shape = shape_of_loop(check, shape);
    }
    scope_add(check, step->id, shape, step);
    check->conditions = outside;
    known->state = STEP_PASSED;
}

static void check_list(struct check *check, const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        check_step(check, list->items[i]);
    restore_check(check, list);
}

// A parameter that nothing mentions changes nothing, whatever it is given. Functions of Lua show not what
// they read.
static void check_unused(struct check *check)
{
    const struct playbook *playbook = check->playbook;
    for (size_t i = 0; i < playbook->params->field_count && !text_ends(playbook->file->path, ".lua"); i++)
        if (!check->used[i])
            err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, playbook->param_pos[i],
                                  "the parameter '%s' is mentioned nowhere",
                                  playbook->params->fields[i].name),
                     "use it as params.%s, or take it out", playbook->params->fields[i].name);
}

const struct schema *check_returns(struct check *check, const struct playbook *called,
                                   struct err_list *errors)
{
    struct check inner = {.arena = check->arena,
                          .playbook = called,
                          .catalog = check->catalog,
                          .world = check->world,
                          .errors = errors,
                          .looked = check->looked};
    scope_open(&inner);
    check_list(&inner, &called->steps);
    const struct visible *returns = scope_find(&inner, "returns");
    return returns == NULL ? NULL : returns->schema;
}

bool check_playbook(const struct playbook *playbook, struct catalog *catalog, const struct check_world *world,
                    struct err_list *errors)
{
    struct looked *looked = NULL;
    struct check check = {.arena = arena_open(),
                          .playbook = playbook,
                          .catalog = catalog,
                          .world = world,
                          .errors = errors,
                          .looked = &looked};
    size_t before = errors->errors;
    scope_open(&check);
    cover_check_alerts(&check);
    check.used = ARENA_ARRAY(check.arena, bool, playbook->params->field_count + 1);
    check_list(&check, &playbook->steps);
    cover_check_clauses(&check);
    if (world->idle) {
        reach_check(&check, &playbook->steps);
        check_unused(&check);
    }
    arena_close(check.arena);
    return errors->errors == before;
}
