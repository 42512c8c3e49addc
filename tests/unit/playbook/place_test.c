// Where a character of a scalar stands in the file: every '^' of a value is the same '^' there, or what is
// answered is where the scalar begins.
#include "../test.h"

#include "data/value.h"
#include "data/yaml.h"
#include "playbook/place.h"

static struct src_pos nth_mark(const char *text, size_t n)
{
    struct src_pos pos = {.line = 1, .column = 1};
    for (const char *c = text + (strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0); *c != '\0'; c++) {
        if (*c == '^' && n-- == 0)
            return pos;
        pos.column = *c == '\n' ? 1 : pos.column + (((unsigned char)*c & 0xC0) != 0x80);
        pos.line += *c == '\n';
    }
    fail_msg("no mark in: %s", text);
    return pos;
}

static void is_at(struct place *place, size_t offset, struct src_pos wanted, const char *text)
{
    struct src_pos pos = place_at(place, offset);
    if (pos.line != wanted.line || pos.column != wanted.column)
        fail_msg("%s\n%d:%d, not %d:%d", text, pos.line, pos.column, wanted.line, wanted.column);
}

static void finds_marks(void **state)
{
    static const struct {
        const char *text;
        bool lost; // then every mark is where the scalar begins
    } cases[] = {
        {"k: ^", false},
        {"k: a ^ 'b' \"c\" \\n^", false},
        {"k: a^\n  b ^\n\n    c^\nl: x", false},
        {"k: é^é é\n  é ^", false},
        {"\xEF\xBB\xBFk: é^", false},
        {"\xEF\xBB\xBF\nk: é^", false},
        {"k: a ^\r\n  b ^\r\nl: x", false},
        {"k: '^ it''s ^ ''^'", false},
        {"k: 'a\n  ''^ \"b\\n\" ^'", false},
        {"k: \"^\\\" ''^ \\\\^ \\/^ \\n^ \\t^\"", false},
        {"k: \"a \n  b ^\"", false},
        {"k: \"\\u00e9^\"", true},
        {"k: \"a\\\n  ^\"", true},
        {"k: \"\\a^\"", true},
        {"k: |\n  ^a ''\n  b^\n\n    c ^\n  d^\n", false},
        {"k: |-\n  ^a\n  b^", false},
        {"k: | # why\n  ^a\n", false},
        {"k: >\n  ^a \\n\n  b^\n\n  c^\n", false},
        {"k: >-\n  a^\n    b^\n  c^\n", false},
        {"k: |2\n   a^\n", true},
        {"k: |2 # 3\n  a^\n\n  b ^\n", false},
        {"k: |\n\n  a^\n", true},
        {"k: |\r\n  a^\r\n  b^\r\n", false},
        {"x:\n  - y: {k: [a, '^ é', \"^\"]}", false},
    };
    (void)state;
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = cases[i].text;
        struct err err = {0};
        const struct value *map = yaml_parse(arena, "p.yaml", text, strlen(text), &err);
        if (map == NULL)
            fail_msg("%s: %s", text, err.message);
        const struct value *value = value_get(map, "k");
        const struct value *items = value_at(value_item(value_get(map, "x"), 0), "y.k");
        struct place_lines lines = place_lines_of(text, strlen(text));
        size_t mark = 0;
        for (size_t k = value != NULL ? 0 : 1; k < (value != NULL ? 1 : value_count(items)); k++) {
            const struct value *one = value != NULL ? value : value_item(items, k);
            struct place place = place_of_value(arena, &lines, one);
            size_t offsets[8], count = 0;
            for (const char *at = strchr(one->text, '^'); at != NULL; at = strchr(at + 1, '^'))
                offsets[count++] = (size_t)(at - one->text);
            assert_in_range(count, 1, 8);
            for (size_t m = 0; m < count; m++)
                is_at(&place, offsets[m], cases[i].lost ? value_pos(one) : nth_mark(text, mark + m), text);
            for (size_t m = count; m-- > 0;) // and back
                is_at(&place, offsets[m], cases[i].lost ? value_pos(one) : nth_mark(text, mark + m), text);
            mark += count;
        }
    }
    arena_close(arena);
}

// A text without a file stands where it is said to, and one that is nowhere stays there.
static void without_a_file(void **state)
{
    (void)state;
    struct place place = place_of_text("a\né^", (struct src_pos){.line = 3, .column = 5});
    is_at(&place, 4, (struct src_pos){.line = 4, .column = 2}, "text");
    is_at(&place, 1, (struct src_pos){.line = 3, .column = 6}, "text");
    is_at(&place, 100, (struct src_pos){.line = 4, .column = 3}, "text");
    place = place_of_text("a\nb", (struct src_pos){.line = 0, .column = 0});
    is_at(&place, 2, (struct src_pos){.line = 0, .column = 0}, "text");
    struct place_lines none = place_lines_of(NULL, 0);
    struct arena *arena = arena_open();
    place = place_of_value(arena, &none, value_string(arena, "ab"));
    is_at(&place, 1, (struct src_pos){.line = 0, .column = 0}, "text");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_marks), cmocka_unit_test(without_a_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
