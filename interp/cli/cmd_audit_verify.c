// The command audit verify: whether the trail is what its key has signed. The first word on standard output
// is the verdict; with --json the same as one object.
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/audit_file.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "data/json.h"
#include "data/value.h"
#include "report/wrap.h"
#include "trail/verify.h"

enum { COLUMN = 13 };

static const struct value *seq_value(struct arena *arena, int64_t seq)
{
    return seq < 0 ? &value_null : value_int(arena, seq);
}

static const struct value *as_value(struct arena *arena, const struct verify_report *report, int status)
{
    struct value *map = value_map(arena), *findings = value_list(arena), *proven = value_map(arena);
    for (size_t i = 0; i < report->count; i++) {
        const struct verify_finding *finding = &report->findings[i];
        struct value *row = value_map(arena);
        value_put_text(arena, row, "verdict",
                       finding->verdict == VERIFY_CLEAN ? "note" : verify_word(finding->verdict));
        value_put_text(arena, row, "what", finding->what);
        value_put(arena, row, "first", seq_value(arena, finding->first));
        value_put(arena, row, "last", seq_value(arena, finding->last));
        value_put_text(arena, row, "message", finding->text);
        value_append(arena, findings, row);
    }
    value_put(arena, proven, "size", value_int(arena, (int64_t)report->proven));
    value_put_text(arena, proven, "by", report->proven_by);
    value_put_text(arena, map, "verdict", verify_word(report->verdict));
    value_put(arena, map, "exit", value_int(arena, status));
    value_put_text(arena, map, "origin", report->origin);
    value_put_text(arena, map, "key", report->vkey);
    value_put(arena, map, "size", value_int(arena, (int64_t)report->size));
    value_put_text(arena, map, "root",
                   report->vkey == NULL ? NULL : crypto_base64(arena, report->root, TREE_HASH));
    value_put(arena, map, "lines", value_int(arena, (int64_t)report->lines));
    value_put(arena, map, "published", seq_value(arena, report->published));
    value_put(arena, map, "proven", proven);
    value_put_text(arena, map, "witnessed",
                   report->witnessed_at < 0 ? NULL : clock_rfc3339(arena, report->witnessed_at));
    value_put(arena, map, "findings", findings);
    return map;
}

static enum wrap_style style_of(enum verify_verdict verdict)
{
    return verdict == VERIFY_TAMPERED ? WRAP_RED : verdict == VERIFY_INTERRUPTED ? WRAP_YELLOW : WRAP_GREEN;
}

static const char *proof_text(struct arena *arena, const struct verify_report *report)
{
    if (report->proven == 0)
        return "nothing";
    return arena_printf(arena, "lines 1 to %llu of log.jsonl, by %s", (unsigned long long)report->proven,
                        report->proven_by);
}

// What a person does who reads this.
static void print_next(struct wrap *wrap, const struct cli *cli, const struct verify_report *report)
{
    bool unpinned =
        report->vkey == NULL && report->count == 1 && text_is(report->findings[0].what, "unpinned");
    if (unpinned)
        wrap_row(
            wrap, 0, WRAP_BOLD, "next", COLUMN,
            "name the key to trust, from where it was recorded: --key VKEY|FILE; the trail's own folder is "
            "no source of trust");
    else if (report->verdict == VERIFY_TAMPERED)
        wrap_row(
            wrap, 0, WRAP_BOLD, "next", COLUMN,
            arena_printf(cli->arena,
                         "keep %s/trail as it is, for whoever looks into it; a copy from elsewhere that "
                         "verifies, with --since and the newest checkpoint that is known, can take its place",
                         cli->state));
}

static void print(struct wrap *wrap, const struct verify_report *report)
{
    struct arena *arena = wrap->out->arena;
    wrap_line(wrap, 0, style_of(report->verdict), verify_word(report->verdict));
    for (size_t i = 0; i < report->count; i++) {
        const struct verify_finding *finding = &report->findings[i];
        wrap_row(wrap, 0, finding->verdict == VERIFY_CLEAN ? WRAP_DIM : style_of(finding->verdict),
                 finding->what, COLUMN, finding->text);
    }
    if (report->origin != NULL)
        wrap_row(wrap, 0, WRAP_BOLD, "trail", COLUMN, report->origin);
    if (report->vkey == NULL)
        return;
    // Its name and id: the whole key does not fit into a line, and broken it could not be copied.
    const char *id = strchr(report->vkey, '+') + 1; // base64 may have a plus too
    wrap_row(wrap, 0, WRAP_BOLD, "key", COLUMN,
             arena_printf(arena, "%.*s (`playbook audit key` prints it)",
                          (int)(id + strcspn(id, "+") - report->vkey), report->vkey));
    if (report->note == NULL)
        return;
    wrap_row(wrap, 0, WRAP_BOLD, "signed", COLUMN,
             arena_printf(arena, "%llu lines, root %s", (unsigned long long)report->size,
                          crypto_base64(arena, report->root, TREE_HASH)));
    wrap_row(wrap, 0, WRAP_BOLD, "proven", COLUMN, proof_text(arena, report));
    if (report->witnessed_at >= 0)
        wrap_row(wrap, 0, WRAP_BOLD, "witnessed", COLUMN, clock_rfc3339(arena, report->witnessed_at));
    if (report->published >= 0)
        wrap_row(wrap, 0, WRAP_BOLD, "published", COLUMN,
                 arena_printf(arena, "%lld lines", (long long)report->published));
}

// What would not be looked at is not to be believed.
static bool check_options(const struct options *options, struct err *err)
{
    bool since = options_has(options, OPT_SINCE);
    if (since && options->argument_count > 0) {
        err_set(err, E_USAGE,
                "--since is what the trail is held against, and %s is verified without the trail",
                options->arguments[0]);
        err_hint(err, "`playbook audit verify --since FILE` verifies the trail");
        return false;
    }
    if (since || !options_has(options, OPT_WITNESS))
        return true;
    err_set(err, E_USAGE, "--witness names who must have signed what --since gives, and there is no --since");
    err_hint(err, "give the checkpoint that the witness signed: --since FILE");
    return false;
}

int cmd_audit_verify(struct cli *cli)
{
    struct err err = {0};
    struct verify_report report;
    struct verify_config config = {.state = cli->state,
                                   .config_dir = cli->config,
                                   .since = options_values(&cli->options, OPT_SINCE),
                                   .witnesses = options_values(&cli->options, OPT_WITNESS)};
    if (!check_options(&cli->options, &err))
        return cli_fail(cli, &err);
    if (cli->options.argument_count > 0)
        return audit_file(cli);
    if (!audit_key_option(cli, &config.vkey, &err) || !verify_trail(cli->arena, &config, &report, &err))
        return cli_fail(cli, &err);
    bool strict = options_has(&cli->options, OPT_STRICT);
    int status = report.verdict >= (strict ? VERIFY_INTERRUPTED : VERIFY_TAMPERED) ? 5 : 0;
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        json_write_line(&out, as_value(cli->arena, &report, status));
    } else {
        struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
        print(&wrap, &report);
        print_next(&wrap, cli, &report);
    }
    cli_print(&out);
    return status;
}
