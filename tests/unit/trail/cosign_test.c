// Cosignatures against published vectors, and what must not hold.
#include "vectors.h"

#include "trail/cosign.h"

#define WITNESS_KEY "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"

static void keys(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        VKEY,
        "witness.example/w1+20324abf+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w2+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilg==",
        "witness.example/w1+20324abe",
        "",
        "+",
        "++"};
    struct arena *arena = arena_open();
    struct note_key key;
    assert_true(cosign_parse_key(arena, WITNESS_KEY, &key, NULL));
    assert_string_equal(key.name, "witness.example/w1");
    assert_int_equal(key.id, 0x20324abe);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(cosign_parse_key(arena, wrong[i], &key, NULL));
    assert_false(note_parse_key(arena, WITNESS_KEY, &key, NULL)); // and a witness's key is no log's
    arena_close(arena);
}

static void signatures(void **state)
{
    (void)state;
    static const char note[] = TEXT7 "\n" SIG7 WITNESS;
    struct arena *arena = arena_open();
    struct note_key key;
    uint64_t time;
    assert_true(cosign_parse_key(arena, WITNESS_KEY, &key, NULL));
    assert_true(cosign_holds(note, strlen(note), &key, &time));
    assert_int_equal(time, 1767225600);
    static const char *const changes[][2] = {
        {"IDJKvgAAAABpVbkA9W", "IDJKvgAAAABpVbkB9W"}, // a second later
        {"\n7\n", "\n8\n"},
        {"host1\n7", "host2\n7"},
        {"IDJKvg", "IDJKvw"},
        {"w1 IDJK", "w2 IDJK"},
        {WITNESS, ""},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = strstr(note, changes[i][0]);
        assert_non_null(at);
        const char *changed = arena_printf(arena, "%.*s%s%s", (int)(at - note), note, changes[i][1],
                                           at + strlen(changes[i][0]));
        if (cosign_holds(changed, strlen(changed), &key, &time))
            fail_msg("this holds:\n%s", changed);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys), cmocka_unit_test(signatures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
