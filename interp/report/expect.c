// Compares a run with what its test expects. What a run comes to is the view's business. Invariant: nothing
// is expected in silence but two things, that the exit is 0 and, where effects are expected, that nothing
// else is changed.
#include "report/expect.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "report/clauses.h"
#include "report/view.h"

static const char declaration[] =
    "type: record\n"
    "fields:\n"
    "  exit: {type: int, optional: true, help: The exit status; 0 where nothing is said}\n"
    "  steps:\n"
    "    type: map\n"
    "    optional: true\n"
    "    help: \"What became of steps: path → status. A path may have * in it, here and below\"\n"
    "    of: {type: enum, values: [done, skipped, in-place, planned, failed, waiting, undecided, refused]}\n"
    "  effects:\n"
    "    type: map\n"
    "    optional: true\n"
    "    help: \"All changes, and what became of them: path → status. What is in place may be left out\"\n"
    "    of: {type: enum, values: [planned, applied, in-place, failed, refused, unknown]}\n"
    "  resources:\n"
    "    {type: map, of: string, optional: true, help: \"What is changed: path → its id, with * and ?\"}\n"
    "  after:\n"
    "    {type: map, of: any, optional: true, help: \"What is there after a change, or part of it: path → "
    "value\"}\n"
    "  clauses:\n"
    "    type: map\n"
    "    optional: true\n"
    "    help: \"What became of clauses: id → status\"\n"
    "    of: {type: enum, values: [failed, missing, needs-person, planned, done, in-place, not-applicable]}\n"
    "  answers:\n"
    "    {type: map, of: string, optional: true, help: \"Which answers were given or assumed: path → "
    "answer\"}\n"
    "  undone:\n"
    "    type: map\n"
    "    optional: true\n"
    "    help: \"All changes that `then` takes back: path → status of that (skipped: it cannot be undone)\"\n"
    "    of: {type: enum, values: [done, in-place, skipped, refused, failed, waiting]}\n"
    "  unchanged:\n"
    "    type: bool\n"
    "    optional: true\n"
    "    help: \"Whether the estate is in the end as it was before the run. After `then: undo` it must be, "
    "unless\n"
    "      undone, unchanged or estate says otherwise\"\n"
    "  estate:\n"
    "    {type: map, of: any, optional: true, help: \"What is in the estate in the end, or part of it: key → "
    "value; "
    "null: nothing\"}\n";

const struct value *expect_declaration(struct arena *arena)
{
    struct err err;
    const struct value *value = yaml_parse(arena, "expect.c", declaration, sizeof declaration - 1, &err);
    REQUIRE(value != NULL);
    return value;
}

// What came of one thing that can be expected.
struct fact {
    const char *path, *why;
    const struct value *is; // NULL: nothing
};
struct facts {
    struct arena *arena;
    struct fact *items;
    size_t count;
};

static void add(struct facts *facts, const char *path, const struct value *is, const char *why)
{
    facts->items = arena_room(facts->arena, facts->items, facts->count, sizeof *facts->items);
    facts->items[facts->count++] = (struct fact){path, why, is};
}

static void add_text(struct facts *facts, const char *path, const char *is, const char *why)
{
    add(facts, path, is == NULL ? NULL : value_string(facts->arena, is), why);
}

static void steps(struct facts *facts, const struct view *view)
{
    for (size_t i = 0; i < view->step_count; i++)
        add_text(facts, view->steps[i].path, view->steps[i].status, view->steps[i].reason);
}

static void effects(struct facts *facts, const struct view *view)
{
    for (size_t i = 0; i < view->effect_count; i++)
        add_text(facts, view->effects[i].path, view->effects[i].status, view->effects[i].reason);
}

static void resources(struct facts *facts, const struct view *view)
{
    for (size_t i = 0; i < view->effect_count; i++)
        add_text(facts, view->effects[i].path, view->effects[i].resource, NULL);
}

static void after(struct facts *facts, const struct view *view)
{
    for (size_t i = 0; i < view->effect_count; i++)
        add(facts, view->effects[i].path, view->effects[i].after, NULL);
}

static void clauses(struct facts *facts, const struct view *view)
{
    struct clauses folded = clauses_fold(facts->arena, view);
    for (size_t i = 0; i < folded.count; i++)
        add_text(facts, folded.items[i].id, folded.items[i].status, folded.items[i].reason);
}

static void answers(struct facts *facts, const struct view *view)
{
    for (size_t i = 0; i < view->ask_count; i++)
        add_text(facts, view->asks[i].path, view->asks[i].answer, NULL);
}

