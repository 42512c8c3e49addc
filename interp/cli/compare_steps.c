// Compares the steps of two playbooks: which are new, gone, changed in themselves, or elsewhere. Steps are
// told apart by their ids; those without one by what they hold. Invariant: a step counts as changed only for
// what stands in it, not in the steps inside it.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/compare.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/lex.h"
#include "playbook/playbook.h"
#include "vm/vm.h"

struct entry {
    const struct step *step;
    const char *path;        // ids of the groups around it, and its own
    struct entry *parent;    // NULL: at the top
    const char *branch;      // of a choose: the case; "": otherwise; NULL: none
    const struct value *own; // what was written, without id and without the steps inside
    struct entry *other;     // the same step in the other version, or NULL
    size_t order;
    bool named, kept; // has an id; stands where it stood, seen from its neighbours
    size_t run;       // how many kept neighbours at most end with it
    struct entry *before_it;
};
struct entries {
    struct arena *arena;
    struct vm *vm;
    const struct catalog_file *file;
    struct entry **items;
    size_t count;
};

// From the first `function` on the first line to the last `end` on the last one: of several functions on one
// line all. Where that cannot be told, the lines.
static const char *function_text(struct arena *arena, const char *bytes, int first, int last)
{
    for (int line = 1; line < first; line++)
        bytes += strcspn(bytes, "\n") + 1;
    size_t length = 0, from = 0, to = 0;
    for (int line = first; line <= last; line++)
        length += strcspn(bytes + length, "\n") + (line < last);
    const char *lines = arena_strndup(arena, bytes, length);
    struct lex lex = {.text = lines};
    struct lex_token token;
    struct lex_fault fault;
    bool begun = false;
    while (lex_next(&lex, &token, &fault) && token.kind != LEX_END) {
        if (!begun && lex_is(&lex, &token, "function"))
            from = token.start;
        begun = begun || lex_is(&lex, &token, "function");
        if (lex_is(&lex, &token, "end"))
            to = token.end;
    }
    return begun && to > from ? arena_strndup(arena, lines + from, to - from) : lines;
}

// Functions of Lua playbooks are made anew whenever a file is read: what was written stands for them.
static const struct value *plain(const struct entries *entries, const struct value *value)
{
    struct arena *arena = entries->arena;
    int first, last;
    if (value_count(value) == 1 && value_get(value, "$function") != NULL)
        return value_string(arena, vm_function_lines(entries->vm, value, entries->file, &first, &last)
                                       ? function_text(arena, entries->file->bytes, first, last)
                                       : "(a function of another file)");
    if (!value_is(value, VALUE_MAP) && !value_is(value, VALUE_LIST))
        return value;
    struct value *copy = value_is(value, VALUE_MAP) ? value_map(arena) : value_list(arena);
    for (size_t i = 0; i < value_count(value); i++)
        if (value_is(value, VALUE_MAP))
            value_put(arena, copy, value->fields[i].key, plain(entries, value->fields[i].value));
        else
            value_append(arena, copy, plain(entries, value_item(value, i)));
    return copy;
}

// Is it steps that stand there, which are told of by themselves?
static bool holds_steps(const struct step *step, const char *key)
{
    return strcmp(key, "cases") == 0 || (strcmp(key, "otherwise") == 0 && step->kind == STEP_CHOOSE) ||
           (strcmp(key, step_kind_word(step->kind)) == 0 &&
            (step->kind == STEP_GROUP || step->kind == STEP_PARALLEL));
}

static const struct value *own_of(const struct entries *entries, const struct step *step)
{
    struct arena *arena = entries->arena;
    struct value *own = value_map(arena), *cases = value_list(arena);
    for (size_t i = 0; i < value_count(step->written); i++) {
        const struct value_field *field = &step->written->fields[i];
        if (strcmp(field->key, step_kind_word(step->kind)) == 0 && holds_steps(step, field->key))
            value_put_text(arena, own, field->key, "…");
        else if (strcmp(field->key, "id") != 0 && !holds_steps(step, field->key))
            value_put(arena, own, field->key, plain(entries, field->value));
    }
    for (size_t i = 0; i < step->case_count; i++)
        value_append(arena, cases,
                     value_string(arena, step->cases[i].value == NULL ? "otherwise" : step->cases[i].value));
    if (step->case_count > 0)
        value_put(arena, own, "cases", cases);
    return own;
}

static void flatten(struct entries *entries, const struct step_list *list, struct entry *parent,
                    const char *branch)
{
    struct arena *arena = entries->arena;
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = list->items[i];
        struct entry *entry = ARENA_NEW(arena, struct entry);
        *entry = (struct entry){.step = step,
                                .path = parent == NULL ? step->id
                                                       : arena_printf(arena, "%s/%s", parent->path, step->id),
                                .parent = parent,
                                .branch = branch,
                                .own = own_of(entries, step),
                                .order = entries->count,
                                .named = value_get(step->written, "id") != NULL};
        entries->items = arena_room(arena, entries->items, entries->count, sizeof *entries->items);
        entries->items[entries->count++] = entry;
        flatten(entries, &step->steps, entry, NULL);
        for (size_t k = 0; k < step->case_count; k++)
            flatten(entries, &step->cases[k].steps, entry,
                    step->cases[k].value == NULL ? "" : step->cases[k].value);
    }
}

