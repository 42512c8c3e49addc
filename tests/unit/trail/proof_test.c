// Proofs against published vectors and against the definition, for every place in every small tree; and what
// must not hold.
#include "vectors.h"

#include <stdio.h>

#include "base/text.h"
#include "trail/proof.h"
#include "trail/tree.h"

enum { MOST = 70, WIDE = 1100 };

typedef unsigned char hash_of[TREE_HASH];

static size_t entry(uint64_t i, char text[32])
{
    return (size_t)snprintf(text, 32, "entry-%llu", (unsigned long long)i);
}

static void leaf_of(uint64_t i, hash_of leaf)
{
    char text[32];
    size_t length = entry(i, text);
    tree_leaf(text, length, leaf);
}

static void root_of(uint64_t size, hash_of root)
{
    struct tree tree = {0};
    hash_of leaf;
    for (uint64_t i = 0; i < size; i++) {
        leaf_of(i, leaf);
        tree_append(&tree, leaf);
    }
    tree_root(&tree, root);
}

static struct proof_maker *maker_of(struct arena *arena, uint64_t size)
{
    struct proof_maker *maker = proof_maker_new(arena);
    hash_of leaf;
    for (uint64_t i = 0; i < size; i++) {
        leaf_of(i, leaf);
        proof_maker_add(maker, leaf, true);
    }
    return maker;
}

static void must_be(struct arena *arena, const struct proof *proof, const char *const *hashes)
{
    size_t count = 0;
    for (; hashes[count] != NULL; count++) {
        assert_true(count < proof->count);
        assert_string_equal(crypto_hex(arena, proof->hashes[count], TREE_HASH), hashes[count]);
    }
    assert_int_equal(count, proof->count);
}

static void published_proofs(void **state)
{
    (void)state;
    static const struct {
        uint64_t index, size;
        const char *hashes[6];
    } entries[] = {{0, 1, {NULL}},
                   {3,
                    7,
                    {"049d7dcdb56bcfebd313304c9839f196a3d4b6ef3bdc0b08298f93ac8191f0a8",
                     "2f27a5082c1d42afa488ac350a9fc4390c084f54f71ecdff859e98db8429b479",
                     "e429c5b5ccaa9523c37297f1846766f903137e82195c5199e6be57130d1006c8"}},
                   {6,
                    7,
                    {"4a136a70087b637e34c3d3daa6cea768b1db13ec475902d2e240b60e3d999c7a",
                     "256b9e8825e5d370a4ae005d0901ea291977e2927f5cf8e3e72660dd09519edb"}},
                   {4, 5, {"256b9e8825e5d370a4ae005d0901ea291977e2927f5cf8e3e72660dd09519edb"}},
                   {0,
                    8,
                    {"e868811a482c27d50b6d45dde79c465d6adb9b06645100477a90cf3d8518898b",
                     "b17003e0b3bbc81fe116edb140c39727254849cc4652b0f7c4f26f8b9d9f987d",
                     "5b6680e3035dba9b8a221ee819e805e1c17b333cd66664e76402ea43d7b64a83"}}};
    static const struct {
        uint64_t old_size, size;
        const char *hashes[6];
    } growths[] = {{1,
                    8,
                    {"e868811a482c27d50b6d45dde79c465d6adb9b06645100477a90cf3d8518898b",
                     "b17003e0b3bbc81fe116edb140c39727254849cc4652b0f7c4f26f8b9d9f987d",
                     "5b6680e3035dba9b8a221ee819e805e1c17b333cd66664e76402ea43d7b64a83"}},
                   {3,
                    7,
                    {"049d7dcdb56bcfebd313304c9839f196a3d4b6ef3bdc0b08298f93ac8191f0a8",
                     "27479b6ab321d2ee477452f68ba527748e863cafe8fbd1df2bf89d1570d1b697",
                     "2f27a5082c1d42afa488ac350a9fc4390c084f54f71ecdff859e98db8429b479",
                     "e429c5b5ccaa9523c37297f1846766f903137e82195c5199e6be57130d1006c8"}},
                   {4, 7, {"e429c5b5ccaa9523c37297f1846766f903137e82195c5199e6be57130d1006c8"}},
                   {6,
                    8,
                    {"4a136a70087b637e34c3d3daa6cea768b1db13ec475902d2e240b60e3d999c7a",
                     "d448059354605305bf936aa6a0e4c709321c960e2ba6c921b98b9a165319cbe2",
                     "256b9e8825e5d370a4ae005d0901ea291977e2927f5cf8e3e72660dd09519edb"}},
                   {7, 7, {NULL}},
                   {7,
                    8,
                    {"0cfda576ff4b29ea33c3afdaeed1bd637eb654b28a04302fcab5fd7db07801cc",
                     "c8d81ba4fdd46c6c3c73c87b209eeaf944cf511327211f1f9a81586cf7d4d5a4",
                     "4a136a70087b637e34c3d3daa6cea768b1db13ec475902d2e240b60e3d999c7a",
                     "256b9e8825e5d370a4ae005d0901ea291977e2927f5cf8e3e72660dd09519edb"}}};
    struct arena *arena = arena_open();
    struct proof proof;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        proof_maker_entry(maker_of(arena, entries[i].size), entries[i].index, &proof);
        must_be(arena, &proof, entries[i].hashes);
    }
    for (size_t i = 0; i < sizeof growths / sizeof growths[0]; i++) {
        proof_maker_growth(maker_of(arena, growths[i].size), growths[i].old_size, &proof);
        must_be(arena, &proof, growths[i].hashes);
    }
    arena_close(arena);
}

