// Faults by a table of globs. Invariant: each rule counts the requests that match it, and only those.
#include "lab/fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "data/yaml.h"
#include "lab/call.h"

enum { MAX_FILE = 1 << 20, MAX_RETRY_AFTER = 86400 };

struct rule {
    const char *match;
    int64_t nth, times, seen;
    struct fault fault;
};
struct fault_list {
    struct rule *rules;
    size_t count;
};

static const struct {
    const char *word;
    enum fault_kind kind;
    bool number;
} words[] = {{"status ", FAULT_STATUS, true},  {"delay ", FAULT_DELAY, true},
             {"hold ", FAULT_HOLD, true},      {"truncate", FAULT_TRUNCATE, false},
             {"garble", FAULT_GARBLE, false},  {"lose", FAULT_LOSE, false},
             {"drop", FAULT_DROP, false},      {"redirect ", FAULT_REDIRECT, false},
             {"claims ", FAULT_CLAIMS, false}, {"remaining ", FAULT_REMAINING, true},
             {"clock ", FAULT_CLOCK, true},    {"upper", FAULT_UPPER, false}};

// A fault of the plan; one that is misspelt would else never happen.
static const struct schema *declared(struct arena *arena)
{
    static const char fields[] =
        "{\"match\": \"string\", \"do\": \"string\", \"nth\": {\"type\": \"int\", \"default\": 1},"
        " \"times\": {\"type\": \"int\", \"default\": 1},"
        " \"retry_after\": {\"type\": \"int\", \"default\": 0}}";
    struct err bug;
    const struct value *declaration = json_parse(arena, NULL, fields, sizeof fields - 1, &bug);
    const struct schema *schema = declaration == NULL ? NULL : schema_parse_fields(arena, declaration, &bug);
    REQUIRE(schema != NULL);
    return schema;
}

static bool read_rule(struct arena *arena, const struct value *item, struct rule *rule, struct err *err)
{
    const char *what = value_text_at(item, "do");
    rule->match = value_text_at(item, "match");
    rule->nth = value_int_at(item, "nth", 0);
    rule->times = value_int_at(item, "times", 0);
    int64_t retry_after = value_int_at(item, "retry_after", 0);
    if (rule->nth < 1 || rule->times < 0 || retry_after < 0 || retry_after > MAX_RETRY_AFTER)
        return err_set_at(err, E_LIMIT, value_pos(item),
                          "a fault's `nth` is 1 or more, `times` 0 or more, `retry_after` 0 to %d",
                          MAX_RETRY_AFTER);
    rule->fault.retry_after = (int)retry_after;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!text_starts(what, words[i].word))
            continue;
        const char *rest = what + strlen(words[i].word);
        char *end = NULL;
        rule->fault.kind = words[i].kind;
        rule->fault.target = arena_strdup(arena, rest);
        rule->fault.number = words[i].number ? (int)strtol(rest, &end, 10) : 0;
        if (words[i].number &&
            (end == rest || *end != '\0' || (rule->fault.number < 0 && rule->fault.kind != FAULT_CLOCK) ||
             rule->fault.number > 600000))
            rule->fault.kind = FAULT_NONE;
    }
    if (rule->fault.kind != FAULT_NONE)
        return true;
    err_set_at(err, E_SYNTAX, value_pos(value_get(item, "do")), "what a fault is to `do` is not known");
    err_hint(err,
             "status N, delay N, hold N, truncate, garble, upper, drop, lose, redirect URL, claims NAME, "
             "remaining N or clock N");
    return false;
}

struct fault_list *fault_read(struct arena *arena, const char *file, struct err *err)
{
    size_t length;
    char *bytes = file_read(arena, file, MAX_FILE, &length, err);
    const struct value *list = bytes == NULL              ? NULL
                               : text_ends(file, ".json") ? json_parse(arena, file, bytes, length, err)
                                                          : yaml_parse(arena, file, bytes, length, err);
    if (list != NULL && !value_is(list, VALUE_LIST))
        err_set_at(err, E_TYPE, value_pos(list), "a fault plan is a list");
    if (!value_is(list, VALUE_LIST))
        return NULL;
    struct fault_list *faults = ARENA_NEW(arena, struct fault_list);
    faults->rules = ARENA_ARRAY(arena, struct rule, value_count(list));
    const struct schema *schema = declared(arena);
    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *item = schema_check(arena, schema, value_item(list, i), "a fault", err);
        if (item == NULL || !read_rule(arena, item, &faults->rules[faults->count++], err))
            return NULL;
    }
    return faults;
}

struct fault fault_next(struct fault_list *list, struct call *call)
{
    struct fault found = {.kind = FAULT_NONE};
    char *text = arena_printf(call->arena, "%s %s%.*s", call->method, call->host_name,
                              (int)strcspn(call->target, "?"), call->target);
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct rule *rule = &list->rules[i];
        if (!text_glob(rule->match, text))
            continue;
        rule->seen++;
        if (found.kind == FAULT_NONE && rule->seen >= rule->nth &&
            (rule->times == 0 || rule->seen < rule->nth + rule->times))
            found = rule->fault;
    }
    return found;
}
