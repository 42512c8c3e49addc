// The command schema: JSON Schema for editors and other programs. What is written by hand (of a run's output,
// which is a contract) stands in a file; all else is made from declarations. Nothing is run.
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/test_file.h"
#include "data/json.h"
#include "data/schema_json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/language.h"
#include "run/prepare.h"
#include "vm/vm.h"

static bool add_playbook(struct cli *cli, struct text *out, struct err *err)
{
    struct vm *vm = open_vm(cli, err);
    if (vm == NULL)
        return false;
    const struct check_world world = prepare_world(cli->arena, vm);
    const struct value *schema = language_schema(cli->arena, open_catalog(cli), &world, err);
    if (schema != NULL)
        json_write_pretty(out, schema);
    text_addc(out, '\n');
    vm_close(vm);
    return schema != NULL;
}

static bool add_test(struct cli *cli, struct text *out, struct err *err)
{
    (void)err;
    struct value *schema = schema_json_record(cli->arena, test_file_schema(cli->arena), NULL);
    value_put_text(cli->arena, schema, "$schema", "http://json-schema.org/draft-07/schema#");
    value_put_text(cli->arena, schema, "title", "Tests of a playbook");
    json_write_pretty(out, schema);
    text_addc(out, '\n');
    return true;
}

static bool add_run(struct cli *cli, struct text *out, struct err *err)
{
    const struct catalog_file *file =
        catalog_find(open_catalog(cli), "interp/report/run-output.schema.json", err);
    if (file != NULL)
        text_add(out, file->bytes);
    return file != NULL;
}

int cmd_schema(struct cli *cli)
{
    static const struct {
        const char *of;
        bool (*add)(struct cli *cli, struct text *out, struct err *err);
    } schemas[] = {{"playbook", add_playbook}, {"test", add_test}, {"run", add_run}};
    enum { COUNT = sizeof schemas / sizeof schemas[0] };
    const char *of = cli->options.argument_count == 0 ? schemas[0].of : cli->options.arguments[0];
    struct err err = {0};
    struct text out = text_new(cli->arena);
    size_t i = 0;
    while (i < COUNT && strcmp(schemas[i].of, of) != 0)
        i++;
    if (i == COUNT) {
        err_set(&err, E_USAGE, "there is no schema of '%.60s'", of);
        err_hint(&err, "playbook schema %s", cli->options.command->arguments);
    } else if (schemas[i].add(cli, &out, &err)) {
        cli_print(&out);
        return 0;
    }
    return cli_fail(cli, &err);
}
