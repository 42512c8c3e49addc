// Verifies what was handed over: a bundle, or a tlog-proof with the bytes of its entry.
#include "cli/audit_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "data/json.h"
#include "data/value.h"
#include "report/wrap.h"
#include "trail/bundle.h"
#include "trail/keys.h"
#include "trail/proof.h"
#include "trail/trail.h"

enum { MAX_PROOF = 64 * 1024, COLUMN = 13 };

// --key, else the pin for the origin.
static bool find_key(struct cli *cli, const char *origin, struct note_key *key, struct err *err)
{
    const char *vkey;
    if (!audit_key_option(cli, &vkey, err))
        return false;
    if (vkey != NULL)
        return note_parse_key(cli->arena, vkey, key, err);
    if (keys_pinned(cli->arena, cli->config, origin, key, err))
        return true;
    err_hint(err, "give the key with --key");
    return false;
}

static void add_row(struct value *rows, struct arena *arena, const char *word, const char *text)
{
    if (text != NULL)
        value_put_text(arena, rows, word, text);
}

static int answer(struct cli *cli, bool holds, const char *what, const char *message, struct value *rows)
{
    struct arena *arena = cli->arena;
    struct text out = text_new(arena);
    const char *verdict = holds ? "clean" : "tampered";
    int status = holds ? 0 : 5;
    if (cli_json(cli)) {
        struct value *map = value_map(arena);
        value_put_text(arena, map, "verdict", verdict);
        value_put(arena, map, "exit", value_int(arena, status));
        value_put_text(arena, map, "what", what);
        value_put_text(arena, map, "message", message);
        value_put_all(arena, map, rows);
        json_write_line(&out, map);
        cli_print(&out);
        return status;
    }
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    wrap_line(&wrap, 0, holds ? WRAP_GREEN : WRAP_RED, verdict);
    if (!holds)
        value_put_text(arena, rows, what, message);
    for (size_t i = 0; i < value_count(rows); i++) {
        wrap_row(&wrap, 0, WRAP_BOLD, rows->fields[i].key, COLUMN, value_text(rows->fields[i].value));
    }
    cli_print(&out);
    return status;
}

static struct value *describe(struct cli *cli, const struct bundle_report *report, const struct note_key *key)
{
    struct arena *arena = cli->arena;
    struct value *rows = value_map(arena);
    const struct value *start = report->start;
    add_row(rows, arena, "run", report->run);
    if (start != NULL) {
        add_row(
            rows, arena, "playbook",
            arena_printf(arena, "%s %s", value_text_at(start, "playbook"), value_text_at(start, "version")));
        add_row(rows, arena, "digest", value_text_at(start, "digest"));
        add_row(rows, arena, "mode", value_text_at(start, "mode"));
        add_row(rows, arena, "started", value_text_at(start, "time"));
    }
    add_row(rows, arena, "status",
            report->finished ? value_text_at(report->finish, "status") : "not finished");
    if (!report->finished)
        add_row(rows, arena, "note",
                "whether lines are missing behind its last one, only the trail can tell");
    add_row(rows, arena, "lines", arena_printf(arena, "%llu", (unsigned long long)report->lines));
    add_row(rows, arena, "trail", key->name);
    add_row(rows, arena, "key", note_key_text(arena, key));
    add_row(rows, arena, "checkpoint", arena_printf(arena, "%llu lines", (unsigned long long)report->size));
    return rows;
}

static int check_bundle(struct cli *cli, const char *name)
{
    struct err err = {0};
    struct note_key key;
    struct bundle_report report;
    size_t length;
    const char *bytes = file_read(cli->arena, name, BUNDLE_MAX, &length, &err);
    if (bytes == NULL)
        return cli_fail(cli, &err);
    const char *origin = bundle_origin(cli->arena, bytes, length);
    if (origin == NULL) {
        err_set(&err, E_SYNTAX, "%s is not a run that was handed over", name);
        err_hint(&err, "a proof wants the file with its entry behind it");
        return cli_fail(cli, &err);
    }
    if (!find_key(cli, origin, &key, &err))
        return cli_fail(cli, &err);
    bundle_check(cli->arena, bytes, length, &key, &report);
    return answer(cli, report.holds, report.what, report.text,
                  report.holds ? describe(cli, &report, &key) : value_map(cli->arena));
}

static int check_proof(struct cli *cli, const char *name, const char *entry_name)
{
    struct err err = {0};
    struct arena *arena = cli->arena;
    struct note_key key;
    struct proof proof;
    const char *checkpoint = "";
    uint64_t index = 0, size;
    size_t length, entry_length;
    const char *text = file_read(arena, name, MAX_PROOF, &length, &err);
    const char *entry =
        text == NULL ? NULL : file_read(arena, entry_name, TRAIL_MAX_LINE + 1, &entry_length, &err);
    if (entry == NULL)
        return cli_fail(cli, &err);
    const char *origin =
        proof_parse(arena, text, &index, &proof, &checkpoint) ? note_line(arena, &checkpoint) : NULL;
    if (origin == NULL) {
        err_set(&err, E_SYNTAX, "%s is no tlog-proof", name);
        return cli_fail(cli, &err);
    }
    if (!find_key(cli, origin, &key, &err))
        return cli_fail(cli, &err);
    bool holds = strlen(text) == length && proof_holds(text, &key, entry, entry_length, &index, &size);
    struct value *rows = value_map(arena);
    add_row(rows, arena, "entry", arena_printf(arena, "%llu", (unsigned long long)index));
    add_row(rows, arena, "trail", key.name);
    add_row(rows, arena, "key", note_key_text(arena, &key));
    return answer(
        cli, holds, holds ? NULL : "proof",
        holds ? NULL
              : "the proof does not show that these bytes are in the log, or is not signed by the key; one "
                "that the trail had before is taken with --key",
        rows);
}

int audit_file(struct cli *cli)
{
    const char *const *names = cli->options.arguments;
    struct err err;
    if (cli->options.argument_count == 1)
        return check_bundle(cli, names[0]);
    if (cli->options.argument_count == 2)
        return check_proof(cli, names[0], names[1]);
    err_set(&err, E_USAGE, "audit verify takes one run that was handed over, or a proof and its entry");
    return cli_fail(cli, &err);
}
