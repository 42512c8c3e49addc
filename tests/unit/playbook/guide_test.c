// What is shown and shipped must check: every example of playbooks/README.md marked `yaml playbook`, and
// every playbook in playbooks/, against the real primitives.
#include "../test.h"

#include "base/file.h"
#include "base/text.h"
#include "playbook/catalog.h"
#include "playbook/check.h"
#include "playbook/playbook.h"
#include "run/link.h"
#include "run/prepare.h"
#include "vm/vm.h"

struct shelf {
    struct arena *arena;
    struct catalog *catalog;
    struct vm *vm;
    struct check_world world;
};

static struct shelf *open_shelf(void)
{
    struct err err = {0};
    struct arena *arena = arena_open();
    struct shelf *shelf = ARENA_NEW(arena, struct shelf);
    const char **folders = ARENA_ARRAY(arena, const char *, 2);
    folders[0] = "..";
    shelf->arena = arena;
    shelf->catalog = catalog_open(arena, folders);
    shelf->vm = vm_open(arena, shelf->catalog, &err);
    assert_non_null(shelf->vm);
    shelf->world = prepare_world(arena, shelf->vm);
    shelf->world.coverage = true;
    return shelf;
}

static void close_shelf(struct shelf *shelf)
{
    vm_close(shelf->vm);
    arena_close(shelf->arena);
}

// Nothing to say, warnings included, or the test fails with all of it.
static void must_check(struct shelf *shelf, const struct catalog_file *file)
{
    struct err_list *errors = err_list_new(shelf->arena);
    struct err err = {0};
    const struct playbook *playbook = NULL;
    const struct value *root =
        text_ends(file->path, ".lua") ? vm_load_value(shelf->vm, shelf->arena, file, &err) : NULL;
    if (root != NULL)
        playbook = playbook_parse(shelf->arena, file, root, errors);
    else if (err.code != E_NONE)
        err_list_append(errors, &err);
    else
        playbook = playbook_parse_yaml(shelf->arena, file, errors);
    struct linked linked;
    if (playbook != NULL && link_calls(shelf->arena, shelf->catalog, shelf->vm, playbook, &linked, errors))
        (void)check_playbook(playbook, shelf->catalog, &shelf->world, errors);
    for (size_t i = 0; i < errors->count; i++)
        print_error("%s:%d:%d: %s (%s)\n", file->name, errors->items[i].pos.line, errors->items[i].pos.column,
                    errors->items[i].message, errors->items[i].hint);
    assert_int_equal(errors->count, 0);
    assert_non_null(playbook);
}

// Checks the examples of one language in the guide, and says how many there were.
static int check_examples(struct shelf *shelf, const char *language)
{
    struct err err = {0};
    size_t length;
    int count = 0;
    const char *fence = arena_printf(shelf->arena, "\n```%s playbook\n", language);
    char *guide = file_read(shelf->arena, "../playbooks/README.md", 1024 * 1024, &length, &err);
    assert_non_null(guide);
    for (char *at = strstr(guide, fence); at != NULL; at = strstr(at, fence)) {
        at += strlen(fence);
        char *end = strstr(at, "\n```");
        assert_non_null(end);
        char *text = arena_strndup(shelf->arena, at, (size_t)(end - at) + 1);
        char *name = arena_printf(shelf->arena, "example %d.%s", ++count, language);
        struct catalog_file file = {.path = name, .name = name, .bytes = text, .length = strlen(text)};
        must_check(shelf, &file);
    }
    return count;
}

static void examples(void **state)
{
    (void)state;
    struct shelf *shelf = open_shelf();
    assert_true(check_examples(shelf, "yaml") >= 5);
    assert_true(check_examples(shelf, "lua") >= 1);
    close_shelf(shelf);
}

static void shipped(void **state)
{
    (void)state;
    struct shelf *shelf = open_shelf();
    int count = 0;
    for (const char **path = catalog_list(shelf->catalog, shelf->arena, "playbooks/", ".yaml"); *path != NULL;
         path++) {
        struct err err = {0};
        if (strchr(*path + strlen("playbooks/"), '/') != NULL)
            continue;
        must_check(shelf, catalog_find(shelf->catalog, *path, &err));
        count++;
    }
    assert_true(count > 0);
    close_shelf(shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples), cmocka_unit_test(shipped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
