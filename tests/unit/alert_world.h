// What tests of alert reading share: a machine over the built-in library, and reading a file or a value.
#pragma once
#include "test.h"

#include <stdio.h>

#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/vm.h"

struct world {
    struct arena *arena;
    struct catalog *catalog;
    struct vm *vm;
    struct vm_run run;
};

static inline int open_world(void **state)
{
    static const char *const folders[] = {NULL};
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    struct err err = {0};
    world->arena = arena;
    world->catalog = catalog_open(arena, folders);
    world->vm = vm_open(arena, world->catalog, &err);
    if (world->vm == NULL)
        fail_msg("%s", err.message);
    world->run = (struct vm_run){.arena = arena, .now = "2026-11-22T02:15:30.000Z"};
    vm_run_open(world->vm, &world->run);
    *state = world;
    return 0;
}

static inline int close_world(void **state)
{
    struct world *world = *state;
    vm_run_close(world->vm, &world->run);
    vm_close(world->vm);
    arena_close(world->arena);
    return 0;
}

// The alerts of a file below tests/, or NULL with err filled.
static inline const struct value *read_file(struct world *world, const char *name, struct err_list *notes,
                                            struct err *err)
{
    size_t length;
    char *bytes = file_read(world->arena, name, JSON_MAX_FILE, &length, err);
    if (bytes == NULL)
        return NULL;
    const struct value *raw = json_parse(world->arena, name, bytes, length, err);
    return raw == NULL ? NULL : vm_read_alerts(world->vm, &world->run, raw, notes, err);
}
