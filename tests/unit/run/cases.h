// Cases of whole runs, from a table: blocks of a playbook, other files, command lines and what must come out.
// The form is described on top of tests/tables/run.tab.
#pragma once
#include "../test.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

enum { CASE_MAX = 400, CASE_MAX_FILES = 6, CASE_MAX_WORDS = 40 };

struct case_file {
    const char *name, *text;
};

struct run_case {
    const char *title;
    struct case_file files[CASE_MAX_FILES]; // the first is the playbook
    size_t file_count;
    const char **lines; // commands ("$ …") and expectations, NULL-terminated
    size_t line_count;
    int line; // of the title
};

// The estate's vaults by short names.
static inline const char *case_names(struct arena *arena, const char *text)
{
    static const char *const names[][2] = {
        {"@prod@", "4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"
                   "Microsoft.KeyVault/vaults/kv-contoso-prod"},
        {"@arch@", "4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"
                   "Microsoft.KeyVault/vaults/kv-contoso-arch"},
        {"@pay@", "4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-payments/providers/"
                  "Microsoft.KeyVault/vaults/kv-contoso-pay"},
        {"@hr@", "fab42902-0eef-4a4c-9642-6d3213a4a46e/resourceGroups/rg-hr-data/providers/"
                 "Microsoft.KeyVault/vaults/kv-contoso-hr"},
        {"@none@", "4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"
                   "Microsoft.KeyVault/vaults/kv-not-there"},
    };
    struct text out = text_new(arena);
    for (const char *at = text; *at != '\0';) {
        size_t i = 0;
        while (i < sizeof names / sizeof names[0] && !text_starts(at, names[i][0]))
            i++;
        if (i == sizeof names / sizeof names[0]) {
            text_addc(&out, *at++);
            continue;
        }
        text_addf(&out, "/subscriptions/%s", names[i][1]);
        at += strlen(names[i][0]);
    }
    return out.ptr;
}

static inline void case_add_text(struct arena *arena, struct case_file *file, const char *line)
{
    file->text = arena_printf(arena, "%s%s\n", file->text, line);
}

static inline struct case_file *case_new_file(struct run_case *one, const char *name)
{
    assert_true(one->file_count < CASE_MAX_FILES);
    struct case_file *file = &one->files[one->file_count++];
    *file = (struct case_file){name, ""};
    return file;
}

// One line of a case; `file` is the one that text lines go to, NULL once commands have begun.
static inline struct case_file *case_take(struct arena *arena, struct run_case *one, struct case_file *file,
                                          const char *line)
{
    if (text_starts(line, "--- "))
        return case_new_file(one, line + 4);
    if (text_starts(line, "$ ") || (file == NULL && line[0] != '\0')) {
        one->lines[one->line_count++] = line;
        return NULL;
    }
    if (file != NULL)
        case_add_text(arena, file, line);
    return file;
}

// All cases of a file; the last has no title.
static inline struct run_case *case_read(struct arena *arena, const char *name)
{
    struct err err = {0};
    size_t length, count = 0;
    char *bytes = file_read(arena, name, 4 * 1024 * 1024, &length, &err);
    assert_non_null(bytes);
    char *text = arena_strdup(arena, case_names(arena, bytes));
    struct run_case *cases = ARENA_ARRAY(arena, struct run_case, CASE_MAX + 1), *one = NULL;
    struct case_file *file = NULL;
    int number = 1;
    for (char *line = text, *end; *line != '\0'; line = end, number++) {
        end = strchr(line, '\n');
        assert_non_null(end);
        *end++ = '\0';
        if (line[0] == '#' && one == NULL)
            continue;
        if (text_starts(line, "=== ")) {
            assert_true(count < CASE_MAX);
            one = &cases[count++];
            *one = (struct run_case){.title = line + 4, .line = number};
            one->lines = ARENA_ARRAY(arena, const char *, 200);
            file = case_new_file(one, "p.yaml");
        } else if (one != NULL && !text_starts(line, "#: ")) {
            file = case_take(arena, one, file, line);
        }
    }
    return cases;
}
