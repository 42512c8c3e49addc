// Keys of those who sign playbooks: pinned, listed, taken away; and nothing else is taken for one.
#include "vectors.h"

#include "base/file.h"
#include "trail/keys.h"
#include "trail/signers.h"

static struct note_key key_of(struct arena *arena, const char *vkey)
{
    struct err err;
    struct note_key key;
    assert_true(note_parse_key(arena, vkey, &key, &err));
    return key;
}

static size_t count(struct arena *arena, const char *folder)
{
    struct err err;
    struct signers signers;
    assert_true(signers_load(arena, folder, &signers, &err));
    return signers.count;
}

static void pins(void **state)
{
    (void)state;
    char folder[SCRATCH_SIZE];
    struct err err;
    scratch_open(folder);
    struct arena *arena = arena_open();
    struct note_key key = key_of(arena, VKEY), other = key;
    assert_int_equal(count(arena, folder), 0);
    assert_true(signers_add(arena, folder, &key, &err));
    assert_true(signers_add(arena, folder, &key, &err)); // already
    assert_int_equal(count(arena, folder), 1);
    other.public_key[0] ^= 1;
    assert_false(signers_add(arena, folder, &other, &err));
    assert_int_equal(err.code, E_USAGE);
    assert_false(signers_remove(arena, folder, "audit.example/playbook/host2", &err));
    assert_int_equal(err.code, E_UNKNOWN_NAME);
    assert_non_null(strstr(err.hint, ORIGIN));
    assert_true(signers_remove(arena, folder, ORIGIN, &err));
    assert_int_equal(count(arena, folder), 0);
    arena_close(arena);
    scratch_close(folder);
}

static void is_apart_from_trails(void **state)
{
    (void)state;
    char folder[SCRATCH_SIZE];
    struct err err;
    struct note_key key, pinned;
    scratch_open(folder);
    struct arena *arena = arena_open();
    key = key_of(arena, VKEY);
    assert_true(signers_add(arena, folder, &key, &err));
    assert_false(keys_pinned(arena, folder, ORIGIN, &pinned, &err)); // a signer's is no trail's
    assert_true(signers_remove(arena, folder, ORIGIN, &err));
    assert_true(keys_write_line(arena, keys_pin_name(arena, folder, ORIGIN), VKEY, &err));
    assert_int_equal(count(arena, folder), 0); // nor the other way round
    arena_close(arena);
    scratch_close(folder);
}

static void notices_damage(void **state)
{
    (void)state;
    char folder[SCRATCH_SIZE];
    struct err err;
    struct signers signers;
    scratch_open(folder);
    struct arena *arena = arena_open();
    struct note_key key = key_of(arena, VKEY);
    assert_true(signers_add(arena, folder, &key, &err));
    assert_true(file_replace(signers_file(arena, folder, ORIGIN), "x", 1, &err));
    assert_false(signers_load(arena, folder, &signers, &err));
    assert_int_equal(err.code, E_CONFIG);
    arena_close(arena);
    scratch_close(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins),
        cmocka_unit_test(is_apart_from_trails),
        cmocka_unit_test(notices_damage),
    };
    return cmocka_run_group_tests_name("trail/signers", tests, NULL, NULL);
}
