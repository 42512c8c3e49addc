// Reads alert files. What a payload means is vm/'s and stdlib/intake's business. Invariant: a file, or a line
// of JSON Lines, that cannot be read as alerts is an error with a place, never an empty list.
#include "cli/alerts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "cli/cli.h"
#include "data/json.h"
#include "data/mail.h"
#include "data/value.h"
#include "report/diag_out.h"
#include "vm/vm.h"

// A file with more lines that cannot be read is none of alerts.
enum { LINES_REFUSED_MAX = 1000 };

static const char *const lines_endings[] = {".jsonl", ".ndjson", NULL};
static const char *const endings[] = {".json", ".eml", ".jsonl", ".ndjson", NULL};

static bool ends_in(const char *name, const char *const *which)
{
    while (*which != NULL && !text_ends(name, *which))
        which++;
    return *which != NULL;
}

// The file's own name before "#ID"; a file whose name has a "#" itself is found first.
static const char *file_part(struct arena *arena, const char *name, const char **id)
{
    *id = NULL;
    const char *mark = strrchr(name, '#');
    if (mark == NULL || strcmp(name, "-") == 0 || file_exists(name))
        return name;
    *id = mark + 1;
    return arena_strndup(arena, name, (size_t)(mark - name));
}

bool alerts_is_file(struct arena *arena, const char *name)
{
    const char *id, *file = file_part(arena, name, &id);
    return strcmp(file, "-") == 0 || file_exists(file) || ends_in(file, endings);
}

const char **alerts_files(struct arena *arena, const char *name)
{
    bool folder = file_is_dir(name);
    char **there = folder ? folder_list(arena, name) : NULL;
    size_t count = 0, all = 0;
    while (folder && there[all] != NULL)
        all++;
    const char **files = ARENA_ARRAY(arena, const char *, all + 2);
    for (size_t i = 0; i < all; i++)
        if (ends_in(there[i], endings))
            files[count++] = arena_printf(arena, "%s/%s", name, there[i]);
    if (!folder)
        files[count++] = name;
    files[count] = NULL;
    return files;
}

static void refuse(struct cli *cli, struct alerts *alerts, const struct err *err)
{
    alerts->refused = arena_room(cli->arena, alerts->refused, alerts->refused_count, sizeof *err);
    alerts->refused[alerts->refused_count++] = *err;
}

struct reader {
    struct cli *cli;
    struct vm *vm;
    struct vm_run run;
    struct err_list *notes;
    struct alerts *alerts;
};

// One payload; NULL: it could not be read, and err says why.
static void take(struct reader *reader, const struct value *raw, struct err *err)
{
    const struct value *some =
        raw == NULL ? NULL : vm_read_alerts(reader->vm, &reader->run, raw, reader->notes, err);
    if (some == NULL)
        refuse(reader->cli, reader->alerts, err);
    for (size_t i = 0; i < value_count(some); i++)
        value_append(reader->cli->arena, reader->alerts->records, value_item(some, i));
}

// JSON Lines by the name, or by a first line that is a value with something behind it: storage accounts and
// pipes have no such names.
static bool is_lines(const char *file, const char *bytes, size_t length)
{
    const char *end = memchr(bytes, '\n', length);
    if (ends_in(file, lines_endings) || end == NULL)
        return end != NULL;
    size_t mark = json_mark(bytes, length);
    return end[1 + strspn(end + 1, " \t\r\n")] != '\0' &&
           json_is_own(bytes + mark, (size_t)(end - bytes) - mark);
}

// Each line is a payload of its own, whatever the others are.
static void take_lines(struct reader *reader, const char *shown, const char *bytes, size_t length)
{
    const char *at = bytes, *end = bytes + length;
    size_t most = reader->alerts->refused_count + LINES_REFUSED_MAX;
    struct err err;
    for (int line = 1; at < end; line++) {
        const struct src_pos pos = {shown, line, 1};
        size_t rest = (size_t)(end - at);
        const char *feed = memchr(at, '\n', rest);
        size_t size = feed == NULL ? rest : (size_t)(feed - at);
        bool blank = strspn(at, " \t\r") >= size;
        if (!blank && reader->alerts->refused_count == most) {
            err_set_at(&err, E_LIMIT, pos, "%d lines of %s cannot be read: what follows is not looked at",
                       LINES_REFUSED_MAX, shown);
            refuse(reader->cli, reader->alerts, &err);
            return;
        }
        if (!blank)
            take(reader, json_parse_line(reader->cli->arena, pos, at, size, &err), &err);
        at += size + (feed != NULL);
    }
}

