// Tiles and bundles against published vectors: their names, and their bytes for a log of 70,000 entries.
#include "../test.h"

#include <stdio.h>

#include "trail/tile.h"

static void names(void **state)
{
    (void)state;
    static const struct {
        int level;
        uint64_t number;
        unsigned width;
        const char *path;
    } cases[] = {{0, 0, 256, "tile/0/000"},
                 {0, 67, 256, "tile/0/067"},
                 {1, 999, 256, "tile/1/999"},
                 {0, 1000, 256, "tile/0/x001/000"},
                 {2, 1234067, 256, "tile/2/x001/x234/067"},
                 {0, 67000000, 256, "tile/0/x067/x000/000"},
                 {TILE_ENTRIES, 5, 256, "tile/entries/005"},
                 {TILE_ENTRIES, 1234067, 7, "tile/entries/x001/x234/067.p/7"},
                 {1, 0, 1, "tile/1/000.p/1"}};
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(tile_path(arena, cases[i].level, cases[i].number, cases[i].width), cases[i].path);
    arena_close(arena);
}

struct wanted {
    const char *path;
    size_t length;
    const char *digest;
};

// Of 70,000 entries.
static const struct wanted many[] = {
    {"tile/0/000", 8192, "8921c57d2f65271c82bf0f686c002793863c80c8d1cbbbf5db6046ff59e8b590"},
    {"tile/entries/000", 2706, "2e41f76a98595afb6b3a27a02a74792386a99b155db3579513faf3bf67057752"},
    {"tile/0/272", 8192, "a7dec3f9664143f7bf3d9bef2a7f5ac8e2f9b2d9f2c3a5e476a16801d6f2f4ac"},
    {"tile/0/273.p/112", 3584, "41c090f240cc1bbcec93391099da9f3bde6e87927975e789b8f7794061b27f1d"},
    {"tile/entries/273.p/112", 1456, "e2ad61b1c0a68bb3fb91d5ddf19152cad4365671577e11ab31558aa5feb8d0ed"},
    {"tile/1/000", 8192, "3f2180f39b716a1f9ba5b330e55deac1781861f2854c705884f31806688285e0"},
    {"tile/1/001.p/17", 544, "e7be92bf44b56bfc274e384835c09a9b949542f7ef3bed21a46195a871173926"},
    {"tile/2/000.p/1", 32, "a39abb517974ee0fe428abf332453555ac40e6bdf705bb4a4bf919dfa6b3b24c"},
};
static const struct wanted few[] = {
    {"tile/entries/000.p/7", 63, "0327f91917f94f5ad8edb07c834864a3926394c6f7e12cd5dbfc646403a2847b"},
    {"tile/0/000.p/7", 224, "e99f493b599ba703533533aef52f8c7d065829a1ab763aac3f97a11854400cc9"},
};

struct seen {
    const struct wanted *wanted;
    size_t wanted_count, met, hashes, bundles;
};

static bool look(void *context, int level, uint64_t number, unsigned width, const void *bytes, size_t length,
                 struct err *err)
{
    struct seen *seen = context;
    struct arena *arena = arena_open();
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *path = tile_path(arena, level, number, width);
    (void)err;
    crypto_sha256(bytes, length, hash);
    for (size_t i = 0; i < seen->wanted_count; i++)
        if (strcmp(seen->wanted[i].path, path) == 0) {
            assert_int_equal(length, seen->wanted[i].length);
            assert_string_equal(crypto_hex(arena, hash, sizeof hash), seen->wanted[i].digest);
            seen->met++;
        }
    *(level == TILE_ENTRIES ? &seen->bundles : &seen->hashes) += 1;
    arena_close(arena);
    return true;
}

static void add(struct tiler *tiler)
{
    char text[32];
    unsigned char leaf[TREE_HASH];
    int length = snprintf(text, sizeof text, "entry-%llu", (unsigned long long)tiler->size);
    tree_leaf(text, (size_t)length, leaf);
    assert_true(tiler_add(tiler, text, (size_t)length, leaf, NULL));
}

static struct seen tiles_of(uint64_t size, const struct wanted *wanted, size_t count)
{
    struct arena *arena = arena_open();
    struct seen seen = {.wanted = wanted, .wanted_count = count};
    struct tiler *tiler = tiler_new(arena, 0, look, &seen);
    while (tiler->size < size)
        add(tiler);
    assert_true(tiler_flush(tiler, NULL));
    assert_int_equal(seen.met, count);
    arena_close(arena);
    return seen;
}

static void bytes(void **state)
{
    (void)state;
    struct seen seen = tiles_of(70000, many, sizeof many / sizeof many[0]);
    assert_int_equal(seen.hashes, 277);
    assert_int_equal(seen.bundles, 274);
    tiles_of(7, few, sizeof few / sizeof few[0]);
    assert_int_equal(tiles_of(0, NULL, 0).hashes, 0);
    assert_int_equal(tiles_of(256, NULL, 0).hashes, 2);
    assert_int_equal(tiles_of(257, NULL, 0).hashes, 3);
}

// The tree that tiles give is the one that entries give, at every size.
static void trees(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct tiler *tiler = tiler_new(arena, 0, NULL, NULL);
    struct tree tree = {0}, other;
    unsigned char root[TREE_HASH], again[TREE_HASH];
    while (tiler->size < 1400) {
        tiler_tree(tiler, &other);
        tree_root(&tree, root);
        tree_root(&other, again);
        assert_memory_equal(root, again, TREE_HASH);
        add(tiler);
        char text[32];
        int length = snprintf(text, sizeof text, "entry-%llu", (unsigned long long)tree.size);
        tree_leaf(text, (size_t)length, root);
        tree_append(&tree, root);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(bytes),
                                       cmocka_unit_test(trees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
