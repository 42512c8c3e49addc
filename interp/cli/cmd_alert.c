// The commands alert show, list and sample: what is read from alerts, and what the lab has. Nothing is run.

#include "base/text.h"
#include "cli/alerts.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "data/value.h"
#include "report/alert_out.h"
#include "report/wrap.h"
#include "intake/alert.h"
#include "vm/vm.h"

// The playbooks that answer an alert, in words.
static const char *answering(struct arena *arena, const struct playbook *const *playbooks,
                             const struct value *alert)
{
    const char **names = open_answering(arena, playbooks, alert);
    return *names == NULL ? "no playbook" : text_join(arena, names, ", ");
}

static void print_alerts(struct cli *cli, struct vm *vm, const struct value *alerts)
{
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    const struct playbook *const *playbooks = open_playbooks(cli, vm);
    if (value_count(alerts) == 0)
        wrap_line(&wrap, 0, WRAP_PLAIN, "No alert in it: it is empty, or tells of something else.");
    for (size_t i = 0; i < value_count(alerts); i++) {
        const struct value *alert = value_item(alerts, i);
        if (i > 0)
            wrap_blank(&wrap);
        alert_out_full(&wrap, alert, answering(cli->arena, playbooks, alert));
    }
    cli_print(&out);
}

static void print_json(struct cli *cli, const struct value *alerts)
{
    struct value *list = value_list(cli->arena);
    for (size_t i = 0; i < value_count(alerts); i++)
        value_append(cli->arena, list,
                     options_has(&cli->options, OPT_RAW)
                         ? value_item(alerts, i)
                         : alert_without_raw(cli->arena, value_item(alerts, i)));
    cli_print_json(cli, list);
}

int cmd_alert_show(struct cli *cli)
{
    struct err err;
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL)
        return cli_fail(cli, &err);
    struct value *all = value_list(cli->arena);
    struct err_list *notes = err_list_new(cli->arena), *errors = err_list_new(cli->arena);
    for (size_t i = 0; i < cli->options.argument_count; i++) {
        const char *name = cli->options.arguments[i];
        const struct alerts alerts = alerts_take_all(cli, vm, name, notes);
        if (alerts.refused_count > 0 && !alerts_is_file(cli->arena, name))
            err_hint(alerts.refused, "it reads files; `playbook alert list` shows the alerts of the estate");
        for (size_t j = 0; j < value_count(alerts.records); j++)
            value_append(cli->arena, all, value_item(alerts.records, j));
        for (size_t j = 0; j < alerts.refused_count; j++)
            err_list_append(errors, &alerts.refused[j]);
    }
    bool shown = value_count(all) > 0 || errors->errors == 0;
    if (shown && cli_json(cli)) {
        print_json(cli, all);
    } else if (shown) {
        alerts_warn(cli, notes);
        print_alerts(cli, vm, all);
    }
    vm_close(vm);
    return errors->errors == 0 ? 0 : alerts_fail(cli, errors, shown);
}
