// The parser of the command line, and the tables that it is driven by.
#include "../test.h"

#include "base/text.h"
#include "cli/help.h"
#include "cli/options.h"
#include "report/wrap.h"

enum { WORDS_MAX = 16 };

// Splits at blanks.
static bool parse(struct arena *arena, const char *line, struct options *options, struct err *err)
{
    char **words = ARENA_ARRAY(arena, char *, WORDS_MAX + 1);
    size_t count = 0;
    while (*line != '\0') {
        size_t length = strcspn(line, " ");
        assert_true(count < WORDS_MAX);
        words[count++] = arena_strndup(arena, line, length);
        line += length + (line[length] == ' ');
    }
    return options_parse(arena, words, options, err);
}

static void check_good(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct options options;
    struct err err;
    assert_true(parse(arena, "", &options, &err));
    assert_null(options.command);
    assert_true(parse(arena, "--state /s show --json keyvault-alert --lib=a --lib b", &options, &err));
    assert_string_equal(options.command->words, "show");
    assert_string_equal(options_value(&options, OPT_STATE), "/s");
    assert_true(options_has(&options, OPT_JSON));
    assert_string_equal(options.arguments[0], "keyvault-alert");
    assert_int_equal(options.argument_count, 1);
    const char *const *libs = options_values(&options, OPT_LIB);
    assert_string_equal(libs[0], "a");
    assert_string_equal(libs[1], "b");
    assert_null(libs[2]);
    assert_true(parse(arena, "alert --raw show - a=b", &options, &err));
    assert_string_equal(options.command->words, "alert show");
    assert_string_equal(options.arguments[0], "-");
    // A name that means something else to another command.
    assert_true(parse(arena, "extend --by 4h r s", &options, &err));
    assert_string_equal(options_value(&options, OPT_LONGER), "4h");
    assert_false(options_has(&options, OPT_BY));
    assert_true(parse(arena, "--by me audit search", &options, &err));
    assert_string_equal(options_value(&options, OPT_BY), "me");
    assert_false(options_has(&options, OPT_LONGER));
    assert_true(parse(arena, "show -- --json", &options, &err));
    assert_false(options_has(&options, OPT_JSON));
    assert_string_equal(options.arguments[0], "--json");
    assert_true(parse(arena, "show --help", &options, &err));
    assert_true(parse(arena, "show -h -h", &options, &err));
    assert_true(parse(arena, "--version", &options, &err));
    assert_string_equal(options.command->words, "version");
    arena_close(arena);
}

static void check_bad(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says, *hint;
    } rows[] = {
        {"shwo x", "unknown command shwo", "did you mean playbook show?"},
        {"alert shwo x", "unknown command alert shwo", "did you mean playbook alert show?"},
        {"alert", "playbook alert wants one of: show", ""},
        {"xyzzy", "unknown command xyzzy", "playbook help lists the commands"},
        {"show", "playbook show wants NAME", "playbook help show explains it"},
        {"show a b", "playbook show does not take b", "playbook help show explains it"},
        {"list a", "playbook list does not take a", "playbook help list explains it"},
        {"list --profil x", "unknown option --profil", "did you mean --profile?"},
        {"list --profile", "--profile wants a value: NAME|FILE", ""},
        {"list --profile=", "--profile wants a value: NAME|FILE", ""},
        {"list --profile --json", "--profile wants a value: NAME|FILE", "write --profile=--json"},
        {"list --json=1", "--json takes no value", ""},
        {"list --state a --state=b", "--state is given twice: a and b", ""},
        {"show x --raw", "playbook show does not take --raw", "--raw belongs to: alert show, audit show"},
        {"extend r s --by", "--by wants a value: WHO or DURATION", ""},
        {"list -j", "unknown option -j", ""},
    };
    struct arena *arena = arena_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct options options;
        struct err err = {0};
        assert_false(parse(arena, rows[i].line, &options, &err));
        assert_int_equal(err.code, E_USAGE);
        if (strstr(err.message, rows[i].says) == NULL || strstr(err.hint, rows[i].hint) == NULL)
            fail_msg("%s: %s (%s)", rows[i].line, err.message, err.hint);
    }
    arena_close(arena);
}

static void check_number(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    struct options options = {0};
    struct err err;
    long number = 4;
    assert_true(options_number(&options, OPT_PORT, 65535, &number, &err));
    assert_int_equal(number, 4);
    static const char *good[] = {"65535", NULL};
    options.values[OPT_PORT] = good;
    assert_true(options_number(&options, OPT_PORT, 65535, &number, &err));
    assert_int_equal(number, 65535);
    static const char *bad[] = {"65536", "-1", "8x", "x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *one[] = {bad[i], NULL};
        options.values[OPT_PORT] = one;
        assert_false(options_number(&options, OPT_PORT, 65535, &number, &err));
    }
    arena_close(arena);
}

// Every option names commands that there are, and no page of help is wider than its terminal.
static void check_tables(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    for (const struct command *command = options_commands; command->words != NULL; command++) {
        assert_ptr_equal(options_find_command(command->words), command);
        for (int width = 60; width <= 80; width += 20) {
            struct text out = text_new(arena);
            help_all(&out, width);
            assert_true(help_commands(&out, width, command->words));
            for (char *line = out.ptr; *line != '\0';) {
                size_t length = strcspn(line, "\n");
                assert_true(wrap_width(arena_strndup(arena, line, length)) <= width);
                line += length + 1;
            }
        }
    }
    // A name that stands twice has its rows side by side, which agree on whether there is a value.
    for (int i = 0; i < OPTION_COUNT; i++)
        for (int j = 0; j < i; j++) {
            const struct option_row *row = options_row((enum option)i), *other = options_row((enum option)j);
            bool same = strcmp(row->name, other->name) == 0;
            assert_true(!same || !options_is_first((enum option)(j + 1)));
            assert_true(!same || (row->argument[0] == '\0') == (other->argument[0] == '\0'));
        }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_good), cmocka_unit_test(check_bad),
                                       cmocka_unit_test(check_number), cmocka_unit_test(check_tables)};
    return cmocka_run_group_tests_name("cli/options", tests, NULL, NULL);
}
