// RFC 6962 trees against published vectors: leaves, roots of every small size, large odd sizes, range hashes.
#include "../test.h"

#include <stdio.h>

#include "trail/tree.h"

static void entry(uint64_t i, unsigned char leaf[TREE_HASH])
{
    char text[32];
    int length = snprintf(text, sizeof text, "entry-%llu", (unsigned long long)i);
    tree_leaf(text, (size_t)length, leaf);
}

static const char *root_hex(struct arena *arena, const struct tree *tree)
{
    unsigned char root[TREE_HASH];
    tree_root(tree, root);
    return crypto_hex(arena, root, sizeof root);
}

static void small_sizes(void **state)
{
    (void)state;
    static const char *const leaves[8] = {"40766b2033429026f53d54502679a839706b4741f8dcaf3a8bba5f41b5ffe075",
                                          "e868811a482c27d50b6d45dde79c465d6adb9b06645100477a90cf3d8518898b",
                                          "049d7dcdb56bcfebd313304c9839f196a3d4b6ef3bdc0b08298f93ac8191f0a8",
                                          "27479b6ab321d2ee477452f68ba527748e863cafe8fbd1df2bf89d1570d1b697",
                                          "194bb5a2d5bd10e5d1aa6fd5d42980b356caf1da623cd9987c4bfa2f81771ed7",
                                          "514158527515064c7bbd35b44c9f11addcfc38b439554fc9bb0d8b7c661c3e8f",
                                          "0cfda576ff4b29ea33c3afdaeed1bd637eb654b28a04302fcab5fd7db07801cc",
                                          "c8d81ba4fdd46c6c3c73c87b209eeaf944cf511327211f1f9a81586cf7d4d5a4"};
    static const char *const roots[9] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                         "40766b2033429026f53d54502679a839706b4741f8dcaf3a8bba5f41b5ffe075",
                                         "2f27a5082c1d42afa488ac350a9fc4390c084f54f71ecdff859e98db8429b479",
                                         "a64bf26e09128f6fe2fe6f8b2d8c801e166b57c047a7cd9b2b809e7a96a2f1cb",
                                         "256b9e8825e5d370a4ae005d0901ea291977e2927f5cf8e3e72660dd09519edb",
                                         "1aa68d3074905a581f84cbbd0f753794904fd80451bc4c13e69d9a53bc59502c",
                                         "08783a523d260480de2ccf0976d7411ed8adaf06f75d5a5de2254c58f968eca9",
                                         "9139601cc1ca8ab2a7a0c2c134c04845f2b1ba549a83d6c845cfcda439cc585d",
                                         "dfcc13b9b0ca932c68de3d59eaaa8fe266a9c8091c0300e8405ebfeb0d0e5832"};
    struct arena *arena = arena_open();
    struct tree tree = {0};
    unsigned char all[8][TREE_HASH], range[TREE_HASH];
    for (size_t n = 0;; n++) {
        assert_string_equal(root_hex(arena, &tree), roots[n]);
        if (n > 0) {
            tree_range((const unsigned char(*)[TREE_HASH])all, n, range);
            assert_string_equal(crypto_hex(arena, range, sizeof range), roots[n]);
        }
        if (n == 8)
            break;
        entry(n, all[n]);
        assert_string_equal(crypto_hex(arena, all[n], TREE_HASH), leaves[n]);
        tree_append(&tree, all[n]);
    }
    arena_close(arena);
}

