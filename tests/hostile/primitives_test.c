// Primitives that mean harm, in a folder given with --lib (lib/stdlib/evil): each says in its first line how
// a run with it must end, "Ends with STATUS: 'words of the reason'.". In every mode the estate stays as it
// was, no request that could change something leaves, none goes to a stranger, and the trail stays whole.
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "vm/prim.h"

static size_t broken;

static void complain(struct world *world, const char *name, enum mode mode, const char *what)
{
    print_error("%s, %s: %s\n", name, mode_word(mode), what);
    world_print(world);
    broken++;
}

static const char *reason_of(struct world *world)
{
    const struct value *step = world_record(world, "step.finished", "one");
    const char *reason = step == NULL ? NULL : value_text_at(step, "reason");
    return reason == NULL ? "" : reason;
}

static void check_end(struct world *world, const struct primitive *primitive, enum mode mode, int status)
{
    static const char start[] = "Ends with ";
    const char *doc = primitive_doc(world->arena, primitive);
    assert_true(text_starts(doc, start));
    char *end;
    long wanted = strtol(doc + strlen(start), &end, 10);
    assert_true(text_starts(end, ": '"));
    const char *words = arena_strndup(world->arena, end + 3, strcspn(end + 3, "'"));
    if (status != wanted)
        complain(world, primitive->name, mode,
                 arena_printf(world->arena, "ended with %d, not %ld", status, wanted));
    else if (strstr(reason_of(world), words) == NULL)
        complain(world, primitive->name, mode, arena_printf(world->arena, "does not say '%s'", words));
}

// What only happens where changes are sent, and what an audit never gets to.
static bool ends_so(const struct primitive *primitive, enum mode mode)
{
    bool only_live = text_ends(primitive->name, "other_request") || text_ends(primitive->name, "twice") ||
                     text_ends(primitive->name, "unread");
    bool in_apply = primitive->has[SLOT_APPLY];
    return mode == MODE_LIVE || (!only_live && (mode == MODE_DRY_RUN || !in_apply));
}

static void try_in(struct world *world, const struct primitive *primitive, enum mode mode)
{
    const char *before = world_digest(world), *request = "", *name = primitive->name;
    int status = world_run(world, world_step(world, primitive), mode, NULL);
    if (ends_so(primitive, mode))
        check_end(world, primitive, mode, status);
    // A request that was planned, written down and approved may go; it is one that changes nothing here.
    size_t most = world_count(world, "effect.intent", NULL);
    if (world_changes(world, &request) > (mode == MODE_LIVE ? most : 0))
        complain(world, name, mode, request);
    if (strcmp(world_digest(world), before) != 0)
        complain(world, name, mode, "the estate has changed");
    if (!world_trail_is_whole(world))
        complain(world, name, mode, "the trail cannot be read");
}

static void try_all(const char *name)
{
    struct world *world = world_open(&(struct world_config){.lib = "hostile/lib"});
    struct err err = {0};
    const struct primitive *primitive = primitive_find(world->vm, name, &err);
    if (primitive == NULL)
        fail_msg("%s: %s:%d: %s", name, err.pos.file, err.pos.line, err.message);
    try_in(world, primitive, MODE_DRY_RUN);
    try_in(world, primitive, MODE_AUDIT);
    try_in(world, primitive, MODE_LIVE);
    world_close(world);
}

static void no_primitive_does_harm(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){.lib = "hostile/lib"});
    size_t count = 0;
    for (const char *const *name = primitive_names(world->vm); *name != NULL; name++) {
        if (!text_starts(*name, "evil."))
            continue;
        try_all(*name);
        count++;
    }
    world_close(world);
    assert_true(count > 50);
    assert_int_equal(broken, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) { // one of them, and what it tells
        try_all(argv[1]);
        return broken > 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_primitive_does_harm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
