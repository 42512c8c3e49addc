// Any bytes as an alert file. Invariant that is held: reading ends in checked records, or in a refusal with a
// place and exit status 2; a script never fails by itself, and nothing crashes.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/vm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct vm *machine(void)
{
    static struct vm *vm; // one for all inputs, as in the program
    static const char *const folders[] = {NULL};
    struct err err = {0};
    if (vm == NULL) {
        struct arena *arena = arena_open();
        vm = vm_open(arena, catalog_open(arena, folders), &err);
    }
    if (vm == NULL)
        abort();
    return vm;
}

static void must(bool holds, const char *what, const struct err *err)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s:%d: %s [%s]\n", what, err->pos.file, err->pos.line, err->message,
            err_name(err->code));
    abort();
}

// What every playbook relies on.
static void check(const struct value *alerts, const struct err *err)
{
    for (size_t i = 0; i < value_count(alerts); i++) {
        const struct value *alert = value_item(alerts, i);
        must(value_is(value_get(alert, "resource"), VALUE_MAP), "resource is no record", err);
        must(value_is(value_get(alert, "actors"), VALUE_LIST), "actors is no list", err);
        must(value_is(value_get(alert, "simulated"), VALUE_BOOL), "simulated is no bool", err);
        const char *resource = value_text_at(alert, "resource.id");
        must(resource == NULL || strncmp(resource, "/subscriptions/", 15) == 0, "a resource is no id", err);
        must(resource == NULL || strpbrk(resource, "?# \n") == NULL, "a resource carries more than an id",
             err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    struct err err = {0};
    char *bytes = arena_alloc(arena, size + 1);
    memcpy(bytes, data, size);
    const struct value *raw = json_parse(arena, "input", bytes, size, &err);
    must(raw != NULL || (err_exit_status(err.code) == 2 && err.pos.line > 0), "a refusal without place",
         &err);
    if (raw != NULL) {
        struct vm_run run = {.arena = arena, .now = "2026-11-22T02:15:30.000Z"};
        vm_run_open(machine(), &run);
        const struct value *alerts = vm_read_alerts(machine(), &run, raw, NULL, &err);
        if (alerts != NULL)
            check(alerts, &err);
        else
            must(err.code == E_ALERT && err.pos.line > 0 &&
                     (strstr(err.message, " must be ") != NULL ||
                      strstr(err.message, "known shape") != NULL ||
                      strstr(err.message, "no alert in it") != NULL),
                 "a script failed by itself", &err);
        vm_run_close(machine(), &run);
    }
    arena_close(arena);
    return 0;
}
