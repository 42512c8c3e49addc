// The command audit proof: a file that shows, offline, that an event is in the log, or that the log has only
// grown since an earlier checkpoint.

#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/audit_pick.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "data/value.h"
#include "trail/proof.h"

enum { MAX_NOTE = 64 * 1024 };

static void print_entry(struct cli *cli, const struct audit_pick *pick, const struct bundle_line *line,
                        const char *note)
{
    struct proof proof;
    struct text text = text_new(cli->arena);
    proof_maker_entry(pick->maker, line->seq, &proof);
    proof_write(&text, line->seq, &proof, note);
    if (!cli_json(cli)) {
        cli_print(&text);
        return;
    }
    struct value *map = value_map(cli->arena);
    value_put(cli->arena, map, "index", value_int(cli->arena, (int64_t)line->seq));
    value_put_text(cli->arena, map, "entry", line->line);
    value_put_text(cli->arena, map, "proof", text.ptr);
    cli_print_json(cli, map);
}

static void print_growth(struct cli *cli, const struct audit_pick *pick, const char *note)
{
    struct proof proof;
    struct text text = text_new(cli->arena);
    proof.count = 0; // an empty tree needs none
    if (pick->old_size > 0)
        proof_maker_growth(pick->maker, pick->old_size, &proof);
    proof_write_growth(&text, pick->old_size, &proof, note);
    cli_print(&text);
}

// The size of an earlier checkpoint; its signature and root are judged with the trail.
static bool read_size(struct cli *cli, const char *name, uint64_t *size, struct err *err)
{
    size_t length;
    const char *at = file_read(cli->arena, name, MAX_NOTE, &length, err);
    if (at == NULL)
        return false;
    const char *origin = note_line(cli->arena, &at),
               *line = origin == NULL ? NULL : note_line(cli->arena, &at);
    return (line != NULL && note_parse_decimal(line, size)) ||
           err_set(err, E_SYNTAX, "%s is no checkpoint", name);
}

int cmd_audit_proof(struct cli *cli)
{
    struct err err = {0};
    struct verify_report report;
    bool is_run;
    const char *word = cli->options.arguments[0], *since = options_value(&cli->options, OPT_SINCE);
    struct audit_pick pick = audit_pick_new(cli->arena, word);
    pick.maker = proof_maker_new(cli->arena);
    if ((word == NULL) == (since == NULL)) {
        err_set(&err, E_USAGE, "audit proof wants an EVENT, or --since with a checkpoint");
        return cli_fail(cli, &err);
    }
    if ((since != NULL && !read_size(cli, since, &pick.old_size, &err)) ||
        !audit_verify(cli, audit_pick_each, &pick, &report, &err))
        return cli_fail(cli, &err);
    if (since != NULL) {
        print_growth(cli, &pick, report.note);
        return 0;
    }
    const struct bundle_lines *found = audit_pick_found(&pick, &is_run, &err);
    if (found != NULL && is_run)
        err_set(&err, E_USAGE, "%s is a run; playbook audit show %s --bundle FILE hands over a whole run",
                word, word);
    if (found == NULL || is_run)
        return cli_fail(cli, &err);
    print_entry(cli, &pick, &found->items[0], report.note);
    return 0;
}
