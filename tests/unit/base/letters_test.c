// Letters beyond ASCII in one case and the other.
#include "../test.h"

#include "base/arena.h"
#include "base/letters.h"
#include "base/text.h"

static void compares(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"", "", true},
        {"Ärzte", "äRZTE", true},
        {"ÇA-ΣΑΣ-ЁЖ", "ça-σας-ёж", true},
        {"Ａｂ", "ａＢ", true},
        {"管理", "管理", true},
        {"管理", "管里", false},
        {"Ärzte", "Ärzt", false},
        {"Ärzte", "Örzte", false},
        {"a@b", "a`b", false},
        {"\xC3", "\xC3", true},
        {"\xC3", "\xE3", false}, // bytes that are no letters have no case
        {"\xC3\xC4", "\xC3\x84", false},
        {"a\xFF", "A\xFF", true},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_same(letters_fold(arena, cases[i].a), letters_fold(arena, cases[i].b)) != cases[i].same)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    assert_null(letters_fold(arena, NULL));
    arena_close(arena);
}

static void fits_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool fits;
    } cases[] = {
        {"*/groups/Ärzte*", "/x/groups/ärzte-neu", true},
        {"*/GROUPS/Ärzte", "/x/groups/ärzte-neu", false},
        {"*ö*ü", "aÖbcÖdÜ", true},
        {"*ö*ü", "aÖbcÖdÜx", false},
        {"?rzte", "Ärzte", true},
        {"Ä**", "ä", true},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_glob(letters_fold(arena, cases[i].pattern), letters_fold(arena, cases[i].text)) !=
            cases[i].fits)
            fail_msg("%s for %s", cases[i].pattern, cases[i].text);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(compares), cmocka_unit_test(fits_patterns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
