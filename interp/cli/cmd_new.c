// The command new: a playbook to begin with, in a file of its own: the built-in one (playbooks/new/), or a
// copy of another. What stands in it is text that the built-in file says; only name and version are put in.
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

#define TEMPLATE "playbooks/new/playbook.yaml"

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
    err_set_at(err, E_CHECK, value == NULL ? (struct src_pos){file, 1, 1} : value->pos,
               "no other '%s' can be put in here", member);
    return NULL;
}

// The text of a playbook under another name. Its versions are its own: they begin anew.
static const char *text_of(struct cli *cli, const char *name, const char *from, struct err *err)
{
    struct arena *arena = cli->arena;
    const struct catalog_file *file = from == NULL ? catalog_find(open_catalog(cli), TEMPLATE, err)
                                                   : catalog_playbook(open_catalog(cli), from, err);
    if (file == NULL)
        return NULL;
    if (!text_ends(file->path, ".yaml")) {
        err_set(err, E_USAGE, "%s is no YAML: only such a playbook is copied under another name", file->name);
        return NULL;
    }
    const char *bytes = with_member(arena, file->name, file->bytes, "playbook", name, err);
    bytes = bytes == NULL ? NULL : with_member(arena, file->name, bytes, "version", "0.1.0", err);
    return bytes == NULL || from == NULL ? bytes
                                         : arena_printf(arena, "# Begun as a copy of %s.\n%s", from, bytes);
}

static bool write_new(const char *file, const char *bytes, struct err *err)
{
    if (!file_exists(file))
        return file_replace(file, bytes, strlen(bytes), err);
    err_set(err, E_FILE, "%s is there already", file);
    err_hint(err, "choose another name, or move that file away");
    return false;
}

static void tell(struct cli *cli, const char *file)
{
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena);
        value_put_text(cli->arena, map, "file", file);
        json_write(&out, map);
        text_addc(&out, '\n');
    } else {
        text_addf(&out,
                  "%s is written. To check it, and to rehearse it:\n  %s check %s\n  %s run %s --dry-run\n",
                  file, cli->program, file, cli->program, file);
    }
    cli_print(&out);
}

int cmd_new(struct cli *cli)
{
    struct err err = {0};
    const char *name = cli->options.arguments[0], *from = options_value(&cli->options, OPT_FROM);
    const char *file = arena_printf(cli->arena, "%s.yaml", name);
    const char *bytes = check_name(name, &err) ? text_of(cli, name, from, &err) : NULL;
    if (bytes == NULL || !write_new(file, bytes, &err))
        return cli_fail(cli, &err);
    tell(cli, file);
    return 0;
}
