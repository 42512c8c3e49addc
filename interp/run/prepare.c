// Makes a playbook ready to run: checks it against the primitives that it names, compiles its expressions,
// and takes the digest of everything that it uses. Not for running. Invariant: a prepared playbook has no
// error.
#include "run/prepare.h"

#include "base/arena.h"
#include "playbook/catalog.h"
#include "playbook/check.h"
#include "playbook/playbook.h"
#include "playbook/procedure.h"
#include "intake/alert.h"
#include "vm/expr.h"
#include "vm/prim.h"
#include "vm/vm.h"

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
                                     .irreversible = primitive_why_not(primitive),
                                     .summary = primitive->summary};
    return view;
}

static const char *const *globals(void *context)
{
    struct world *world = context;
    return vm_globals(world->vm, world->arena);
}

static void add_template(struct vm_program *program, const struct template *template)
{
    if (template == NULL)
        return;
    vm_program_add(program, template->expr, false);
    for (size_t i = 0; i < template->count; i++)
        add_template(program, template->parts[i]);
}

static void add_list(struct vm_program *program, const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i];
        vm_program_add(program, step->when, false);
        vm_program_add(program, step->for_each, false);
        vm_program_add(program, step->choose, false);
        vm_program_add(program, step->script, true);
        add_template(program, step->with);
        add_template(program, step->text);
        add_template(program, step->let);
        add_list(program, &step->steps);
        for (size_t k = 0; k < step->case_count; k++)
            add_list(program, &step->cases[k].steps);
    }
}

struct check_world prepare_world(struct arena *arena, struct vm *vm)
{
    struct world *world = ARENA_NEW(arena, struct world);
    *world = (struct world){arena, vm};
    return (struct check_world){.context = world,
                                .primitive = find_primitive,
                                .functions = vm_functions(vm),
                                .usages = vm_usages(arena, true),
                                .globals = globals,
                                .primitives = primitive_names(vm),
                                .alert = alert_schema(arena)};
}

static bool prepare(struct arena *arena, struct catalog *catalog, struct vm *vm,
                    const struct playbook *playbook, bool coverage, struct prepared_playbook *out,
                    struct err_list *errors)
{
    struct check_world check = prepare_world(arena, vm);
    check.coverage = check.idle = coverage;
    *out = (struct prepared_playbook){.playbook = playbook};
    const struct linked *linked = &out->linked;
    bool good = link_calls(arena, catalog, vm, playbook, &out->linked, errors);
    for (size_t i = 0; i < linked->count; i++)
        good = check_playbook(linked->playbooks[i], catalog, &check, errors) && good;
    if (!good)
        return false;
    for (size_t i = 0; i < linked->count; i++)
        if (linked->playbooks[i]->procedure != NULL)
            out->procedure = procedure_join(
                arena, out->procedure,
                procedure_load(catalog, linked->playbooks[i]->procedure, linked->playbooks[i]->pos, errors));
    out->program = vm_program_open(vm, linked->expr_count);
    for (size_t i = 0; i < linked->count; i++)
        add_list(out->program, &linked->playbooks[i]->steps);
    vm_program_compile(out->program, errors);
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
