// Tables of cases: an input line "> …", an expected line "= …" or "! …", and a blank line; "#" begins a
// comment line. In the input "\n" stands for a line feed.
#pragma once
#include "../test.h"

#include "base/file.h"
#include "base/text.h"

struct table_case {
    const char *input, *expected;
    bool fails; // the expected line began with "!"
    int line;
};

static inline char *table_unescape(struct arena *arena, const char *line)
{
    struct text text = text_new(arena);
    for (; *line != '\0'; line++) {
        if (line[0] == '\\' && line[1] == 'n') {
            text_addc(&text, '\n');
            line++;
        } else {
            text_addc(&text, *line);
        }
    }
    return text.ptr;
}

// All cases of a file, the last has input NULL.
static inline struct table_case *table_read(struct arena *arena, const char *name)
{
    struct err err = {0};
    size_t length, count = 0;
    char *bytes = file_read(arena, name, 1024 * 1024, &length, &err);
    assert_non_null(bytes);
    struct table_case *cases = ARENA_ARRAY(arena, struct table_case, length / 4 + 1);
    int number = 1;
    for (char *line = bytes, *end; *line != '\0'; line = end, number++) {
        end = strchr(line, '\n');
        assert_non_null(end);
        *end++ = '\0';
        const char *more = line[0] == '>' ? table_unescape(arena, line[1] == '\0' ? "" : line + 2) : NULL;
        if (more != NULL && cases[count].input != NULL)
            cases[count].input = arena_printf(arena, "%s\n%s", cases[count].input, more);
        else if (more != NULL)
            cases[count] = (struct table_case){more, NULL, false, number};
        else if (line[0] == '=' || line[0] == '!') {
            assert_non_null(cases[count].input);
            cases[count].fails = line[0] == '!';
            cases[count++].expected = line[1] == '\0' ? "" : line + 2;
        } else if (line[0] != '#' && line[0] != '\0')
            fail_msg("%s:%d: not a line of a table", name, number);
    }
    assert_null(cases[count].input);
    return cases;
}

static inline int table_wrong(const char *name, const struct table_case *c, const char *got)
{
    print_error("%s:%d: %s\n  got      %s\n  expected %s\n", name, c->line, c->input, got, c->expected);
    return 1;
}
