// A machine over the library of fixtures/vm, and a run that is charged.
#pragma once
#include "../test.h"

#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/expr.h"
#include "vm/vm.h"

struct world {
    struct arena *arena;
    struct vm *vm;
    struct vm_run run;
};

static inline int open_world(void **state)
{
    static const char *const folders[] = {"fixtures/vm", NULL};
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    static const char registry_json[] = "{\"users\":[{\"upn\":\"a@x\",\"mail\":\"b@x\"}]}";
    const struct value *registry =
        json_parse(arena, "registry", registry_json, sizeof registry_json - 1, NULL);
    struct err err = {0};
    world->arena = arena;
    world->vm = vm_open(arena, catalog_open(arena, folders), &err);
    if (world->vm == NULL)
        fail_msg("%s:%d: %s", err.pos.file, err.pos.line, err.message);
    world->run = (struct vm_run){.arena = arena,
                                 .now = "2026-11-22T02:15:30.000Z",
                                 .profile = value_map(arena),
                                 .registry = registry,
                                 .self = value_map(arena)};
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
