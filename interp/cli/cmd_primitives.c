// The command primitives: the reference of what playbooks can do, made from the declarations.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/reference.h"
#include "cli/types.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/policy.h"
#include "report/wrap.h"
#include "vm/prim.h"
#include "vm/vm.h"

static const struct value *as_value(struct arena *arena, const struct primitive *primitive)
{
    struct value *map = value_map(arena);
    bool changes = strcmp(risk_word(primitive->risk), "read") != 0;
    value_put_text(arena, map, "name", primitive->name);
    value_put_text(arena, map, "summary", primitive->summary);
    value_put_text(arena, map, "since", primitive->since);
    value_put_text(arena, map, "risk", risk_word(primitive->risk));
    value_put(arena, map, "reversible", changes ? value_bool(primitive->irreversible == NULL) : &value_null);
    value_put_text(arena, map, "irreversible", primitive->irreversible);
    value_put(arena, map, "repeatable", value_bool(primitive->repeatable));
    value_put(arena, map, "permissions", primitive->permissions);
    value_put(arena, map, "params", types_value(arena, primitive->params));
    value_put(arena, map, "returns", types_value(arena, primitive->returns));
    value_put(arena, map, "example", primitive->example);
    value_put_text(arena, map, "doc", primitive_doc(arena, primitive));
    return map;
}

static void print_permissions(struct wrap *wrap, const struct primitive *primitive)
{
    if (value_count(primitive->permissions) == 0)
        return;
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_PLAIN, "Permissions:");
    for (size_t i = 0; i < value_count(primitive->permissions); i++) {
        const char *permission = value_text(value_item(primitive->permissions, i));
        wrap_line(wrap, 2, WRAP_PLAIN, permission == NULL ? "" : permission);
    }
}

static void print_one(struct wrap *wrap, const struct primitive *primitive)
{
    struct arena *arena = wrap->out->arena;
    const char *risk = risk_word(primitive->risk);
    wrap_begin(wrap, 0, 2);
    wrap_put(wrap, WRAP_BOLD, primitive->name);
    wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " · %s · since %s", risk, primitive->since));
    wrap_end(wrap);
    wrap_line(wrap, 0, WRAP_PLAIN, arena_printf(arena, "%s.", primitive->summary));
    const char *doc = primitive_doc(arena, primitive);
    if (doc[0] != '\0') {
        wrap_blank(wrap);
        wrap_line(wrap, 0, WRAP_PLAIN, doc);
    }
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_PLAIN, "Parameters:");
    types_print(wrap, 2, primitive->params);
    if (primitive->returns != NULL && primitive->returns->field_count > 0) {
        wrap_blank(wrap);
        wrap_line(wrap, 0, WRAP_PLAIN, "Results:");
        types_print(wrap, 2, primitive->returns);
    }
    print_permissions(wrap, primitive);
    if (strcmp(risk, "read") == 0)
        return;
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_PLAIN,
              primitive->irreversible == NULL
                  ? "Can be undone."
                  : arena_printf(arena, "Cannot be undone: %s.", primitive->irreversible));
    wrap_line(wrap, 0, WRAP_PLAIN,
              primitive->repeatable ? "May be sent twice without a second effect."
                                    : "Is never sent twice unattended.");
}

// "keyvault." of "keyvault", "" of NULL; NULL: it is no area.
static const char *beginning_of(struct arena *arena, struct vm *vm, const char *area)
{
    const char *beginning = area == NULL ? "" : arena_printf(arena, "%s.", area);
    for (const char *const *name = primitive_names(vm); *name != NULL; name++)
        if (text_starts(*name, beginning))
            return beginning;
    return NULL;
}

static int print_all(struct cli *cli, struct vm *vm, const char *beginning)
{
    struct arena *arena = cli->arena;
    struct err_list *errors = err_list_new(arena);
    struct value *list = value_list(arena);
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    for (const char *const *name = primitive_names(vm); *name != NULL; name++) {
        struct err err;
        if (!text_starts(*name, beginning))
            continue;
        const struct primitive *primitive = primitive_find(vm, *name, &err);
        if (primitive == NULL) {
            err_list_append(errors, &err);
            continue;
        }
        value_append(arena, list, as_value(arena, primitive));
        wrap_begin(&wrap, 0, 36);
        wrap_put(&wrap, WRAP_BOLD, primitive->name);
        wrap_tab(&wrap, 27);
        wrap_put(&wrap, WRAP_DIM, risk_word(primitive->risk));
        wrap_tab(&wrap, 36);
        wrap_put(&wrap, WRAP_PLAIN, primitive->summary);
        wrap_end(&wrap);
    }
    if (errors->errors > 0)
        return cli_fail_all(cli, errors);
    if (cli_json(cli))
        cli_print_json(cli, list);
    else
        cli_print(&out);
    return 0;
}

int cmd_primitives(struct cli *cli)
{
    struct err err;
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL)
        return cli_fail(cli, &err);
    int status = 0;
    const char *name = cli->options.arguments[0], *beginning = beginning_of(cli->arena, vm, name);
    if (options_has(&cli->options, OPT_MARKDOWN)) {
        struct err_list *errors = err_list_new(cli->arena);
        struct text out = text_new(cli->arena);
        reference_write(&out, vm, errors);
        status = errors->errors > 0 ? cli_fail_all(cli, errors) : 0;
        if (status == 0)
            cli_print(&out);
    } else if (beginning != NULL) {
        status = print_all(cli, vm, beginning);
    } else {
        const struct primitive *primitive = primitive_find(vm, name, &err);
        if (primitive == NULL) {
            status = cli_fail(cli, &err);
        } else if (cli_json(cli)) {
            cli_print_json(cli, as_value(cli->arena, primitive));
        } else {
            struct text out = text_new(cli->arena);
            struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
            print_one(&wrap, primitive);
            cli_print(&out);
        }
    }
    vm_close(vm);
    return status;
}
