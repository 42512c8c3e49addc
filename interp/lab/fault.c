// Faults by a table of globs. Invariant: each rule counts the requests that match it, and only those.
#include "lab/fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "lab/call.h"

enum { MAX_FILE = 1 << 20 };

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
             {"clock ", FAULT_CLOCK, true}};

// One that is misspelt would else be a fault that never happens.
static bool knows_members(const struct value *item, struct err *err)
{
    static const char *const members[] = {"match", "nth", "times", "do", "retry_after", NULL};
    for (size_t i = 0; value_is(item, VALUE_MAP) && i < value_count(item); i++)
        if (!text_is_one_of(item->fields[i].key, members))
            return err_set_at(err, E_UNKNOWN_NAME, value_key_pos(item->fields[i].value),
                              "a fault has no '%.40s'", item->fields[i].key);
    return true;
}

static bool read_rule(struct arena *arena, const struct value *item, struct rule *rule, struct err *err)
{
    const char *what = value_text_at(item, "do");
    if (!knows_members(item, err))
        return false;
    rule->match = value_text_at(item, "match");
    rule->nth = value_int_at(item, "nth", 1);
    rule->times = value_int_at(item, "times", 1);
    rule->fault.retry_after = (int)value_int_at(item, "retry_after", 0);
    for (size_t i = 0; what != NULL && i < sizeof words / sizeof words[0]; i++) {
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
    if (rule->match == NULL || rule->fault.kind == FAULT_NONE)
        return err_set_at(err, E_SYNTAX, value_pos(item), "a fault needs `match` and a known `do`");
    return true;
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
    for (size_t i = 0; i < value_count(list); i++)
        if (!read_rule(arena, value_item(list, i), &faults->rules[faults->count++], err))
            return NULL;
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