static bool matches(const struct value *expected, const struct value *is)
{
    return value_text(is) != NULL && text_glob(value_text(expected), value_text(is));
}

// Of a map the keys that are expected, of a list the entries that are; all else exactly.
static bool contains(const struct value *expected, const struct value *is)
{
    bool good = true;
    if (value_is(expected, VALUE_MAP) && value_is(is, VALUE_MAP)) {
        for (size_t i = 0; i < expected->count && good; i++)
            good = contains(expected->fields[i].value, value_get(is, expected->fields[i].key));
        return good;
    }
    if (value_is(expected, VALUE_LIST) && value_is(is, VALUE_LIST)) {
        for (size_t i = 0; i < value_count(expected) && good; i++) {
            good = false;
            for (size_t k = 0; k < value_count(is) && !good; k++)
                good = contains(value_item(expected, i), value_item(is, k));
        }
        return good;
    }
    return value_equal(expected, is == NULL ? &value_null : is);
}

// "effect PATH, after": what an expectation is about.
static const struct kind {
    const char *key, *what, *part;
    void (*collect)(struct facts *facts, const struct view *view);
    bool (*fits)(const struct value *expected, const struct value *is);
} kinds[] = {
    {"steps", "step", "", steps, value_equal},
    {"effects", "effect", "", effects, value_equal},
    {"resources", "effect", ", resource", resources, matches},
    {"after", "effect", ", after", after, contains},
    {"clauses", "clause", "", clauses, value_equal},
    {"answers", "the answer to", "", answers, value_equal},
};
enum { EFFECTS = 1 };
static const struct kind undone = {"undone", "undoing of", "", steps, value_equal},
                         entries = {"estate", "the estate,", "", NULL, contains};

static const char *about(struct arena *arena, const struct kind *kind, const char *path)
{
    return arena_printf(arena, "%s %s%s", kind->what, path, kind->part);
}

static const char *shown(struct arena *arena, const struct value *value)
{
    return value == NULL               ? "nothing"
           : value_text(value) != NULL ? value_text(value)
                                       : json_text(arena, value);
}

// Where a value that has parts is not as expected, the parts are told that are not.
static void compare(const struct kind *kind, const char *what, const struct fact *fact,
                    const struct value *expected, struct err_list *unmet)
{
    struct arena *arena = unmet->arena;
    if (kind->fits(expected, fact->is))
        return;
    if (value_is(expected, VALUE_MAP) && value_is(fact->is, VALUE_MAP)) {
        for (size_t i = 0; i < expected->count; i++) {
            const struct value_field *field = &expected->fields[i];
            const struct fact part = {NULL, fact->why, value_get(fact->is, field->key)};
            compare(kind, arena_printf(arena, "%s.%s", what, field->key), &part, field->value, unmet);
        }
        return;
    }
    struct err *err =
        err_list_add(unmet, ERR_ERROR, E_EXPECT, value_pos(expected), "%s: expected %.150s, came %.150s",
                     what, shown(arena, expected), shown(arena, fact->is));
    if (fact->why != NULL)
        err_note(err, "%s", fact->why);
}

static void say_absent(const struct kind *kind, const struct facts *facts, const struct value_field *expected,
                       struct err_list *unmet)
{
    struct arena *arena = unmet->arena;
    const char **paths = ARENA_ARRAY(arena, const char *, facts->count + 1), *inside = NULL;
    const char *deeper = arena_printf(arena, "*/%s", expected->key); // without the steps that it stands in
    const char *item = arena_printf(arena, "%s[*]", expected->key);
    bool loops = false;
    for (size_t i = 0; i < facts->count; i++) {
        paths[i] = facts->items[i].path;
        inside = inside == NULL && text_glob(deeper, paths[i]) ? paths[i] : inside;
        loops = loops || text_glob(item, paths[i]);
    }
    paths[facts->count] = NULL;
    struct err *err =
        err_list_add(unmet, ERR_ERROR, E_EXPECT, value_pos(expected->value), "%s: expected %.150s, came none",
                     about(arena, kind, expected->key), shown(arena, expected->value));
    if (inside != NULL)
        err_hint(err, "did you mean '%s'?", inside);
    else if (loops)
        err_hint(err, "it is a loop: '%s' are all of its items", item);
    else
        err_suggest(err, expected->key, paths);
}

