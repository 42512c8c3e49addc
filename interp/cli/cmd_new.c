// The command new: a playbook to begin with, in a file of its own: the built-in one (playbooks/new/) with a
// test, or a copy of another. They are copied as text; only name and version are put in.
// Invariant: a file that is there stays as it is.
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/place.h"
#include "playbook/playbook.h"

#define TEMPLATE "playbooks/new/playbook"

static bool check_name(const char *name, struct err *err)
{
    if (playbook_is_name(name))
        return true;
    err_set(err, E_USAGE, "'%.60s' cannot be the name of a playbook", name);
    err_hint(err, "small letters, digits and '-'; the file is named after it");
    return false;
}

// The file's text with another value of one member of its mapping, everything else as it was written.
static const char *with_member(struct arena *arena, const char *file, const char *bytes, const char *member,
                               const char *text, struct err *err)
{
    const struct value *root = yaml_parse(arena, file, bytes, strlen(bytes), err);
    if (root == NULL)
        return NULL;
    const struct value *value = value_get(root, member);
    const char *old = value_text(value);
    struct place_lines lines = place_lines_of(bytes, strlen(bytes));
    const char *first = old == NULL ? NULL : place_of_value(arena, &lines, value).first;
    if (first != NULL && text_starts(first, old))
        return arena_printf(arena, "%.*s%s%s", (int)(first - bytes), bytes, text, first + strlen(old));
    err_set_at(err, E_CHECK, value == NULL ? (struct src_pos){file, 1, 1} : value_pos(value),
               "no other '%s' can be put in here", member);
    return NULL;
}

struct new_file {
    const char *name, *bytes;
};

// A playbook under another name. Its versions are its own: they begin anew.
static bool make_playbook(struct cli *cli, const char *name, const char *from, struct new_file *made,
                          struct err *err)
{
    struct arena *arena = cli->arena;
    const struct catalog_file *file = from == NULL ? catalog_find(open_catalog(cli), TEMPLATE ".yaml", err)
                                                   : catalog_playbook(open_catalog(cli), from, err);
    if (file == NULL)
        return false;
    if (!text_ends(file->path, ".yaml"))
        return err_set(err, E_USAGE, "%s is no YAML: only such a playbook is copied under another name",
                       file->name);
    const char *bytes = with_member(arena, file->name, file->bytes, "playbook", name, err);
    bytes = bytes == NULL ? NULL : with_member(arena, file->name, bytes, "version", "0.1.0", err);
    if (bytes != NULL && from != NULL)
        bytes = arena_printf(arena, "# Begun as a copy of %s.\n%s", from, bytes);
    *made = (struct new_file){arena_printf(arena, "%s.yaml", name), bytes};
    return bytes != NULL;
}

// The test of the built-in playbook; what a copy does is its owner's to say.
static bool make_test(struct cli *cli, const char *name, struct new_file *made, struct err *err)
{
    struct arena *arena = cli->arena;
    const struct catalog_file *file = catalog_find(open_catalog(cli), TEMPLATE ".test.yaml", err);
    if (file == NULL)
        return false;
    const char *playbook = arena_printf(arena, "%s.yaml", name);
    *made = (struct new_file){arena_printf(arena, "%s.test.yaml", name),
                              with_member(arena, file->name, file->bytes, "playbook", playbook, err)};
    return made->bytes != NULL;
}

// All of them, or an error before the first.
static bool write_new(const struct new_file *files, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (file_exists(files[i].name)) {
            err_set(err, E_FILE, "%s is there already", files[i].name);
            err_hint(err, "choose another name, or move that file away");
            return false;
        }
    for (size_t i = 0; i < count; i++)
        if (!file_replace_as(files[i].name, FILE_PUBLIC, files[i].bytes, strlen(files[i].bytes), err))
            return false;
    return true;
}

static void tell(struct cli *cli, const struct new_file *files, size_t count)
{
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena), *names = value_list(cli->arena);
        for (size_t i = 0; i < count; i++)
            value_append(cli->arena, names, value_string(cli->arena, files[i].name));
        value_put(cli->arena, map, "files", names);
        json_write_line(&out, map);
    } else {
        const char *name = files[0].name;
        cli_say(cli, "%s is written%s. To check it, and to rehearse it:", name,
                count > 1 ? ", and a test of it" : "");
        text_addf(&out, "  %s check %s\n", cli->program, name);
        text_addf(&out, "  %s run %s --dry-run\n", cli->program, name);
        if (count > 1)
            text_addf(&out, "  %s test %s\n", cli->program, files[1].name);
    }
    cli_print(&out);
}

int cmd_new(struct cli *cli)
{
    struct err err = {0};
    struct new_file files[2];
    const char *name = cli->options.arguments[0], *from = options_value(&cli->options, OPT_COPY);
    size_t count = from == NULL ? 2 : 1;
    if (!check_name(name, &err) || !make_playbook(cli, name, from, &files[0], &err) ||
        (count > 1 && !make_test(cli, name, &files[1], &err)) || !write_new(files, count, &err))
        return cli_fail(cli, &err);
    tell(cli, files, count);
    return 0;
}
