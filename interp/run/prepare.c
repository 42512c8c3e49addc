// Makes a playbook ready to run: checks it against the primitives that it names, compiles its expressions,
// and takes the digest of everything that it uses. Not for running. Invariant: a prepared playbook has no
// error.
#include "run/prepare.h"

#include "base/arena.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/check.h"
#include "playbook/playbook.h"
#include "playbook/procedure.h"
#include "vm/alert.h"
#include "vm/expr.h"
#include "vm/prim.h"
#include "vm/vm.h"
#include "run/link.h"

struct world {
    struct arena *arena;
    struct vm *vm;
};

static const struct check_primitive *find_primitive(void *context, const char *name, struct err *err)
{
    struct world *world = context;
    const struct primitive *primitive = primitive_find(world->vm, name, err);
    if (primitive == NULL)
        return NULL;
    struct check_primitive *view = ARENA_NEW(world->arena, struct check_primitive);
    *view = (struct check_primitive){.name = primitive->name,
                                     .params = primitive->params,
                                     .returns = primitive->returns,
                                     .changes = primitive->risk != RISK_READ,
                                     .irreversible = primitive_why_not(primitive)};
    return view;
}

static const char *const *globals(void *context)
{
    struct world *world = context;
    return vm_globals(world->vm, world->arena);
}

struct compiling {
    struct vm *vm;
    struct vm_program *program;
    struct err_list *errors;
};

static void compile(struct compiling *compiling, const struct expr *expr, bool is_body)
{
    struct err err = {0};
    if (expr != NULL && !vm_program_add(compiling->vm, compiling->program, expr, is_body, &err))
        err_list_append(compiling->errors, &err);
}

static void compile_template(struct compiling *compiling, const struct template *template)
{
    if (template == NULL)
        return;
    compile(compiling, template->expr, false);
    for (size_t i = 0; i < template->count; i++)
        compile_template(compiling, template->parts[i]);
}

static void compile_list(struct compiling *compiling, const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i];
        compile(compiling, step->when, false);
        compile(compiling, step->for_each, false);
        compile(compiling, step->choose, false);
        compile(compiling, step->script, true);
        compile_template(compiling, step->with);
        compile_template(compiling, step->text);
        compile_template(compiling, step->let);
        compile_list(compiling, &step->steps);
        for (size_t k = 0; k < step->case_count; k++)
            compile_list(compiling, &step->cases[k].steps);
    }
}

static bool prepare(struct arena *arena, struct catalog *catalog, struct vm *vm,
                    const struct playbook *playbook, bool coverage, struct prepared_playbook *out,
                    struct err_list *errors)
{
    struct world *world = ARENA_NEW(arena, struct world);
    *world = (struct world){arena, vm};
    const struct check_world check = {.context = world,
                                      .primitive = find_primitive,
                                      .functions = vm_functions(vm),
                                      .globals = globals,
                                      .primitives = primitive_names(vm),
                                      .alert = alert_schema(arena),
                                      .coverage = coverage};
    *out = (struct prepared_playbook){.playbook = playbook};
    struct linked linked;
    bool good = link_calls(arena, catalog, vm, playbook, &linked, errors);
    for (size_t i = 0; i < linked.count; i++)
        good = check_playbook(arena, linked.playbooks[i], catalog, &check, errors) && good;
    if (!good)
        return false;
    for (size_t i = 0; i < linked.count; i++)
        if (linked.playbooks[i]->procedure != NULL)
            out->procedure = procedure_join(arena, out->procedure,
                                            procedure_load(arena, catalog, linked.playbooks[i]->procedure,
                                                           linked.playbooks[i]->pos, errors));
    struct compiling compiling = {vm, vm_program_open(vm, linked.expr_count), errors};
    out->program = compiling.program;
    for (size_t i = 0; i < linked.count; i++)
        compile_list(&compiling, &linked.playbooks[i]->steps);
    return errors->errors == 0;
}

bool prepare_check(struct arena *arena, struct catalog *catalog, struct vm *vm,
                   const struct playbook *playbook, struct prepared_playbook *out, struct err_list *errors)
{
    return prepare(arena, catalog, vm, playbook, true, out, errors);
}

bool prepare_playbook(struct arena *arena, struct catalog *catalog, struct vm *vm,
                      const struct playbook *playbook, struct prepared_playbook *out, struct err_list *errors)
{
    if (!prepare(arena, catalog, vm, playbook, false, out, errors))
        return false;
    catalog_use(catalog, playbook->file);
    out->digest = catalog_digest(catalog, arena);
    return true;
}
