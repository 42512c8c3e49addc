// Signed notes and keys against published vectors, and every malformation that must be refused.
#include "vectors.h"

static void keys(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    unsigned char seed[CRYPTO_KEY_SIZE];
    for (unsigned char i = 0; i < sizeof seed; i++)
        seed[i] = i;
    struct note_signer signer = note_signer_new(ORIGIN, seed), parsed = signer_of(arena);
    assert_int_equal(signer.key.id, 0xdc04a1f1);
    assert_string_equal(note_key_text(arena, &signer.key), VKEY);
    assert_string_equal(note_signer_text(arena, &signer), SKEY);
    assert_memory_equal(parsed.seed, seed, sizeof seed);
    struct note_signer other = note_signer_new("audit.example/playbook/host2", seed);
    assert_string_equal(note_key_text(arena, &other.key),
                        "audit.example/playbook/host2+d94997f1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
    arena_close(arena);
}

static void refused_keys(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "name",
        ORIGIN "+dc04a1f1",
        ORIGIN "+dc04a1f2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",  // another id
        ORIGIN "+DC04A1F1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",  // upper case
        ORIGIN "2+dc04a1f1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", // another name
        "+dc04a1f1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X", // a cosigner's type
        ORIGIN "+dc04a1f1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTE=",            // 31 bytes
        VKEY " ",
        VKEY "=",
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct note_key key;
        struct err err;
        assert_false(note_parse_key(arena, cases[i], &key, &err));
        assert_int_equal(err.code, E_SYNTAX);
    }
    struct note_signer signer;
    assert_false(note_parse_signer(arena, VKEY, &signer, NULL));
    assert_false(note_parse_signer(arena, "PRIVATE+KEY+" VKEY, &signer, NULL)); // the id is of another key
    arena_close(arena);
}

#define JOURNAL ORIGIN "\n3\nm6y5+07FH0By6bIFe4XCb37oSqnhpeLXPs87hzcbu+Y=\n"

static void signing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *note;
    } cases[] = {{TEXT0, TEXT0 "\n" SIG0},
                 {TEXT3, TEXT3 "\n" SIG3},
                 {TEXT7, TEXT7 "\n" SIG7},
                 {JOURNAL, JOURNAL "\n" LINE("3ASh8QeXrulD/GG4vxDa0YBOdHUuALKQN+SEgYF88T0nOpQd7Beg7i2zFMD+"
                                             "XgZyiCuWok7pMxLvfDZolOvuVdbqTgk=")}};
    struct arena *arena = arena_open();
    struct note_signer signer = signer_of(arena);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(note_sign(arena, &signer, cases[i].text), cases[i].note);
        const char *text = note_open(arena, cases[i].note, strlen(cases[i].note), &signer.key);
        assert_non_null(text);
        assert_string_equal(text, cases[i].text);
    }
    arena_close(arena);
}

static void opening(void **state)
{
    (void)state;
    static const struct {
        const char *note;
        bool valid, formed;
    } cases[] = {
        {TEXT7 "\n" SIG7 WITNESS, true, true}, // an unknown signature is ignored
        {TEXT7 "\n" WITNESS SIG7, true, true},
        {TEXT7 "\n" SIG7 SIG7, true, true},
        {TEXT7 "\n" WITNESS, false, true}, // none of the key
        {TEXT7 "\n" SIG3, false, true},    // does not verify
        {TEXT7 "\n" SIG3 SIG7, false, true},
        {TEXT3 "\n" SIG7, false, true},
        {TEXT7 "\n", false, false}, // no signature line
        {TEXT7 SIG7, false, false}, // no blank line
        {TEXT7 "\n- " ORIGIN " " SIG7_BASE64 "\n", false, false},
        {TEXT7 "\n\xE2\x80\x93 " ORIGIN " " SIG7_BASE64 "\n", false, false},  // U+2013
        {TEXT7 "\n\xE2\x80\x94  " ORIGIN " " SIG7_BASE64 "\n", false, false}, // two blanks
        {TEXT7 "\n\xE2\x80\x94 " ORIGIN "  " SIG7_BASE64 "\n", false, false},
        {TEXT7 "\n\xE2\x80\x94 " ORIGIN " " SIG7_BASE64 "\r\n", false, false},
        {TEXT7 "\n\xE2\x80\x94 " ORIGIN " " SIG7_BASE64, false, false}, // no final LF
        {TEXT7 "\n\xE2\x80\x94 " ORIGIN " 3ASh8Q==\n", false, false},   // an id alone
        {TEXT7 "\n\xE2\x80\x94 a+b " SIG7_BASE64 "\n", false, false},
        {TEXT7 "\n" SIG7 "x", false, false},
        {"a\tb\n\n" SIG7, false, false},
        {"a\xff\n\n" SIG7, false, false},
        {"", false, false},
    };
    struct arena *arena = arena_open();
    struct note_signer signer = signer_of(arena);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = strlen(cases[i].note);
        assert_int_equal(note_open(arena, cases[i].note, length, &signer.key) != NULL, cases[i].valid);
        assert_int_equal(note_text(arena, cases[i].note, length) != NULL, cases[i].formed);
    }
    // One flipped bit anywhere never gives another valid text.
    const char *good = TEXT7 "\n" SIG7;
    size_t length = strlen(good);
    for (size_t i = 0; i < length; i++) {
        char *bad = arena_strndup(arena, good, length);
        bad[i] = (char)(bad[i] ^ 1);
        assert_null(note_open(arena, bad, length, &signer.key));
    }
    arena_close(arena);
}

static void decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
        uint64_t number;
    } cases[] = {{"0", true, 0},   {"7", true, 7},    {"9007199254740992", true, (uint64_t)1 << 53},
                 {"07", false, 0}, {"00", false, 0},  {"9007199254740993", false, 0},
                 {"-1", false, 0}, {"+1", false, 0},  {"", false, 0},
                 {"1 ", false, 0}, {"1e3", false, 0}, {"99999999999999999999", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t number;
        assert_int_equal(note_parse_decimal(cases[i].text, &number), cases[i].valid);
        if (cases[i].valid)
            assert_int_equal(number, cases[i].number);
    }
}

static void claims(void **state)
{
    (void)state;
    static const char both[] = TEXT7 "\n" WITNESS SIG7, other[] = TEXT7 "\n" SIG3;
    struct arena *arena = arena_open();
    assert_string_equal(note_claimed(arena, both, strlen(both)), "witness.example/w1+20324abe");
    assert_string_equal(note_claimed(arena, other, strlen(other)), ORIGIN "+dc04a1f1"); // not verified
    assert_null(note_claimed(arena, TEXT7, strlen(TEXT7)));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),    cmocka_unit_test(refused_keys), cmocka_unit_test(signing),
        cmocka_unit_test(opening), cmocka_unit_test(decimals),     cmocka_unit_test(claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
