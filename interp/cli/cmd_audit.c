// The commands audit publish and audit key: the log for outsiders, and what they need to trust it.
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "data/value.h"
#include "report/wrap.h"
#include "trail/keys.h"
#include "trail/publish.h"
#include "trail/trail.h"
#include "trail/verify.h"

int cmd_audit_publish(struct cli *cli)
{
    struct err err = {0};
    struct verify_report report;
    struct file log = {.fd = -1};
    const char *folder = arena_printf(cli->arena, "%s/trail", cli->state);
    if (!audit_verify(cli, NULL, NULL, &report, &err))
        return cli_fail(cli, &err);
    struct publish publish = {.folder = folder,
                              .log = &log,
                              .head = {.size = report.size},
                              .offset = report.offset,
                              .note = report.note};
    memcpy(publish.head.root, report.root, TREE_HASH);
    bool ok = file_open(&log, arena_printf(cli->arena, "%s/log.jsonl", folder), FILE_READ, &err) &&
              publish_run(&publish, true, true, &err);
    file_close(&log);
    if (!ok) {
        err.code = err.code == E_TAMPERED ? E_TAMPERED : E_TRAIL;
        return cli_fail(cli, &err);
    }
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena);
        value_put(cli->arena, map, "published", value_int(cli->arena, (int64_t)report.size));
        value_put_text(cli->arena, map, "checkpoint", arena_printf(cli->arena, "%s/checkpoint", folder));
        cli_print_json(cli, map);
    } else {
        cli_say(cli, "%llu lines are published: %s/checkpoint and %s/tile", (unsigned long long)report.size,
                folder, folder);
    }
    return 0;
}

static bool rotate(struct cli *cli, struct err *err)
{
    struct trail *trail = open_trail(cli, err);
    bool ok = trail != NULL && trail_rotate(trail, err);
    trail_close(trail);
    return ok;
}

static int new_key(struct cli *cli, const char *name)
{
    struct err err = {0};
    struct note_key key;
    const char *file = audit_approver_key(cli);
    if (!file_mkdirs(cli->config, &err) || !keys_new_signer(cli->arena, file, name, &key, &err))
        return cli_fail(cli, &err);
    const char *vkey = note_key_text(cli->arena, &key);
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena);
        value_put_text(cli->arena, map, "key", vkey);
        value_put_text(cli->arena, map, "file", file);
        cli_print_json(cli, map);
        return 0;
    }
    struct text out = text_new(cli->arena);
    text_addf(&out, "%s\n", vkey);
    cli_print(&out);
    out = text_new(cli->arena); // beside it, so that the output is the key alone
    struct wrap wrap = wrap_new(&out, cli->messages.width, cli->messages.colour);
    wrap_line(
        &wrap, 0, WRAP_PLAIN,
        arena_printf(
            cli->arena,
            "It is for `approvers` in the policy, and for `playbook trust`. %s signs your approvals and "
            "playbooks.",
            file));
    cli_mutter(&out);
    return 0;
}

int cmd_audit_key(struct cli *cli)
{
    struct err err = {0};
    struct note_key key;
    if (options_has(&cli->options, OPT_NEW) && options_has(&cli->options, OPT_ROTATE)) {
        err_set(&err, E_USAGE, "--new makes a person's key and --rotate changes the trail's: one at a time");
        return cli_fail(cli, &err);
    }
    if (options_has(&cli->options, OPT_NEW))
        return new_key(cli, options_value(&cli->options, OPT_NEW));
    const char *origin = keys_origin(cli->arena, cli->state);
    if (origin == NULL) {
        err_set(&err, E_MISSING, "there is no trail in %s", cli->state);
        return cli_fail(cli, &err);
    }
    if ((options_has(&cli->options, OPT_ROTATE) && !rotate(cli, &err)) ||
        !keys_pinned(cli->arena, cli->config, origin, &key, &err))
        return cli_fail(cli, &err);
    const char *vkey = note_key_text(cli->arena, &key), *pin = keys_pin_name(cli->arena, cli->config, origin);
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena);
        value_put_text(cli->arena, map, "key", vkey);
        value_put_text(cli->arena, map, "origin", origin);
        value_put_text(cli->arena, map, "pinned", pin);
        cli_print_json(cli, map);
        return 0;
    }
    struct text out = text_new(cli->arena);
    text_addf(&out, "%s\n", vkey); // to be copied: not wrapped
    cli_print(&out);
    return 0;
}
