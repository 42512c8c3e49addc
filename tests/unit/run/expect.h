// What a command of a case answered, and whether it is what the case wants. Every wrong line is told; none
// ends the test.
#pragma once
#include "cases.h"

#include <stdlib.h>

#include "data/value.h"

// What a command answered.
struct outcome {
    const char *text, *errors;
    const struct value *json; // of the last line
    int status;
    int64_t took_ms;
};

static int expect_failures;

static inline void expect_complain(const struct run_case *one, const char *line, const char *found)
{
    expect_failures++;
    print_error("run.tab:%d: %s\n  wanted: %s\n  found:  %s\n", one->line, one->title, line, found);
}

// A list of steps, effects, … as "path=status path=status".
static inline const char *expect_pairs(struct arena *arena, const struct value *list, const char *left,
                                       const char *right)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const char *value = value_text_at(value_item(list, i), right);
        text_addf(&out, "%s%s=%s", i > 0 ? " " : "", value_text_at(value_item(list, i), left),
                  value == NULL ? "" : value);
    }
    return out.ptr;
}

static inline const char *expect_asks(struct arena *arena, const struct value *list)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *ask = value_item(list, i);
        const char *answer = value_text_at(ask, "answer"), *by = value_text_at(ask, "by");
        text_addf(&out, "%s%s=%s%s%s", i > 0 ? " " : "", value_text_at(ask, "path"),
                  answer == NULL ? "open" : answer, by == NULL ? "" : "/", by == NULL ? "" : by);
    }
    return out.ptr;
}

static inline const char *expect_approvals(struct arena *arena, const struct value *list)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *one = value_item(list, i);
        text_addf(&out, "%s%s=%s/%lld", i > 0 ? " " : "", value_text_at(one, "path"),
                  value_text_at(one, "status"), (long long)value_int_at(one, "need", 0));
    }
    return out.ptr;
}

// One leaf a line: its answers and what it would do.
static inline const char *expect_leaves(struct arena *arena, const struct value *list)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *leaf = value_item(list, i), *answers = value_get(leaf, "answers");
        text_add(&out, i > 0 ? " | " : "");
        for (size_t k = 0; k < value_count(answers); k++)
            text_addf(&out, "%s=%s ", answers->fields[k].key, value_text(answers->fields[k].value));
        text_addf(&out, "-> %s", expect_pairs(arena, value_get(leaf, "effects"), "path", "status"));
    }
    return out.ptr;
}

static inline const char *expect_diagnostics(struct arena *arena, const struct value *list)
{
    struct text out = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *one = value_item(list, i);
        static const char *const keys[] = {"severity", "code", "message", "file", "hint"};
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            text_addf(&out, "%s ", value_text_at(one, keys[k]) == NULL ? "" : value_text_at(one, keys[k]));
        text_addf(&out, "line %lld\n", (long long)value_int_at(one, "line", 0));
    }
    return out.ptr;
}

static inline const char *expect_found_step(struct arena *arena, const struct value *steps, const char *path,
                                            bool reason)
{
    for (size_t i = 0; i < value_count(steps); i++) {
        const struct value *step = value_item(steps, i);
        const char *found = value_text_at(step, reason ? "reason" : "status");
        if (strcmp(value_text_at(step, "path"), path) == 0)
            return found == NULL ? "" : found;
    }
    return arena_printf(arena, "(no step %s)", path);
}

static inline int64_t expect_number_of(const struct outcome *outcome, const char *what)
{
    if (strcmp(what, "exit") == 0)
        return outcome->status;
    int64_t lines = 0;
    for (const char *at = outcome->text; strcmp(what, "lines") == 0 && *at != '\0'; at++)
        lines += *at == '\n';
    if (strcmp(what, "lines") == 0)
        return lines;
    return value_int_at(value_get(outcome->json, "requests"), what, -1);
}