// Shorter, longer, doubled, for a neighbour, for another size: none of it holds.
static void entry_must_fail(const struct proof *proof, uint64_t index, uint64_t size, const hash_of leaf,
                            const hash_of root)
{
    struct proof other = *proof;
    hash_of wrong;
    assert_false(proof_shows_entry(proof, leaf, index + 1, size, root));
    assert_false(index > 0 && proof_shows_entry(proof, leaf, index - 1, size, root));
    assert_false(proof_shows_entry(proof, leaf, index, 0, root));
    assert_false(proof_shows_entry(proof, leaf, size, size, root));
    leaf_of(size + 5, wrong);
    assert_false(proof_shows_entry(proof, wrong, index, size, root));
    assert_false(proof_shows_entry(proof, leaf, index, size, wrong));
    memcpy(other.hashes[other.count++], wrong, TREE_HASH);
    assert_false(proof_shows_entry(&other, leaf, index, size, root));
    if (proof->count > 0) {
        memcpy(other.hashes[proof->count], proof->hashes[proof->count - 1], TREE_HASH);
        assert_false(proof_shows_entry(&other, leaf, index, size, root));
        other.count = proof->count - 1;
        assert_false(proof_shows_entry(&other, leaf, index, size, root));
        other = *proof;
        other.hashes[0][0] ^= 1;
        assert_false(proof_shows_entry(&other, leaf, index, size, root));
    }
}

static void every_entry(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (uint64_t size = 1; size <= MOST; size++) {
        struct proof_maker *maker = maker_of(arena, size);
        hash_of root, leaf;
        root_of(size, root);
        for (uint64_t i = 0; i < size; i++) {
            struct proof proof;
            proof_maker_entry(maker, i, &proof);
            leaf_of(i, leaf);
            assert_true(proof_shows_entry(&proof, leaf, i, size, root));
            entry_must_fail(&proof, i, size, leaf, root);
        }
    }
    arena_close(arena);
}

