// Many alerts, and many that cannot be read: what each of them costs is its own size, not that of the file or
// of the library.
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"

#define SAMPLE "alerts/kv-03-secret-listing-then-get.arm.json"

enum { MOST_KB = 200 * 1024, ALERTS = 100, WRONG = 150, FILE_SIZE = 4 * 1024 * 1024 };

// One alert on one line.
static const char *sample(struct world *world)
{
    struct err err = {0};
    size_t length;
    char *bytes = file_read(world->arena, SAMPLE, 1 << 20, &length, &err);
    world_must(bytes != NULL, &err);
    for (char *c = bytes; *c != '\0'; c++)
        *c = (char)(*c == '\n' ? ' ' : *c);
    return bytes;
}

static void run(struct world *world, const char *words, const char *name, const struct text *bytes)
{
    struct err err = {0};
    struct rusage usage;
    const char *file = world_path(world, name);
    world_must(file_replace(file, bytes->ptr, bytes->length, &err), &err);
    assert_true(system(arena_printf(world->arena,
                                    "PLAYBOOK_STATE='%s/cli' PLAYBOOK_CONFIG='%s/cli' '%s' %s '%s' "
                                    ">/dev/null 2>/dev/null",
                                    world->state, world->state, getenv("PLAYBOOK"), words, file)) != -1);
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    if (usage.ru_maxrss > MOST_KB)
        fail_msg("%s: %ld KB", words, usage.ru_maxrss);
}

// Each of them is told with the playbooks that answer it.
static void many_alerts(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    const char *one = sample(world);
    struct text all = text_new(world->arena);
    for (int i = 0; i < ALERTS; i++)
        text_addf(&all, "%s%s", i == 0 ? "[" : ",", one);
    text_addc(&all, ']');
    run(world, "alert show", "alerts.json", &all);
    world_close(world);
}

// Each of them is told with its line.
static void many_mistakes(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    const char *one = sample(world);
    struct text all = text_new(world->arena);
    for (int i = 0; i < WRONG; i++)
        text_add(&all, "{\"wrong\": \n");
    while (all.length < FILE_SIZE)
        text_addf(&all, "%s\n", one);
    run(world, "alert list", "alerts.jsonl", &all);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_alerts), cmocka_unit_test(many_mistakes)};
    return getenv("PLAYBOOK") == NULL ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