static struct entry *mapped(const struct entry *entry)
{
    return entry == NULL ? NULL : entry->other;
}

static bool same_id(const struct entry *a, const struct entry *b)
{
    return a->named && b->named && strcmp(a->step->id, b->step->id) == 0;
}

static bool same_content(const struct entry *a, const struct entry *b)
{
    return !(a->named && b->named) && value_equal(a->own, b->own);
}

static bool same_place(const struct entry *a, const struct entry *b)
{
    return !a->named && !b->named && a->step->kind == b->step->kind && mapped(a->parent) == b->parent;
}

static void match(const struct entries *before, const struct entries *after,
                  bool (*same)(const struct entry *a, const struct entry *b))
{
    for (size_t i = 0; i < after->count; i++)
        for (size_t k = 0; k < before->count && after->items[i]->other == NULL; k++)
            if (before->items[k]->other == NULL && same(after->items[i], before->items[k])) {
                after->items[i]->other = before->items[k];
                before->items[k]->other = after->items[i];
            }
}

// Beneath the same step as before, and in the same branch of it?
static bool stays_within(const struct entry *entry)
{
    const struct entry *other = entry->other;
    return other != NULL &&
           (entry->parent == NULL ? other->parent == NULL : entry->parent->other == other->parent) &&
           text_same(entry->branch, other->branch);
}

static bool are_neighbours(const struct entry *a, const struct entry *b)
{
    return a->parent == b->parent && text_same(a->branch, b->branch);
}

// Of steps that are neighbours in both versions, the most that stand in the same order are kept; others
// moved.
static void find_kept(const struct entries *after)
{
    for (size_t i = 0; i < after->count; i++) {
        struct entry *entry = after->items[i];
        entry->run = 1;
        for (size_t k = 0; k < i && stays_within(entry); k++) {
            struct entry *earlier = after->items[k];
            if (stays_within(earlier) && are_neighbours(earlier, entry) &&
                earlier->other->order < entry->other->order && earlier->run >= entry->run) {
                entry->run = earlier->run + 1;
                entry->before_it = earlier;
            }
        }
    }
    for (size_t i = 0; i < after->count; i++) {
        struct entry *last = NULL; // of the longest order
        for (size_t k = 0; k < after->count; k++)
            if (are_neighbours(after->items[i], after->items[k]) && stays_within(after->items[k]) &&
                (last == NULL || after->items[k]->run > last->run))
                last = after->items[k];
        for (; last != NULL; last = last->before_it)
            last->kept = true;
    }
}

// Where a step stands: beneath which step, in which branch, behind which neighbour.
static const struct value *place_of(struct arena *arena, const struct entries *entries,
                                    const struct entry *entry)
{
    struct value *map = value_map(arena);
    const char *behind = NULL;
    for (size_t i = 0; i < entry->order; i++)
        if (are_neighbours(entries->items[i], entry))
            behind = entries->items[i]->step->id;
    value_put_text(arena, map, "in", entry->parent == NULL ? NULL : entry->parent->path);
    value_put_text(arena, map, "branch", entry->branch);
    value_put_text(arena, map, "behind", behind);
    return map;
}

void compare_steps(struct comparison *comparison)
{
    struct arena *arena = comparison->arena;
    const struct playbook *old = comparison->before->playbook, *new = comparison->after->playbook;
    struct entries before = {.arena = arena, .vm = comparison->vm, .file = old->file},
                   after = {.arena = arena, .vm = comparison->vm, .file = new->file};
    flatten(&before, &old->steps, NULL, NULL);
    flatten(&after, &new->steps, NULL, NULL);
    match(&before, &after, same_id);
    match(&before, &after, same_content);
    match(&before, &after, same_place);
    find_kept(&after);
    for (size_t i = 0; i < after.count; i++) {
        const struct entry *entry = after.items[i], *other = entry->other;
        if (other == NULL)
            compare_add(comparison, "step", entry->path, NULL, entry->own);
        if (other != NULL && !entry->kept)
            compare_add(comparison, "place", entry->path, place_of(arena, &before, other),
                        place_of(arena, &after, entry));
        if (other != NULL && !value_equal(entry->own, other->own))
            compare_add(comparison, "step", entry->path, other->own, entry->own);
    }
    for (size_t i = 0; i < before.count; i++)
        if (before.items[i]->other == NULL)
            compare_add(comparison, "step", before.items[i]->path, before.items[i]->own, NULL);
}
