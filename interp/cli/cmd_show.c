// The command show: what a playbook takes, covers and does.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/outline.h"
#include "cli/types.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "playbook/procedure.h"
#include "report/wrap.h"
#include "run/link.h"
#include "run/signed.h"
#include "trail/signers.h"
#include "vm/vm.h"

static const struct value *as_value(struct arena *arena, const struct linked *linked,
                                    const struct signature *signature)
{
    const struct playbook *playbook = linked->playbooks[0];
    struct value *map = outline_head(arena, playbook);
    value_put(arena, map, "params", types_value(arena, playbook->params));
    value_put(arena, map, "clauses", outline_clauses(arena, linked));
    value_put(arena, map, "steps", outline_value(arena, playbook));
    value_put_text(arena, map, "file", playbook->file->name);
    value_put_text(arena, map, "signed", signature->by);
    return map;
}

static bool covers(const struct value *clauses, const char *id)
{
    for (size_t i = 0; i < value_count(clauses); i++)
        if (strcmp(value_text(value_item(clauses, i)), id) == 0)
            return true;
    return false;
}

// Which clauses of its procedure the playbook carries out, in the procedure's words, and which it leaves out.
static void print_clauses(struct cli *cli, struct wrap *wrap, const struct linked *linked)
{
    const struct playbook *playbook = linked->playbooks[0];
    struct err_list *errors = err_list_new(cli->arena);
    const struct value *clauses = outline_clauses(cli->arena, linked);
    const struct procedure *procedure =
        playbook->procedure == NULL
            ? NULL
            : procedure_load(open_catalog(cli), playbook->procedure, playbook->procedure_pos, errors);
    if (procedure == NULL)
        return;
    size_t covered = 0;
    for (size_t i = 0; i < procedure->clause_count; i++)
        covered += covers(clauses, procedure->clauses[i].id);
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_PLAIN,
              arena_printf(cli->arena, "Carries out %zu of %zu clauses of: %s", covered,
                           procedure->clause_count, procedure->title));
    for (size_t i = 0; i < procedure->clause_count; i++) {
        const struct procedure_clause *clause = &procedure->clauses[i];
        bool has = covers(clauses, clause->id);
        wrap_begin(wrap, 2, 4);
        wrap_put(wrap, has ? WRAP_GREEN : WRAP_YELLOW, clause->id);
        wrap_put(wrap, WRAP_PLAIN, arena_printf(cli->arena, "%s %s", has ? "" : " (left out)", clause->text));
        wrap_end(wrap);
    }
}

// Who vouches for it, where somebody has signed it.
static void print_signature(struct wrap *wrap, const struct signature *signature)
{
    if (!signature->is_there)
        return;
    wrap_begin(wrap, 0, 2);
    wrap_put(wrap, signature->by == NULL ? WRAP_YELLOW : WRAP_GREEN,
             signature->by == NULL ? arena_printf(wrap->out->arena, "It %s", signature->fault)
                                   : arena_printf(wrap->out->arena, "Signed by %.*s",
                                                  (int)strcspn(signature->by, "+"), signature->by));
    wrap_end(wrap);
}

static void print(struct cli *cli, struct text *out, const struct linked *linked,
                  const struct signature *signature)
{
    const struct playbook *playbook = linked->playbooks[0];
    struct wrap wrap = wrap_new(out, cli->out.width, cli->out.colour);
    wrap_begin(&wrap, 0, 2);
    wrap_put(&wrap, WRAP_BOLD, arena_printf(cli->arena, "%s %s", playbook->name, playbook->version));
    wrap_put(&wrap, WRAP_PLAIN, arena_printf(cli->arena, " · %s", playbook->title));
    wrap_end(&wrap);
    struct text alerts = text_new(cli->arena);
    for (const char **alert = playbook->alerts; *alert != NULL; alert++)
        text_addf(&alerts, "%s %s", alerts.length == 0 ? "Answers" : ",", *alert);
    wrap_line(&wrap, 0, WRAP_PLAIN, alerts.length == 0 ? "Takes no alert" : alerts.ptr);
    print_signature(&wrap, signature);
    if (playbook->params->field_count > 0) {
        wrap_blank(&wrap);
        wrap_line(&wrap, 0, WRAP_PLAIN, "Parameters:");
        types_print(&wrap, 2, playbook->params);
    }
    print_clauses(cli, &wrap, linked);
    wrap_blank(&wrap);
    wrap_line(&wrap, 0, WRAP_PLAIN, "Steps:");
    outline_print(&wrap, playbook);
}

static int show(struct cli *cli, struct vm *vm)
{
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    const struct playbook *playbook = open_playbook(cli, vm, cli->options.arguments[0], errors);
    struct linked linked;
    struct signers signers = {0};
    if (playbook == NULL || !link_calls(cli->arena, open_catalog(cli), vm, playbook, &linked, errors))
        return cli_fail_all(cli, errors);
    if (!playbook->file->embedded && !signers_load(cli->arena, cli->config, &signers, &err))
        return cli_fail(cli, &err);
    struct signature signature = signed_look(cli->arena, playbook, &signers);
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        json_write_line(&out, as_value(cli->arena, &linked, &signature));
    } else {
        print(cli, &out, &linked, &signature);
    }
    cli_print(&out);
    return 0;
}

int cmd_show(struct cli *cli)
{
    struct err err;
    struct vm *vm = open_vm(cli, &err);
    int status = vm == NULL ? cli_fail(cli, &err) : show(cli, vm);
    if (vm != NULL)
        vm_close(vm);
    return status;
}