// The eight leaves that RFC 6962 implementations commonly test with.
static void customary_leaves(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *root;
    } cases[8] = {{"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
                  {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
                  {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
                  {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
                  {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
                  {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
                  {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
                   "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
                  {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
                   "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    struct arena *arena = arena_open();
    struct tree tree = {0};
    for (size_t i = 0; i < 8; i++) {
        unsigned char leaf[TREE_HASH];
        tree_leaf(cases[i].bytes, cases[i].length, leaf);
        tree_append(&tree, leaf);
        assert_string_equal(root_hex(arena, &tree), cases[i].root);
    }
    arena_close(arena);
}

static void large_sizes(void **state)
{
    (void)state;
    static const struct {
        uint64_t size;
        const char *root;
    } cases[] = {{255, "RdqfN0dI4Xo3L3HABCKxLiv5aELx9hxXQP5JTkvs/w8="},
                 {256, "+F9OrTQIBxC00egIMBVDqquBqgTeuIWZNQ3Cak8vWN4="},
                 {257, "kYsc7GTzF8duPPVcBTaEHAOe/wZ3LruIKM58F2Aotaw="},
                 {512, "yVSZmstk87dU2dEo15xto2DYeDU57KpKz6f0tLIOqv0="},
                 {513, "CGaIgyFVdheXwAR/QMj52EMC2amvbSYw2JD/uEjdUz8="},
                 {1000, "0D1jt3KvmQGYF+4+AYKG02omFhvbW/6CKOksAqvpEV0="},
                 {65535, "75cnkElE5H+sSzR8H7M/zrkX3OPTFOLCCy0Pz+EQwoE="},
                 {65536, "3yxgbRFEFvpgC/NJUVLgnjnovj0OLlUBw1KCZTmr2o4="},
                 {65537, "tjAHv2A1m9y8HR7x7SVv41nSudFaumijzuMKgy9Ax54="},
                 {70000, "pipUvjMpT/1aXExjf9dUYwtxqJLoNW46Zmpcin/9FRg="}};
    struct arena *arena = arena_open();
    struct tree tree = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char leaf[TREE_HASH], root[TREE_HASH];
        while (tree.size < cases[i].size) {
            entry(tree.size, leaf);
            tree_append(&tree, leaf);
        }
        tree_root(&tree, root);
        assert_string_equal(crypto_base64(arena, root, sizeof root), cases[i].root);
    }
    arena_close(arena);
}

// Three lines of a journal: what is hashed is their bytes, without the line feed.
static void lines(void **state)
{
    (void)state;
#define LINE(number, last, rest)                                                                             \
    "{\"v\":1,\"seq\":" number ",\"id\":\"5f6a3f0e-7c1e-4b52-9a51-1d9d6b0f0a0" last                          \
    "\",\"run\":\"r-0001\"," rest "}"
    static const struct {
        const char *line, *leaf;
    } cases[] = {
        {LINE("0", "1", "\"type\":\"run.started\",\"time\":\"2026-01-01T00:00:00.000Z\",\"actor\":\"alice\""),
         "3c78b61f39d5cf0915570dcf4567d089c28d4e00033d543580a592db0e9a3dd4"},
        {LINE("1", "2",
              "\"type\":\"step.intent\",\"time\":\"2026-01-01T00:00:00.120Z\",\"step\":\"isolate-host\","
              "\"attempt\":1"),
         "7fcb59722caf6da970930ec06640f0e22947c73a00538b0bf5f1345098333603"},
        {LINE("2", "3",
              "\"type\":\"step.result\",\"time\":\"2026-01-01T00:00:01.007Z\",\"step\":\"isolate-host\","
              "\"attempt\":1,\"outcome\":\"ok\""),
         "b2e68cd512f1eaf3863d2c09c8893b0f6f5a9c6b35d21cb39f05c392a36b6df7"}};
    struct arena *arena = arena_open();
    struct tree tree = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char leaf[TREE_HASH];
        tree_leaf(cases[i].line, strlen(cases[i].line), leaf);
        assert_string_equal(crypto_hex(arena, leaf, sizeof leaf), cases[i].leaf);
        tree_append(&tree, leaf);
    }
    assert_string_equal(root_hex(arena, &tree),
                        "9bacb9fb4ec51f4072e9b2057b85c26f7ee84aa9e1a5e2d73ecf3b87371bbbe6");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(small_sizes), cmocka_unit_test(customary_leaves),
                                       cmocka_unit_test(large_sizes), cmocka_unit_test(lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