// A mail as the payload that stdlib/intake/mail.lua reads.
static const struct value *read_mail(struct arena *arena, const char *name, const char *bytes, size_t length,
                                     struct err *err)
{
    const struct value *mail = mail_parse(arena, name, bytes, length, err);
    struct value *payload = value_map(arena);
    value_put(arena, payload, "mail", mail);
    return mail == NULL ? NULL : payload;
}

static void take_file(struct reader *reader, const char *file)
{
    struct arena *arena = reader->cli->arena;
    struct err err;
    size_t length;
    const char *bytes = file_read(arena, file, JSON_MAX_FILE, &length, &err);
    const char *shown = strcmp(file, "-") == 0 ? "standard input" : file;
    reader->run = (struct vm_run){.arena = arena, .now = clock_rfc3339(arena, clock_now_ms())};
    vm_run_open(reader->vm, &reader->run);
    if (bytes == NULL)
        refuse(reader->cli, reader->alerts, &err);
    else if (text_ends(file, ".eml"))
        take(reader, read_mail(arena, shown, bytes, length, &err), &err);
    else if (is_lines(file, bytes, length))
        take_lines(reader, shown, bytes, length);
    else
        take(reader, json_parse(arena, shown, bytes, length, &err), &err);
    vm_run_close(reader->vm, &reader->run);
}

// Leaves the one with that id; what else is in the file is nobody's concern then.
static void leave_one(struct cli *cli, struct alerts *alerts, const char *file, const char *id)
{
    const struct value *all = alerts->records;
    struct err err;
    alerts->records = value_list(cli->arena);
    for (size_t i = 0; i < value_count(all); i++)
        if (text_same(value_text_at(value_item(all, i), "id"), id)) {
            value_append(cli->arena, alerts->records, value_item(all, i));
            alerts->refused_count = 0;
            return;
        }
    if (alerts->refused_count > 0)
        return;
    err_set(&err, E_ALERT, "%s has no alert with the id %s", file, id);
    const char *first = value_text_at(value_item(all, 0), "id");
    if (first != NULL)
        err_hint(&err, "its first is %s", first);
    refuse(cli, alerts, &err);
}

struct alerts alerts_take(struct cli *cli, struct vm *vm, const char *name, struct err_list *notes)
{
    struct alerts alerts = {.records = value_list(cli->arena)};
    struct reader reader = {.cli = cli, .vm = vm, .notes = notes, .alerts = &alerts};
    const char *id, *file = file_part(cli->arena, name, &id);
    take_file(&reader, file);
    if (id != NULL)
        leave_one(cli, &alerts, file, id);
    return alerts;
}

const struct value *alerts_read(struct cli *cli, struct vm *vm, const char *name, struct err_list *notes,
                                struct err *err)
{
    const struct alerts alerts = alerts_take(cli, vm, name, notes);
    if (alerts.refused_count == 0)
        return alerts.records;
    *err = alerts.refused[0];
    return NULL;
}

struct alerts alerts_take_all(struct cli *cli, struct vm *vm, const char *name, struct err_list *notes)
{
    struct alerts all = {.records = value_list(cli->arena)};
    for (const char **file = alerts_files(cli->arena, name); *file != NULL; file++) {
        const struct alerts some = alerts_take(cli, vm, *file, notes);
        for (size_t i = 0; i < value_count(some.records); i++)
            value_append(cli->arena, all.records, value_item(some.records, i));
        for (size_t i = 0; i < some.refused_count; i++)
            refuse(cli, &all, &some.refused[i]);
    }
    return all;
}

struct named {
    const char *id;
    size_t at;
};

static int by_id(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = text_order(x->id, y->id);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

const struct value *alerts_once(struct arena *arena, const struct value *alerts)
{
    size_t all = value_count(alerts), count = 0;
    struct named *named = ARENA_ARRAY(arena, struct named, all);
    bool *again = ARENA_ARRAY(arena, bool, all);
    for (size_t i = 0; i < all; i++) {
        const char *id = value_text_at(value_item(alerts, i), "id");
        if (id != NULL)
            named[count++] = (struct named){id, i};
    }
    qsort(named, count, sizeof *named, by_id);
    for (size_t i = 0; i + 1 < count; i++)
        again[named[i].at] = text_same(named[i].id, named[i + 1].id);
    struct value *once = value_list(arena);
    for (size_t i = 0; i < all; i++)
        if (!again[i])
            value_append(arena, once, value_item(alerts, i));
    return once;
}

void alerts_warn(struct cli *cli, const struct err_list *notes)
{
    struct text warnings = text_new(cli->arena);
    diag_out_list(&warnings, &cli->messages, notes);
    cli_mutter(&warnings);
}

int alerts_fail(struct cli *cli, const struct err_list *errors, bool beside)
{
    if (!beside || !cli_json(cli))
        return cli_fail_all(cli, errors);
    alerts_warn(cli, errors);
    return err_exit_status(errors->items[errors->count - 1].code);
}
