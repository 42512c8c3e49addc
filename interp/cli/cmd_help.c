// The commands help and version.
#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/guide.h"
#include "cli/help.h"
#include "data/json.h"
#include "data/value.h"

static int no_command(struct cli *cli, const char *words)
{
    size_t count = 0;
    while (options_commands[count].words != NULL)
        count++;
    const char **names = ARENA_ARRAY(cli->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = options_commands[i].words;
    const char *near = text_nearest(words, names);
    struct err err;
    err_set(&err, E_USAGE, "there is no command %s", words);
    if (near != NULL)
        err_hint(&err, "did you mean playbook help %s?", near);
    else
        err_hint(&err, "playbook help lists the commands");
    return cli_fail(cli, &err);
}

int cmd_help(struct cli *cli)
{
    struct text out = text_new(cli->arena);
    if (options_has(&cli->options, OPT_MAN)) {
        help_man(&out);
    } else if (options_has(&cli->options, OPT_COMPLETION)) {
        completion_bash(&out);
    } else if (cli->options.argument_count == 0) {
        help_all(&out, cli->out.width);
    } else if (text_is(cli->options.arguments[0], "language") && cli->options.argument_count == 1) {
        guide_language(&out, cli->out.width, cli->out.colour);
    } else {
        // "help alert show", and "help alert" for all that begin so.
        const char *words = text_join(cli->arena, cli->options.arguments, " ");
        if (!help_commands(&out, cli->out.width, words))
            return no_command(cli, words);
    }
    cli_print(&out);
    return 0;
}

int cmd_version(struct cli *cli)
{
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena);
        value_put_text(cli->arena, map, "name", "playbook");
        value_put_text(cli->arena, map, "version", PLAYBOOK_VERSION);
        value_put_text(cli->arena, map, "compiler", __VERSION__);
        json_write_line(&out, map);
    } else {
        text_add(&out, "playbook " PLAYBOOK_VERSION "\n");
    }
    cli_print(&out);
    return 0;
}
