// The command audit export: lines of the trail as events for other systems. The log is read twice: first to
// verify it and to learn which run is meant, then to write what was verified, one line after the other.
// Invariant: what is kept in memory does not depend on how long the log is.

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/audit_pick.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "data/json.h"
#include "data/value.h"
#include "report/export.h"
#include "trail/entry.h"

enum { CHUNK = 64 * 1024 };

struct exported {
    export_writer *write;
    const char *run; // NULL: every line
    const char *log;
    uint64_t size; // lines that were verified before
    int64_t from, to;
    struct arena *scratch;
    struct text out;  // in it
    struct file file; // closed: standard output
    uint64_t count;
    struct err err; // the first that went wrong
};

static void flush(struct exported *exported)
{
    if (exported->file.fd < 0)
        cli_print(&exported->out);
    else if (!file_append(&exported->file, exported->out.ptr, exported->out.length, &exported->err))
        exported->size = 0; // nothing more is taken
    arena_clear(exported->scratch);
    exported->out = text_new(exported->scratch);
}

static bool is_wanted(const struct exported *exported, const struct entry *entry)
{
    return entry->seq < exported->size && (exported->run == NULL || entry_is_of(entry, exported->run));
}

static void each(void *context, const struct entry *entry, const char *bytes, size_t length)
{
    struct exported *exported = context;
    if (!is_wanted(exported, entry))
        return;
    struct arena *scratch = exported->scratch;
    const struct value *line = json_parse_own(scratch, NULL, bytes, length, &exported->err);
    if (line == NULL) {
        exported->size = 0;
        return;
    }
    struct export_event event = export_read(scratch, line, bytes, length, exported->log);
    if (event.time >= exported->from && event.time <= exported->to) {
        exported->write(&exported->out, &event);
        exported->count++;
    }
    if (exported->out.length >= CHUNK || arena_used(scratch) >= 16 * CHUNK)
        flush(exported);
}

static bool write_all(struct cli *cli, struct exported *exported, struct err *err)
{
    struct verify_report report;
    exported->scratch = arena_open();
    exported->out = text_new(exported->scratch);
    bool ok = audit_verify(cli, each, exported, &report, err);
    if (ok)
        flush(exported);
    arena_close(exported->scratch);
    if (ok && exported->err.code != E_NONE)
        *err = exported->err;
    return ok && exported->err.code == E_NONE;
}

// Beside its place until it is whole.
static bool write_file(struct cli *cli, struct exported *exported, const char *name, struct err *err)
{
    if (!file_stage(&exported->file, name, FILE_NEW, "", 0, err))
        return false;
    if (write_all(cli, exported, err))
        return file_finish(&exported->file, err);
    file_unstage(&exported->file);
    return false;
}

static bool read_options(struct cli *cli, struct exported *exported, struct err *err)
{
    const char *format = options_value(&cli->options, OPT_FORMAT);
    *exported = (struct exported){.from = INT64_MIN, .to = INT64_MAX, .file = {.fd = -1}};
    exported->write = format == NULL ? NULL : export_find(format);
    if (exported->write == NULL)
        return err_set(err, E_USAGE, "audit export wants --format ocsf, ecs or cef");
    return audit_time_options(cli, &exported->from, &exported->to, err);
}

// Verifies the trail, and finds the run that is meant.
static bool look(struct cli *cli, struct exported *exported, struct err *err)
{
    struct verify_report report;
    bool is_run;
    struct audit_pick pick = audit_pick_new(cli->arena, cli->options.arguments[0]);
    pick.unkept = true;
    if (!audit_verify(cli, audit_pick_each, &pick, &report, err))
        return false;
    if (pick.word != NULL && audit_pick_found(&pick, &is_run, err) == NULL)
        return false;
    if (pick.word != NULL && !is_run) {
        err_set(err, E_USAGE, "%s is one line; audit export takes a run, or none for the whole trail",
                pick.word);
        err_hint(err, "playbook audit show %s shows it", pick.word);
        return false;
    }
    exported->run = pick.run_id;
    exported->log = report.origin;
    exported->size = report.size;
    return true;
}

static void tell(struct cli *cli, const struct exported *exported, const char *name)
{
    if (!cli_json(cli)) {
        cli_say(cli, "%s holds %llu events", name, (unsigned long long)exported->count);
        return;
    }
    struct value *map = value_map(cli->arena);
    value_put_text(cli->arena, map, "file", name);
    value_put(cli->arena, map, "events", value_int(cli->arena, (int64_t)exported->count));
    cli_print_json(cli, map);
}

int cmd_audit_export(struct cli *cli)
{
    struct err err = {0};
    struct exported exported;
    const char *name = options_value(&cli->options, OPT_OUT);
    bool ok = read_options(cli, &exported, &err) && look(cli, &exported, &err) &&
              (name == NULL ? write_all(cli, &exported, &err) : write_file(cli, &exported, name, &err));
    if (!ok)
        return cli_fail(cli, &err);
    if (name != NULL)
        tell(cli, &exported, name);
    return 0;
}
