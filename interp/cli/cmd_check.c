// The command check: playbooks are parsed, compiled and checked against all that they name, and so
// is the profile they would run under; nothing is run.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/settings.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "report/diag_out.h"
#include "run/prepare.h"
#include "run/signed.h"
#include "vm/vm.h"

static const struct value *as_value(struct arena *arena, const char *name, const struct playbook *playbook,
                                    const char *by, const struct err_list *errors)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "name", playbook == NULL ? name : playbook->name);
    value_put_text(arena, map, "version", playbook == NULL ? NULL : playbook->version);
    value_put(arena, map, "ok", value_bool(errors->errors == 0));
    value_put_text(arena, map, "signed", by);
    value_put(arena, map, "diagnostics", cli_diagnostics(arena, errors));
    return map;
}

// Signatures that do not hold, and, where the policy wants them, those that are lacking.
static bool look_for_signatures(struct cli *cli, struct prepared_playbook *prepared, bool wanted,
                                struct err_list *errors)
{
    struct err err;
    if (!signed_look_all(cli->arena, cli->config, prepared, &err)) {
        err_list_append(errors, &err);
        return false;
    }
    for (size_t i = 0; i < prepared->linked.count; i++) {
        const struct signature *signature = &prepared->signatures[i];
        if (signature->by == NULL && (wanted || signature->is_there))
            err_hint(err_list_add(errors, ERR_WARNING, E_REFUSED, signature->playbook->pos, "%s %s %s",
                                  signature->playbook->name, signature->playbook->version, signature->fault),
                     "%s", signature->hint);
    }
    return true;
}

struct checking {
    struct cli *cli;
    struct vm *vm;
    bool signed_wanted;
    struct text out;    // for people
    struct value *list; // as JSON
};

// One playbook. True when there are no errors.
static bool check(struct checking *checking, const char *name)
{
    struct cli *cli = checking->cli;
    struct text *out = &checking->out;
    struct err_list *errors = err_list_new(cli->arena);
    struct prepared_playbook prepared;
    const struct playbook *playbook = open_draft(cli, checking->vm, name, errors);
    bool good = playbook != NULL &&
                prepare_check(cli->arena, open_catalog(cli), checking->vm, playbook, &prepared, errors) &&
                look_for_signatures(cli, &prepared, checking->signed_wanted, errors);
    const char *by = good ? prepared.signatures[0].by : NULL;
    const char *signer =
        by == NULL || playbook->file->embedded ? NULL : arena_strndup(cli->arena, by, strcspn(by, "+"));
    value_append(cli->arena, checking->list, as_value(cli->arena, name, playbook, by, errors));
    diag_out_list(out, &cli->out, errors);
    if (good)
        text_addf(out, "%s %s: good, %zu step%s%s%s\n", playbook->name, playbook->version,
                  playbook->step_count, playbook->step_count == 1 ? "" : "s",
                  signer == NULL ? "" : ", signed by ", signer == NULL ? "" : signer);
    else {
        text_add_terminal(out, name);
        text_addf(out, ": %zu error%s\n", errors->errors, errors->errors == 1 ? "" : "s");
    }
    return good;
}

int cmd_check(struct cli *cli)
{
    struct err err;
    struct checking checking = {.cli = cli, .out = text_new(cli->arena), .list = value_list(cli->arena)};
    if ((checking.vm = open_vm(cli, &err)) == NULL)
        return cli_fail(cli, &err);
    struct settings settings; // a policy that names what there is not would stop the playbooks when they run
    bool configured = !settings_are_built_in(cli);
    struct err_list *errors = err_list_new(cli->arena);
    if (configured && !settings_load_all(cli, &settings, errors)) {
        vm_close(checking.vm);
        return cli_fail_all(cli, errors);
    }
    checking.signed_wanted = configured && settings.policy->only_signed;
    bool good = true;
    for (size_t i = 0; i < cli->options.argument_count; i++)
        good = check(&checking, cli->options.arguments[i]) && good;
    if (cli_json(cli)) {
        checking.out = text_new(cli->arena);
        json_write_line(&checking.out, checking.list);
    }
    cli_print(&checking.out);
    vm_close(checking.vm);
    return good ? 0 : 2;
}
