// The command list: which playbooks there are.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/outline.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "report/wrap.h"
#include "vm/vm.h"

static const struct value *as_value(struct arena *arena, const struct playbook *playbook)
{
    struct value *map = outline_head(arena, playbook);
    value_put_text(arena, map, "file", playbook->file->name);
    return map;
}

static void print_one(struct wrap *wrap, const struct playbook *playbook)
{
    struct arena *arena = wrap->out->arena;
    wrap_begin(wrap, 0, 2);
    wrap_put(wrap, WRAP_BOLD, playbook->name);
    wrap_put(wrap, WRAP_DIM, arena_printf(arena, " %s", playbook->version));
    wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " %s", playbook->title));
    wrap_end(wrap);
    struct text alerts = text_new(arena);
    for (const char **alert = playbook->alerts; *alert != NULL; alert++)
        text_addf(&alerts, "%s %s", alerts.length == 0 ? "answers" : ",", *alert);
    wrap_line(wrap, 2, WRAP_PLAIN, alerts.length == 0 ? "takes no alert" : alerts.ptr);
}

// The length of a built-in file's text up to its steps, where those come last: the build has checked them. 0:
// it is to be read whole.
static size_t head_of(const struct catalog_file *file)
{
    const char *steps =
        file->embedded && text_ends(file->path, ".yaml") ? strstr(file->bytes, "\nsteps:") : NULL;
    for (const char *line = steps; line != NULL && (line = strchr(line + 2, '\n')) != NULL;)
        if (line[1] >= 'a' && line[1] <= 'z')
            return 0; // more stands behind them
    return steps == NULL ? 0 : (size_t)(steps - file->bytes) + 1;
}

// What is listed of a playbook, without its steps; NULL: it is to be read whole.
static const struct playbook *read_head(struct cli *cli, const char *name)
{
    struct err err = {0};
    const struct catalog_file *file = catalog_playbook(open_catalog(cli), name, &err);
    size_t length = file == NULL ? 0 : head_of(file);
    const char *head =
        length == 0 ? NULL : arena_printf(cli->arena, "%.*ssteps: [{end: x}]\n", (int)length, file->bytes);
    const struct value *root =
        head == NULL ? NULL : yaml_parse(cli->arena, file->name, head, strlen(head), &err);
    return root == NULL ? NULL : playbook_parse(cli->arena, file, root, err_list_new(cli->arena));
}

int cmd_list(struct cli *cli)
{
    struct err err;
    struct vm *vm = NULL;
    struct arena *arena = cli->arena;
    struct err_list *errors = err_list_new(arena);
    struct value *list = value_list(arena);
    struct text out = text_new(arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    for (const char **name = open_playbook_names(cli); *name != NULL; name++) {
        const struct playbook *playbook = read_head(cli, *name);
        if (playbook == NULL && vm == NULL && (vm = open_vm(cli, &err)) == NULL)
            return cli_fail(cli, &err);
        if (playbook == NULL && (playbook = open_playbook(cli, vm, *name, errors)) == NULL)
            continue;
        value_append(arena, list, as_value(arena, playbook));
        print_one(&wrap, playbook);
    }
    // A broken playbook is told of, and does not hide the others.
    if (!cli_json(cli))
        cli_print(&out);
    else if (errors->errors == 0)
        cli_print_json(cli, list);
    vm_close(vm);
    return errors->errors == 0 ? 0 : cli_fail_all(cli, errors);
}