// "a=done b=failed", each of which must be so.
static inline void expect_steps(struct arena *arena, const struct run_case *one,
                                const struct outcome *outcome, const char *line, char *rest)
{
    for (char *word = rest, *end; *word != '\0'; word = end) {
        end = word + strcspn(word, " ");
        if (*end != '\0')
            *end++ = '\0';
        char *equals = strrchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        const char *found = expect_found_step(arena, value_get(outcome->json, "steps"), word, false);
        if (strcmp(found, equals + 1) != 0)
            expect_complain(one, line, arena_printf(arena, "%s=%s", word, found));
    }
}

// Expectations about a text: what is wanted and what there is.
static inline bool expect_text(struct arena *arena, const struct outcome *outcome, const char *key,
                               char *rest, const char **found)
{
    const struct value *json = outcome->json;
    if (strcmp(key, "status") == 0)
        *found = value_text_at(json, "status");
    else if (strcmp(key, "steps") == 0)
        *found = expect_pairs(arena, value_get(json, "steps"), "path", "status");
    else if (strcmp(key, "effects") == 0)
        *found = expect_pairs(arena, value_get(json, "effects"), "path", "status");
    else if (strcmp(key, "clauses") == 0)
        *found = expect_pairs(arena, value_get(json, "clauses"), "id", "status");
    else if (strcmp(key, "asks") == 0)
        *found = expect_asks(arena, value_get(json, "asks"));
    else if (strcmp(key, "approvals") == 0)
        *found = expect_approvals(arena, value_get(json, "approvals"));
    else if (strcmp(key, "leaves") == 0)
        *found = expect_leaves(arena, value_get(json, "leaves"));
    else
        fail_msg("no such expectation: %s", key);
    *found = *found == NULL ? "" : *found;
    return strcmp(*found, rest) == 0;
}

static inline bool expect_part(struct arena *arena, const struct outcome *outcome, const char *key,
                               char *rest, const char **found)
{
    const struct value *json = outcome->json;
    bool lacks = strcmp(key, "lacks") == 0;
    if (strcmp(key, "says") == 0)
        *found = expect_diagnostics(arena, value_get(json, "diagnostics"));
    else if (strcmp(key, "reason") == 0) {
        char *space = strchr(rest, ' ');
        assert_non_null(space);
        *space = '\0';
        *found = expect_found_step(arena, value_get(json, "steps"), rest, true);
        rest = space + 1;
    } else
        *found = outcome->text;
    return (strstr(*found, rest) != NULL) != lacks;
}

static inline void expect_line(struct arena *arena, const struct run_case *one, const struct outcome *outcome,
                               const char *line)
{
    static const char *const numbers[] = {"exit", "read", "changed", "predicted", "retried", "lines", NULL};
    static const char *const parts[] = {"says", "reason", "has", "lacks", NULL};
    char *copy = arena_strdup(arena, line + strspn(line, " "));
    char *rest = copy + strcspn(copy, " ");
    if (*rest != '\0')
        *rest++ = '\0';
    const char *found = "";
    bool ok = false, part = false, number = false;
    for (size_t i = 0; parts[i] != NULL; i++)
        part = part || strcmp(copy, parts[i]) == 0;
    for (size_t i = 0; numbers[i] != NULL; i++)
        number = number || strcmp(copy, numbers[i]) == 0;
    if (strcmp(copy, "step") == 0) {
        expect_steps(arena, one, outcome, line, rest);
        return;
    }
    if (strcmp(copy, "within") == 0) {
        ok = outcome->took_ms <= strtol(rest, NULL, 10);
        found = arena_printf(arena, "%lld ms", (long long)outcome->took_ms);
    } else if (number) {
        found = arena_printf(arena, "%lld", (long long)expect_number_of(outcome, copy));
        ok = strcmp(found, rest) == 0;
    } else {
        ok = part ? expect_part(arena, outcome, copy, rest, &found)
                  : expect_text(arena, outcome, copy, rest, &found);
    }
    if (!ok)
        expect_complain(one, line, found);
}