// As a witness checks it (RFC 9162): `size` may be equal to `old_size`; an empty old tree has no proof.
static bool shows_growth(const struct proof *proof, uint64_t old_size,
                         const unsigned char old_root[TREE_HASH], uint64_t size,
                         const unsigned char root[TREE_HASH])
{
    if (old_size < 1 || old_size > size)
        return false;
    if (old_size == size)
        return proof->count == 0 && memcmp(old_root, root, TREE_HASH) == 0;
    bool power = (old_size & (old_size - 1)) == 0;
    if (proof->count == 0)
        return false;
    unsigned char old_hash[TREE_HASH], hash[TREE_HASH];
    uint64_t first = old_size - 1, last = size - 1;
    for (; (first & 1) != 0; last >>= 1)
        first >>= 1;
    memcpy(hash, power ? old_root : proof->hashes[0], TREE_HASH);
    memcpy(old_hash, hash, TREE_HASH);
    for (size_t i = power ? 0 : 1; i < proof->count; i++) {
        if (last == 0)
            return false;
        if ((first & 1) != 0 || first == last) {
            tree_node(proof->hashes[i], old_hash, old_hash);
            tree_node(proof->hashes[i], hash, hash);
            for (; (first & 1) == 0 && first != 0; last >>= 1)
                first >>= 1;
        } else {
            tree_node(hash, proof->hashes[i], hash);
        }
        first >>= 1;
        last >>= 1;
    }
    return last == 0 && memcmp(old_hash, old_root, TREE_HASH) == 0 && memcmp(hash, root, TREE_HASH) == 0;
}

static void growth_must_fail(const struct proof *proof, uint64_t m, const hash_of old_root, uint64_t n,
                             const hash_of root)
{
    struct proof other = *proof;
    assert_false(m != n && shows_growth(proof, m, root, n, old_root));
    hash_of next;
    root_of(n + 1, next);
    assert_false(shows_growth(proof, m, old_root, n + 1, next));
    assert_false(shows_growth(proof, m + 1, old_root, n, root));
    assert_false(shows_growth(proof, 0, old_root, n, root));
    other.count = 0;
    assert_false(m != n && shows_growth(&other, m, old_root, n, root));
    other = *proof;
    memmove(other.hashes[1], other.hashes[0], sizeof other.hashes[0] * proof->count);
    memcpy(other.hashes[0], old_root, TREE_HASH);
    other.count++;
    assert_false(shows_growth(&other, m, old_root, n, root));
    if (proof->count > 0) {
        other = *proof;
        other.hashes[other.count - 1][5] ^= 1;
        assert_false(shows_growth(&other, m, old_root, n, root));
    }
}

static void every_growth(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (uint64_t n = 1; n <= MOST; n++) {
        struct proof_maker *maker = maker_of(arena, n);
        hash_of root, old_root;
        root_of(n, root);
        for (uint64_t m = 1; m <= n; m++) {
            struct proof proof;
            proof_maker_growth(maker, m, &proof);
            root_of(m, old_root);
            assert_true(shows_growth(&proof, m, old_root, n, root));
            growth_must_fail(&proof, m, old_root, n, root);
        }
    }
    arena_close(arena);
}

// Trees of several groups, of which only the wanted ones are kept.
static void wide_trees(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {255, 256, 257, 511, 512, 513, 768, 1000, 1024, WIDE};
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint64_t at = 0; at < sizes[i]; at += 97) {
            struct proof_maker *maker = proof_maker_new(arena);
            struct proof proof;
            hash_of leaf, root, old_root;
            for (uint64_t j = 0; j < sizes[i]; j++) {
                leaf_of(j, leaf);
                proof_maker_add(maker, leaf, j == at || j + 1 == at);
            }
            root_of(sizes[i], root);
            leaf_of(at, leaf);
            proof_maker_entry(maker, at, &proof);
            assert_true(proof_shows_entry(&proof, leaf, at, sizes[i], root));
            if (at == 0)
                continue;
            root_of(at, old_root);
            proof_maker_growth(maker, at, &proof);
            assert_true(shows_growth(&proof, at, old_root, sizes[i], root));
        }
    arena_close(arena);
}

