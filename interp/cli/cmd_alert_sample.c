// The command alert sample: payloads as Azure would send them, dated from now, for the estate that the lab
// starts with.

#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/sample.h"
#include "data/json.h"
#include "data/value.h"
#include "vm/vm.h"

static const struct value *make(struct cli *cli, struct vm *vm, struct vm_run *run, struct err *err)
{
    const char *type = options_value(&cli->options, OPT_KIND),
               *shape = options_value(&cli->options, OPT_SHAPE);
    bool simulated = options_has(&cli->options, OPT_SAMPLE_SIMULATED);
    const struct value *records =
        sample_records(cli->arena, vm, open_catalog(cli), clock_now_ms(), simulated, err);
    if (records == NULL)
        return NULL;
    if (shape == NULL)
        shape = sample_shape_for(type, records);
    return sample_payload(vm, run, shape, type, records, err);
}

int cmd_alert_sample(struct cli *cli)
{
    struct err err = {0};
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL)
        return cli_fail(cli, &err);
    struct vm_run run = {.arena = cli->arena, .now = clock_rfc3339(cli->arena, clock_now_ms())};
    vm_run_open(vm, &run);
    const struct value *payload = make(cli, vm, &run, &err);
    int status = 0;
    if (payload == NULL) {
        const char *shape = options_value(&cli->options, OPT_SHAPE);
        sample_hint(cli->arena, open_catalog(cli), shape, &err);
        status = cli_fail(cli, &err);
    } else {
        struct text out = text_new(cli->arena);
        json_write_pretty(&out, payload);
        text_addc(&out, '\n');
        cli_print(&out);
    }
    vm_run_close(vm, &run);
    vm_close(vm);
    return status;
}
