// Files by path: folders stand in front of what is built in; playbooks by name and version; the digest.
#include "../test.h"

#include "base/file.h"
#include "base/text.h"
#include "playbook/catalog.h"

static const char *make_folder(struct arena *arena)
{
    struct err err = {0};
    char name[SCRATCH_SIZE];
    scratch_open(name);
    static const char *const files[][2] = {
        {"playbooks/one.yaml", "playbook: one\nversion: 1.1.0\n"},
        {"playbooks/old/one@1.0.0.yaml", "playbook: one\nversion: 1.0.0\n"},
        {"playbooks/two.lua", "return {version = \"2.0.0\"}\n"},
        {"playbooks/procedures/p.yaml", "procedure: p\n"},
        {"stdlib/a/b.lua", "return 1\n"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = arena_printf(arena, "%s/%s", name, files[i][0]);
        *strrchr(path, '/') = '\0';
        assert_true(file_mkdirs(path, &err));
        path[strlen(path)] = '/';
        assert_true(file_replace(path, files[i][1], strlen(files[i][1]), &err));
    }
    return arena_strdup(arena, name);
}

static void finds(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    const char *folder = make_folder(arena);
    const char *folders[] = {folder, NULL};
    struct catalog *catalog = catalog_open(arena, folders);
    const struct catalog_file *file = catalog_find(catalog, "stdlib/a/b.lua", &err);
    assert_non_null(file);
    assert_string_equal(file->bytes, "return 1\n");
    assert_false(file->embedded);
    assert_ptr_equal(file, catalog_find(catalog, "stdlib/a/b.lua", &err));
    assert_null(catalog_find(catalog, "stdlib/a/c.lua", &err));
    assert_null(catalog_find(catalog, "../../etc/passwd", &err));
    assert_int_equal(err.code, E_NONE);
    const char **list = catalog_list(catalog, arena, "playbooks/", ".yaml");
    int seen = 0;
    for (; *list != NULL; list++)
        seen +=
            strcmp(*list, "playbooks/one.yaml") == 0 || strcmp(*list, "playbooks/old/one@1.0.0.yaml") == 0;
    assert_int_equal(seen, 2);
    scratch_close(folder);
    arena_close(arena);
}

static void playbooks(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const char *folder = make_folder(arena);
    const char *folders[] = {folder, NULL};
    struct catalog *catalog = catalog_open(arena, folders);
    static const char *const cases[][2] = {
        {"one", "playbooks/one.yaml"},
        {"one@1.1.0", "playbooks/one.yaml"},
        {"two", "playbooks/two.lua"},
        {"one@1.0.0", "playbooks/old/one@1.0.0.yaml"},
        {"two@2.0.0", "playbooks/two.lua"},
        {"two@2.0.1", NULL},
        {"one@3.0.0", NULL},
        {"onne", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        const struct catalog_file *file = catalog_playbook(catalog, cases[i][0], &err);
        if (cases[i][1] == NULL) {
            assert_null(file);
            assert_int_equal(err.code, E_UNKNOWN_NAME);
        } else {
            assert_string_equal(file->path, cases[i][1]);
        }
        if (strcmp(cases[i][0], "onne") == 0)
            assert_string_equal(err.hint, "did you mean 'one'?");
        if (strcmp(cases[i][0], "one@3.0.0") == 0)
            assert_string_equal(err.message, "there is no version 3.0.0 of the playbook 'one'");
    }
    struct err err = {0};
    assert_null(catalog_playbook(catalog, "no/such.yaml", &err));
    assert_int_equal(err.code, E_FILE);
    scratch_close(folder);
    arena_close(arena);
}

static void digests(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    const char *folder = make_folder(arena);
    const char *folders[] = {folder, NULL};
    struct catalog *a = catalog_open(arena, folders), *b = catalog_open(arena, folders);
    const char *none = catalog_digest(a, arena);
    catalog_use(a, catalog_find(a, "stdlib/a/b.lua", &err));
    const char *one = catalog_digest(a, arena);
    catalog_use(a, catalog_find(a, "playbooks/one.yaml", &err));
    catalog_use(b, catalog_find(b, "playbooks/one.yaml", &err));
    catalog_use(b, catalog_find(b, "stdlib/a/b.lua", &err));
    catalog_use(b, catalog_find(b, "stdlib/a/b.lua", &err));
    assert_string_not_equal(none, one);
    assert_string_not_equal(one, catalog_digest(a, arena));
    assert_string_equal(catalog_digest(a, arena), catalog_digest(b, arena));
    assert_true(text_starts(none, "sha256:"));
    scratch_close(folder);
    arena_close(arena);
}

// What somebody names is the same wherever it lies.
static void named(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct err err = {0};
    const char *digests[3];
    static const char *const names[] = {"playbooks/one.yaml", "playbooks/one.yaml", "playbooks/two.lua"};
    for (int i = 0; i < 3; i++) {
        const char *folder = make_folder(arena);
        struct catalog *catalog = catalog_open(arena, NULL);
        catalog_use(catalog, catalog_read(catalog, arena_printf(arena, "%s/%s", folder, names[i]), &err));
        digests[i] = catalog_digest(catalog, arena);
        scratch_close(folder);
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[0], digests[2]);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds), cmocka_unit_test(playbooks),
                                       cmocka_unit_test(digests), cmocka_unit_test(named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
