// The command check: playbooks are parsed, compiled and checked against all that they name, and so
// is the profile they would run under; nothing is run.
#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/settings.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "report/diag_out.h"
#include "run/prepare.h"
#include "vm/vm.h"

static const struct value *as_value(struct arena *arena, const char *name, const struct playbook *playbook,
                                    const struct err_list *errors)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "name", playbook == NULL ? name : playbook->name);
    value_put_text(arena, map, "version", playbook == NULL ? NULL : playbook->version);
    value_put(arena, map, "ok", value_bool(errors->errors == 0));
    value_put(arena, map, "diagnostics", cli_diagnostics(arena, errors));
    return map;
}

// One playbook; what is found is added to `out` (text) or `list` (JSON). True when there are no errors.
static bool check(struct cli *cli, struct vm *vm, const char *name, struct text *out, struct value *list)
{
    struct err_list *errors = err_list_new(cli->arena);
    struct prepared_playbook prepared;
    const struct playbook *playbook = open_draft(cli, vm, name, errors);
    bool good =
        playbook != NULL && prepare_check(cli->arena, open_catalog(cli), vm, playbook, &prepared, errors);
    value_append(cli->arena, list, as_value(cli->arena, name, playbook, errors));
    diag_out_list(out, &cli->out, errors);
    if (good)
        text_addf(out, "%s %s: good, %zu step%s\n", playbook->name, playbook->version, playbook->step_count,
                  playbook->step_count == 1 ? "" : "s");
    else {
        text_add_terminal(out, name);
        text_addf(out, ": %zu error%s\n", errors->errors, errors->errors == 1 ? "" : "s");
    }
    return good;
}

int cmd_check(struct cli *cli)
{
    struct err err;
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL)
        return cli_fail(cli, &err);
    struct settings settings; // a policy that names what there is not would stop the playbooks when they run
    if (!settings_are_built_in(cli) && !settings_load(cli, &settings, &err)) {
        vm_close(vm);
        return cli_fail(cli, &err);
    }
    struct text out = text_new(cli->arena);
    struct value *list = value_list(cli->arena);
    bool good = true;
    for (size_t i = 0; i < cli->options.argument_count; i++)
        good = check(cli, vm, cli->options.arguments[i], &out, list) && good;
    if (cli_json(cli)) {
        out = text_new(cli->arena);
        json_write(&out, list);
        text_addc(&out, '\n');
    }
    cli_print(&out);
    vm_close(vm);
    return good ? 0 : 2;
}
