// The commands help and version.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "data/json.h"
#include "data/value.h"

int cmd_help(struct cli *cli)
{
    struct text out = text_new(cli->arena);
    if (options_has(&cli->options, OPT_MAN)) {
        help_man(&out);
    } else if (cli->options.argument_count == 0) {
        help_all(&out, cli->out.width);
    } else {
        // "help alert show", and "help alert" for all that begin so.
        struct text words = text_new(cli->arena);
        for (size_t i = 0; i < cli->options.argument_count; i++)
            text_addf(&words, "%s%s", i == 0 ? "" : " ", cli->options.arguments[i]);
        const char *blank = "";
        for (const struct command *command = options_commands; command->words != NULL; command++)
            if (text_starts(command->words, words.ptr) && strchr(" ", command->words[words.length]) != NULL) {
                text_add(&out, blank);
                help_command(&out, cli->out.width, command);
                blank = "\n";
            }
        if (out.length == 0) {
            struct err err;
            err_set(&err, E_USAGE, "there is no command %s", words.ptr);
            err_hint(&err, "playbook help lists the commands");
            return cli_fail(cli, &err);
        }
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
        json_write(&out, map);
        text_addc(&out, '\n');
    } else {
        text_add(&out, "playbook " PLAYBOOK_VERSION "\n");
    }
    cli_print(&out);
    return 0;
}
