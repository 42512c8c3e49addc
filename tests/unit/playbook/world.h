// A small world for checking playbooks: some primitives, functions and alert fields.
#pragma once
#include "../test.h"

#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/check.h"

static const struct {
    const char *name, *params, *returns;
    bool changes;
    const char *irreversible;
} world_declared[] = {
    {"vault.get", "{vault: id, deep: bool?}", "{id: id, name: name, owner: upn?, tags: any}", false, NULL},
    {"vault.list", "{vault: id}",
     "{secrets: {type: list, of: {type: record, fields: {name: name, version: version}}}, count: int}", false,
     NULL},
    {"vault.disable",
     "{vault: id, name: name, version: version?, how: {type: enum, values: [soft, hard], optional: true}, "
     "networks: "
     "{type: list, of: cidr, optional: true}}",
     "{gone: bool}", true, NULL},
    {"user.get", "{user: {type: guid, help: object id of the user}}", "{roles: {type: list, of: string}}",
     false, NULL},
    {"open.read", "{}", "{}", false, NULL},
    {"vault.wipe", "{vault: id}", "{}", true, "what is wiped is gone"},
    {"mail.send", "{to: email}", "{}", true, "it was read"},
    {"types.give", "{}",
     "{s: string, u: upn, e: email, n: number, i: int, b: bool, m: {type: map, of: int}, x: any, d: "
     "duration, "
     "r: {type: record, fields: {who: guid, why: string?}}, l: {type: list, of: string}, t: time, url: url, "
     "set: {type: set, of: string}, is: {type: set, of: int}, p: {type: list}, ip: ip, net: cidr, v: "
     "version, "
     "rs: {type: list, of: {type: record, fields: {who: guid}}}, w: {type: enum, values: [a, b]}}",
     false, NULL},
    {"types.take",
     "{s: string?, u: upn?, e: email?, n: number?, i: int?, b: bool?, m: {type: map, of: int, optional: "
     "true}, "
     "x: any?, d: duration?, r: {type: record, fields: {who: guid, why: string?}, optional: true}, "
     "l: {type: list, of: string, optional: true}, t: time?, url: url?, set: {type: set, of: string, "
     "optional: "
     "true}, p: {type: list, optional: true}, ip: ip?, net: cidr?, v: version?, "
     "rs: {type: list, of: {type: record, fields: {who: guid}}, optional: true}, "
     "w: {type: enum, values: [a, b], optional: true}, o: {type: record, fields: {why: string?}, optional: "
     "true}, ws: {type: list, of: {type: enum, values: [a, b]}, "
     "optional: true}}",
     "{}", false, NULL},
};
enum { WORLD_COUNT = sizeof world_declared / sizeof world_declared[0] };

struct world {
    struct arena *arena;
    struct check_primitive primitives[WORLD_COUNT];
    const char *names[WORLD_COUNT + 2];
    struct check_world check;
};

static const struct schema *world_fields(struct arena *arena, const char *text)
{
    struct err err = {0};
    const struct value *value = yaml_parse(arena, "world", text, strlen(text), &err);
    assert_non_null(value);
    const struct schema *schema = schema_parse_fields(arena, value, &err);
    if (schema == NULL)
        fail_msg("%s: %s", text, err.message);
    return schema;
}

static const struct check_primitive *world_primitive(void *context, const char *name, struct err *err)
{
    struct world *world = context;
    for (size_t i = 0; i < WORLD_COUNT; i++)
        if (strcmp(world->primitives[i].name, name) == 0)
            return &world->primitives[i];
    err_set(err, E_SCRIPT, "broken");
    return NULL;
}

static const char *const *world_globals(void *context)
{
    static const char *const globals[] = {"net",   "net.within", "text",       "text.lower",   "text.split",
                                          "list",  "list.pluck", "list.where", "tostring",     "ipairs",
                                          "pairs", "call",       "table",      "table.insert", "error",
                                          "self",  NULL};
    (void)context;
    return globals;
}

static struct world *world_new(struct arena *arena)
{
    static const char *const functions[] = {"net.within", "net.is_ip",  "text.lower", "text.split",
                                            "list.pluck", "list.where", "list.count", "list.sort",
                                            "time.add",   "tostring",   NULL};
    struct world *world = ARENA_NEW(arena, struct world);
    for (size_t i = 0; i < WORLD_COUNT; i++) {
        world->primitives[i] =
            (struct check_primitive){.name = world_declared[i].name,
                                     .params = world_fields(arena, world_declared[i].params),
                                     .returns = world_fields(arena, world_declared[i].returns),
                                     .changes = world_declared[i].changes,
                                     .irreversible = world_declared[i].irreversible};
        world->names[i] = world_declared[i].name;
    }
    world->names[WORLD_COUNT] = "broken.one";
    world->check =
        (struct check_world){world,
                             world_primitive,
                             functions,
                             world_globals,
                             world->names,
                             world_fields(arena, "{id: string?, title: string?, ip: ip?, ips: {type: list, "
                                                 "of: ip}, start: time?, simulated: bool, "
                                                 "resource: {type: record, fields: {id: id?, name: "
                                                 "string?}}, actor: {type: record, fields: {name: "
                                                 "string?, object_id: guid?}}, targets: {type: list, of: "
                                                 "{type: record, fields: {kind: string, name: "
                                                 "name?, id: string?}}}, raw: any?}"),
                             true,
                             false,
                             NULL};
    ((struct schema *)schema_field(world->check.alert, "title"))->free = true;
    return world;
}

// All diagnostics as "3:4 message (hint) | w 5:6 …"; lines count from after the `skip`ped ones.
static inline char *world_shown(struct arena *arena, const struct err_list *errors, int skip)
{
    struct text text = text_new(arena);
    for (size_t i = 0; i < errors->count; i++) {
        const struct err *err = &errors->items[i];
        text_addf(&text, "%s%s%d:%d %s", i > 0 ? " | " : "", err->severity == ERR_WARNING ? "w " : "",
                  err->pos.line - skip, err->pos.column, err->message);
        if (err->hint[0] != '\0')
            text_addf(&text, " (%s)", err->hint);
    }
    return text.ptr;
}
