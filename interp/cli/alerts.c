// Reads alert files. What a payload means is vm/'s and stdlib/intake's business. Invariant: a file that
// cannot be read as alerts is an error with a place, never an empty list.
#include "cli/alerts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "data/json.h"
#include "data/mail.h"
#include "data/value.h"
#include "report/diag_out.h"
#include "vm/vm.h"

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

bool alerts_is_file(const char *name)
{
    if (strcmp(name, "-") == 0 || file_exists(name) || text_ends(name, ".json") || text_ends(name, ".eml"))
        return true;
    const char *mark = strrchr(name, '#');
    return mark != NULL && mark > name && text_find_nocase(name, ".json#") != NULL;
}

static const struct value *one_of(struct cli *cli, const struct value *alerts, const char *file,
                                  const char *id, struct err *err)
{
    for (size_t i = 0; i < value_count(alerts); i++)
        if (text_same(value_text_at(value_item(alerts, i), "id"), id)) {
            struct value *one = value_list(cli->arena);
            value_append(cli->arena, one, value_item(alerts, i));
            return one;
        }
    err_set(err, E_ALERT, "%s has no alert with the id %s", file, id);
    const char *first = value_text_at(value_item(alerts, 0), "id");
    if (first != NULL)
        err_hint(err, "its first is %s", first);
    return NULL;
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

const struct value *alerts_read(struct cli *cli, struct vm *vm, const char *name, struct err_list *notes,
                                struct err *err)
{
    const char *id, *file = file_part(cli->arena, name, &id);
    size_t length;
    const char *bytes = file_read(cli->arena, file, JSON_MAX_FILE, &length, err);
    if (bytes == NULL)
        return NULL;
    const char *shown = strcmp(file, "-") == 0 ? "standard input" : file;
    const struct value *raw = text_ends(file, ".eml") ? read_mail(cli->arena, shown, bytes, length, err)
                                                      : json_parse(cli->arena, shown, bytes, length, err);
    if (raw == NULL)
        return NULL;
    struct vm_run run = {.arena = cli->arena, .now = clock_rfc3339(cli->arena, clock_now_ms())};
    vm_run_open(vm, &run);
    const struct value *alerts = vm_read_alerts(vm, &run, raw, notes, err);
    vm_run_close(vm, &run);
    if (alerts == NULL || id == NULL)
        return alerts;
    return one_of(cli, alerts, file, id, err);
}

const struct value *alerts_read_folder(struct cli *cli, struct vm *vm, const char *folder,
                                       struct err_list *notes, struct err *err)
{
    struct value *all = value_list(cli->arena);
    for (char **name = file_list(cli->arena, folder); *name != NULL; name++) {
        if (!text_ends(*name, ".json") && !text_ends(*name, ".eml"))
            continue;
        const struct value *some =
            alerts_read(cli, vm, arena_printf(cli->arena, "%s/%s", folder, *name), notes, err);
        if (some == NULL)
            return NULL;
        for (size_t i = 0; i < value_count(some); i++)
            value_append(cli->arena, all, value_item(some, i));
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