#define PROOF_3_OF_7                                                                                         \
    "c2sp.org/tlog-proof@v1\nindex 3\nBJ19zbVrz+vTEzBMmDnxlqPUtu873AsIKY+TrIGR8Kg=\n"                        \
    "LyelCCwdQq+kiKw1Cp/EOQwIT1T3Hs3/hZ6Y24QptHk=\n5CnFtcyqlSPDcpfxhGdm+QMTfoIZXFGZ5r5XEw0QBsg=\n\n" TEXT7   \
    "\n" SIG7 WITNESS

static void the_file(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct note_key key = signer_of(arena).key;
    struct text out = text_new(arena);
    struct proof proof;
    uint64_t index, size;
    proof_maker_entry(maker_of(arena, 7), 3, &proof);
    proof_write(&out, 3, &proof, TEXT7 "\n" SIG7 WITNESS);
    assert_string_equal(out.ptr, PROOF_3_OF_7);
    assert_true(proof_holds(out.ptr, &key, "entry-3", 7, &index, &size));
    assert_int_equal(index, 3);
    assert_int_equal(size, 7);
    assert_false(proof_holds(out.ptr, &key, "entry-3\n", 8, &index, &size));
    assert_false(proof_holds(out.ptr, &key, "entry-2", 7, &index, &size));
    static const char *const changes[][2] = {
        {"index 3", "index 2"},
        {"index 3", "index 03"},
        {"index 3\n", "index 3 \n"},
        {"@v1", "@v2"},
        {"5CnF", "6CnF"},
        {"\n7\n", "\n8\n"},
        {"\n7\n", "\n07\n"},
        {"host1\n7", "host2\n7"},
        {"\xE2\x80\x94", "-"},
        {"\xE2\x80\x94", "\xE2\x80\x93"},
        {"host1 3A", "host1  3A"},
        {"LyelCCwdQq+kiKw1Cp/EOQwIT1T3Hs3/hZ6Y24QptHk=\n", ""},
        {"LyelCCwdQq+kiKw1Cp/EOQwIT1T3Hs3/hZ6Y24QptHk=\n", "LyelCCwdQq+kiKw1Cp/EOQwIT1T3Hs3/hZ6Y24QptHl=\n"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *whole = PROOF_3_OF_7, *at = strstr(whole, changes[i][0]);
        assert_non_null(at);
        const char *changed = arena_printf(arena, "%.*s%s%s", (int)(at - whole), whole, changes[i][1],
                                           at + strlen(changes[i][0]));
        if (proof_holds(changed, &key, "entry-3", 7, &index, &size))
            fail_msg("this holds:\n%s", changed);
    }
    const char *extra =
        arena_printf(arena, "c2sp.org/tlog-proof@v1\nextra AAAA\n%s", strstr(PROOF_3_OF_7, "index"));
    assert_true(proof_holds(extra, &key, "entry-3", 7, &index, &size));
    arena_close(arena);
}

static void a_witness_is_asked(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct text out = text_new(arena);
    struct proof proof;
    proof_maker_growth(maker_of(arena, 7), 3, &proof);
    proof_write_growth(&out, 3, &proof, TEXT7 "\n" SIG7);
    assert_string_equal(out.ptr, "old 3\nBJ19zbVrz+vTEzBMmDnxlqPUtu873AsIKY+TrIGR8Kg=\n"
                                 "J0ebarMh0u5HdFL2i6UndI6GPK/o+9HfK/idFXDRtpc=\n"
                                 "LyelCCwdQq+kiKw1Cp/EOQwIT1T3Hs3/hZ6Y24QptHk=\n"
                                 "5CnFtcyqlSPDcpfxhGdm+QMTfoIZXFGZ5r5XEw0QBsg=\n\n" TEXT7 "\n" SIG7);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_proofs), cmocka_unit_test(every_entry),
        cmocka_unit_test(every_growth),     cmocka_unit_test(wide_trees),
        cmocka_unit_test(the_file),         cmocka_unit_test(a_witness_is_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
