// The two-slot head: which slot counts, what is torn, what is tampered, and the exact bytes that are written.
#include "vectors.h"

#include "trail/head.h"

static void fill_slot(unsigned char *slot, const char *note)
{
    memset(slot, 0, HEAD_SLOT);
    memcpy(slot, note, strlen(note));
}

static void heads(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct note_signer signer = signer_of(arena);
    const char *other_root =
        note_sign(arena, &signer, ORIGIN "\n7\nQHZrIDNCkCb1PVRQJnmoOXBrR0H43K86i7pfQbX/4HU=\n");
    const char *extended = note_sign(arena, &signer, TEXT7 "extension\n");
    const char *foreign =
        note_sign(arena, &signer, "elsewhere\n7\nkTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0=\n");
    const char *zero =
        note_sign(arena, &signer, ORIGIN "\n07\nkTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0=\n");
    const char *nothing =
        note_sign(arena, &signer, ORIGIN "\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    const char *torn = arena_strndup(arena, TEXT7 "\n" SIG7, 150);
    const char *behind = TEXT3 "\n" SIG3, *now = TEXT7 "\n" SIG7;
    const struct {
        const char *slots[2];
        int slot; // -1: tampered
        bool torn, has_old;
    } cases[] = {
        {{TEXT0 "\n" SIG0, ""}, 0, false, false}, // a new trail
        {{behind, now}, 1, false, true},
        {{now, behind}, 0, false, true},
        {{now, ""}, 0, true, false}, // a blank slot beside a later size is no new trail
        {{"", now}, 1, true, false},
        {{behind, torn}, 0, true, false},
        {{torn, behind}, 1, true, false},
        {{behind, extended}, 0, true, false},
        {{behind, foreign}, 0, true, false},
        {{behind, zero}, 0, true, false},
        {{nothing, ""}, -1, false, false}, // no tree has that root, the empty one neither
        {{now, now}, 0, false, true},
        {{now, other_root}, -1, false, false},
        {{torn, torn}, -1, false, false},
        {{"", ""}, -1, false, false},
        {{foreign, ""}, -1, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char bytes[HEAD_FILE];
        struct head head;
        struct err err = {0};
        fill_slot(bytes, cases[i].slots[0]);
        fill_slot(bytes + HEAD_SLOT, cases[i].slots[1]);
        bool valid = head_read(bytes, &signer.key, true, &head, &err);
        assert_int_equal(valid, cases[i].slot >= 0);
        assert_int_equal(err.code, valid ? E_NONE : E_TAMPERED);
        if (!valid)
            continue;
        assert_int_equal(head.slot, cases[i].slot);
        assert_int_equal(head.torn, cases[i].torn);
        assert_int_equal(head.has_old, cases[i].has_old);
    }
    arena_close(arena);
}

static void a_byte_behind_the_note(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct note_signer signer = signer_of(arena);
    unsigned char bytes[HEAD_FILE] = {0};
    struct head head;
    fill_slot(bytes, TEXT7 "\n" SIG7);
    fill_slot(bytes + HEAD_SLOT, TEXT3 "\n" SIG3);
    bytes[HEAD_FILE - 1] = 'x';
    assert_true(head_read(bytes, &signer.key, true, &head, NULL));
    assert_true(head.torn);
    arena_close(arena);
}

static void written_head(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct note_signer signer = signer_of(arena);
    struct head_state seven = {.size = 7};
    unsigned char slot[HEAD_SLOT];
    assert_true(note_parse_hash(arena, "kTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0=", seven.root));
    head_write(&signer, &seven, slot);
    assert_string_equal((const char *)slot, TEXT7 "\n" SIG7);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(heads), cmocka_unit_test(a_byte_behind_the_note),
                                       cmocka_unit_test(written_head)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
