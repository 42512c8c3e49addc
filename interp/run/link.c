// Links calls. Expressions of all playbooks of a run are numbered through, so that one program holds them.
// Not for parameters (with.c) and not for running (flow.c). Invariant: a playbook never calls itself,
// directly or not, and one that is called from two places is read once.
#include "run/link.h"

#include "base/text.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "vm/vm.h"

struct linking {
    struct arena *arena;
    struct catalog *catalog;
    struct vm *vm;
    struct err_list *errors;
    struct linked *out;
    const struct playbook *chain[PLAYBOOK_MAX_CALLS + 1]; // from the outermost to the one being linked
    size_t depth;
};

const struct playbook *link_parse(struct arena *arena, struct vm *vm, const struct catalog_file *file,
                                  int slot, struct err_list *errors)
{
    struct err err = {0};
    bool lua = text_ends(file->path, ".lua");
    const struct value *root = lua ? vm_load_value(vm, arena, file, &err)
                                   : yaml_parse(arena, file->name, file->bytes, file->length, &err);
    if (root != NULL)
        return playbook_parse_from(arena, file, root, slot, errors);
    err_list_append(errors, &err);
    return NULL;
}

static bool link_one(struct linking *linking, const struct playbook *playbook);

static const struct playbook *find_read(const struct linking *linking, const struct catalog_file *file)
{
    for (size_t i = 0; i < linking->out->count; i++)
        if (linking->out->playbooks[i]->file == file)
            return linking->out->playbooks[i];
    return NULL;
}

static bool calls_itself(struct linking *linking, const struct step *step, const struct playbook *called)
{
    for (size_t i = 0; i < linking->depth; i++)
        if (linking->chain[i] == called) {
            err_list_add(linking->errors, ERR_ERROR, E_CHECK, step->callee_pos,
                         "%s would call itself: it is called by what it calls", called->name);
            return true;
        }
    return false;
}

// The playbook that a step names, read and linked. NULL: the list says why.
static const struct playbook *follow(struct linking *linking, const struct step *step)
{
    struct err err = {0};
    const struct catalog_file *file = catalog_playbook(linking->catalog, step->callee, &err);
    if (file == NULL) {
        err.pos = step->callee_pos;
        err_list_append(linking->errors, &err);
        return NULL;
    }
    const struct playbook *called = find_read(linking, file);
    if (called != NULL)
        return calls_itself(linking, step, called) ? NULL : called;
    if (linking->depth == PLAYBOOK_MAX_CALLS || linking->out->count == LINKED_MAX) {
        err_list_add(linking->errors, ERR_ERROR, E_LIMIT, step->callee_pos,
                     "playbooks call each other deeper than %d", PLAYBOOK_MAX_CALLS);
        return NULL;
    }
    size_t before = linking->errors->errors;
    called = link_parse(linking->arena, linking->vm, file, linking->out->expr_count, linking->errors);
    if (called == NULL || linking->errors->errors != before)
        return NULL;
    catalog_use(linking->catalog, file);
    return link_one(linking, called) ? called : NULL;
}

static bool link_one(struct linking *linking, const struct playbook *playbook)
{
    bool all = true;
    linking->out->playbooks[linking->out->count++] = playbook;
    if (linking->out->expr_count < playbook->expr_count)
        linking->out->expr_count = playbook->expr_count;
    linking->chain[linking->depth++] = playbook;
    for (size_t i = 0; i < playbook->call_count; i++) {
        struct step *step = playbook->calls[i];
        if (step->called == NULL && step->callee != NULL)
            step->called = follow(linking, step);
        else if (step->called != NULL && find_read(linking, step->called->file) == NULL)
            all = link_one(linking, step->called) && all;
        all = all && step->called != NULL;
    }
    linking->depth--;
    return all;
}

bool link_calls(struct arena *arena, struct catalog *catalog, struct vm *vm, const struct playbook *playbook,
                struct linked *out, struct err_list *errors)
{
    *out = (struct linked){0};
    struct linking linking = {.arena = arena, .catalog = catalog, .vm = vm, .errors = errors, .out = out};
    return link_one(&linking, playbook);
}
