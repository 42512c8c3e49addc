// The command audit show: one line of the trail with all that it says, or what a run did, line by line; or a
// run in a file for somebody else.
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/audit_pick.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "data/json.h"
#include "data/value.h"
#include "report/trail_out.h"
#include "report/wrap.h"
#include "trail/proof.h"

static const struct value *parse(struct cli *cli, const struct bundle_line *line, struct err *err)
{
    return json_parse_own(cli->arena, NULL, line->line, line->length, err);
}

static int hand_over(struct cli *cli, const struct audit_pick *pick, const char *note, const char *name)
{
    struct err err = {0};
    struct text out = text_new(cli->arena);
    bundle_write(&out, pick->run_id, &pick->run, pick->maker, note);
    if (strcmp(name, "-") == 0) {
        cli_print(&out);
        return 0;
    }
    if (!file_replace(name, out.ptr, out.length, &err))
        return cli_fail(cli, &err);
    if (!cli_json(cli))
        cli_say(cli,
                "%s holds the %zu lines of run %s, each with its proof; playbook audit verify %s --key VKEY "
                "checks it",
                name, pick->run.count, pick->run_id, name);
    return 0;
}

static void print_raw(struct cli *cli, const struct bundle_line *line)
{
    struct text out = text_new(cli->arena);
    text_addn(&out, line->line, line->length);
    cli_print(&out);
}

// Exactly as they stand in the log.
static void print_json(struct cli *cli, const struct bundle_lines *lines, bool is_run)
{
    struct text out = text_new(cli->arena);
    text_add(&out, is_run ? "[" : "");
    for (size_t i = 0; i < lines->count; i++) {
        text_add(&out, i == 0 ? "" : ",");
        text_addn(&out, lines->items[i].line, lines->items[i].length);
    }
    text_add(&out, is_run ? "]\n" : "\n");
    cli_print(&out);
}

static int print_people(struct cli *cli, const struct bundle_lines *lines, bool is_run)
{
    struct err err = {0};
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    for (size_t i = 0; i < lines->count; i++) {
        const struct value *line = parse(cli, &lines->items[i], &err);
        if (line == NULL)
            return cli_fail(cli, &err);
        if (is_run && i == 0)
            trail_out_heading(&wrap, line);
        if (is_run)
            trail_out_row(&wrap, line);
        else
            trail_out_line(&wrap, line);
    }
    cli_print(&out);
    return 0;
}

int cmd_audit_show(struct cli *cli)
{
    struct err err = {0};
    struct verify_report report;
    bool is_run;
    const char *bundle = options_value(&cli->options, OPT_BUNDLE);
    struct audit_pick pick = audit_pick_new(cli->arena, cli->options.arguments[0]);
    if (bundle != NULL)
        pick.maker = proof_maker_new(cli->arena);
    if (!audit_verify(cli, audit_pick_each, &pick, &report, &err))
        return cli_fail(cli, &err);
    const struct bundle_lines *found = audit_pick_found(&pick, &is_run, &err);
    if (found != NULL && !is_run && bundle != NULL)
        err_set(&err, E_USAGE, "%s is one line; playbook audit proof hands over a single line", pick.word);
    if (found != NULL && is_run && options_has(&cli->options, OPT_RAW_LINE))
        err_set(&err, E_USAGE, "--raw wants one line, and %s is a run", pick.word);
    if (err.code != E_NONE)
        return cli_fail(cli, &err);
    if (bundle != NULL)
        return hand_over(cli, &pick, report.note, bundle);
    if (options_has(&cli->options, OPT_RAW_LINE))
        print_raw(cli, &found->items[0]);
    else if (cli_json(cli))
        print_json(cli, found, is_run);
    else
        return print_people(cli, found, is_run);
    return 0;
}