static void check_kind(const struct kind *kind, const struct facts *facts, const struct value *expected,
                       struct err_list *unmet)
{
    struct arena *arena = unmet->arena;
    for (size_t i = 0; i < value_count(expected); i++) {
        const struct value_field *one = &expected->fields[i];
        bool found = false;
        for (size_t k = 0; k < facts->count; k++) {
            if (!text_glob(one->key, facts->items[k].path))
                continue;
            found = true;
            compare(kind, about(arena, kind, facts->items[k].path), &facts->items[k], one->value, unmet);
        }
        if (!found)
            say_absent(kind, facts, one, unmet);
    }
}

// Changes that nobody expects.
static void check_others(const struct kind *kind, const struct facts *facts, const struct value *expected,
                         struct err_list *unmet)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        bool known = text_same(value_text(fact->is), "in-place");
        for (size_t k = 0; k < value_count(expected) && !known; k++)
            known = text_glob(expected->fields[k].key, fact->path);
        if (!known)
            err_list_add(unmet, ERR_ERROR, E_EXPECT, value_pos(expected), "%s: expected none, came %s",
                         about(unmet->arena, kind, fact->path), value_text(fact->is));
    }
}

static void check_exit(const char *what, const struct view *view, int64_t wanted, const struct value *where,
                       struct err_list *unmet)
{
    if (view->exit == wanted)
        return;
    struct err *err =
        err_list_add(unmet, ERR_ERROR, E_EXPECT, value_pos(where), "%s: expected exit %d, came %d (%s)", what,
                     (int)wanted, view->exit, view->status);
    for (size_t i = 0; i < view->note_count; i++)
        if (text_same(view->notes[i].severity, "error"))
            err_note(err, "%s", view->notes[i].message);
}

void expect_compare(const struct view *view, const struct value *expected, struct err_list *unmet)
{
    const struct value *exit = value_get(expected, "exit");
    check_exit("the run", view, value_int_at(expected, "exit", 0), exit == NULL ? expected : exit, unmet);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct value *some = value_get(expected, kinds[i].key);
        struct facts facts = {.arena = unmet->arena};
        kinds[i].collect(&facts, view);
        check_kind(&kinds[i], &facts, some, unmet);
    }
    const struct value *changes = value_get(expected, kinds[EFFECTS].key);
    struct facts facts = {.arena = unmet->arena};
    effects(&facts, view);
    if (changes != NULL)
        check_others(&kinds[EFFECTS], &facts, changes, unmet);
}

void expect_compare_undone(const struct view *const *views, size_t count, const struct value *expected,
                           struct err_list *unmet)
{
    const struct value *some = value_get(expected, "undone");
    struct facts facts = {.arena = unmet->arena};
    for (size_t i = 0; i < count; i++) {
        steps(&facts, views[i]);
        if (some == NULL)
            check_exit("the undoing", views[i], 0, expected, unmet);
    }
    check_kind(&undone, &facts, some, unmet);
    if (some != NULL)
        check_others(&undone, &facts, some, unmet);
}

void expect_compare_entry(const char *key, const struct value *is, const struct value *expected,
                          struct err_list *unmet)
{
    const struct fact fact = {.path = key, .is = is};
    compare(&entries, about(unmet->arena, &entries, key), &fact, expected, unmet);
}

// The keys of lines that are in one of two sorted lists and not in the other, as long as there is room.
static void note_keys(struct err *err, const struct value *before, const struct value *after)
{
    const char *told = "";
    for (size_t i = 0, k = 0; i < value_count(before) || k < value_count(after);) {
        const char *old = value_text(value_item(before, i)), *new = value_text(value_item(after, k));
        int order = old == NULL ? 1 : new == NULL ? -1 : strcmp(old, new);
        const char *line = order > 0 ? new : old;
        size_t key = strcspn(line, "\t") + 1;
        if (order != 0 && strncmp(told, line, key) != 0)
            err_note(err, "otherwise: %.*s", (int)key - 1, line);
        told = order != 0 ? line : told;
        i += order <= 0;
        k += order >= 0;
    }
}

void expect_compare_estate(const struct value *before, const struct value *after, bool wanted,
                           const struct value *where, struct err_list *unmet)
{
    if (value_equal(before, after) == wanted)
        return;
    struct err *err =
        err_list_add(unmet, ERR_ERROR, E_EXPECT, value_pos(where), "the estate: expected %s, came %s",
                     wanted ? "unchanged" : "changed", wanted ? "changed" : "unchanged");
    note_keys(err, before, after);
}
