// The command diff: what changed between two versions of a playbook, for whoever reviews it. What counts as a
// change is compare.c's business. Nothing is run.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/open.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "playbook/procedure.h"
#include "report/diff.h"
#include "report/differences.h"
#include "report/wrap.h"
#include "vm/vm.h"

enum { INDENT = 6 };

static bool is_added(const struct value *difference)
{
    return value_is_null(value_get(difference, "old"));
}

static bool is_removed(const struct value *difference)
{
    return value_is_null(value_get(difference, "new"));
}

// A text of several lines as a list of them, so that the lines are shown that differ; also within a map.
static const struct value *in_lines(struct arena *arena, const struct value *value)
{
    struct value *map = value_map(arena);
    for (size_t i = 0; value_is(value, VALUE_MAP) && i < value->count; i++)
        value_put(arena, map, value->fields[i].key, in_lines(arena, value->fields[i].value));
    if (value_is(value, VALUE_MAP))
        return map;
    const char *text = value_text(value), *end = text == NULL ? NULL : strchr(text, '\n');
    if (end == NULL || end[1] == '\0')
        return value;
    struct value *lines = value_list(arena);
    for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n')
        value_append(arena, lines, value_string(arena, arena_strndup(arena, text, strcspn(text, "\n"))));
    return lines;
}

// A side of a difference as it is shown; `said`: the field that stands in the line above already, or NULL.
static const struct value *fields_of(struct arena *arena, const struct value *side, const char *said)
{
    struct value *map = value_map(arena);
    for (size_t i = 0; i < value_count(side); i++)
        if (!text_is(said, side->fields[i].key))
            value_put(arena, map, side->fields[i].key, in_lines(arena, side->fields[i].value));
    return map;
}

// What came, went or became of its fields, beneath the line of a difference.
static void print_fields(struct wrap *wrap, const struct value *difference, const char *said)
{
    struct arena *arena = wrap->out->arena;
    const struct value *old = fields_of(arena, value_get(difference, "old"), NULL),
                       *new =
                           fields_of(arena, value_get(difference, "new"), is_added(difference) ? said : NULL);
    if (is_removed(difference))
        return;
    struct diff diff = diff_new(arena, old, new, false);
    if (is_added(difference))
        diff_print_values(wrap, &diff, INDENT);
    else
        diff_print(wrap, &diff, INDENT);
    for (size_t i = 0; i < value_count(new) && diff.count == 0 && !is_added(difference); i++)
        if (!value_equal(new->fields[i].value, value_get(old, new->fields[i].key)))
            wrap_line(wrap, INDENT, WRAP_PLAIN,
                      arena_printf(arena, "%s: in another order", new->fields[i].key));
}

static void print_head(struct wrap *wrap, const struct value *difference)
{
    differences_begin(wrap, difference);
    wrap_put(wrap, WRAP_PLAIN,
             arena_printf(wrap->out->arena, ": %s → %s",
                          diff_value_text(wrap->out->arena, value_get(difference, "old")),
                          diff_value_text(wrap->out->arena, value_get(difference, "new"))));
    wrap_end(wrap);
}

static void print_param(struct wrap *wrap, const struct value *difference)
{
    differences_begin(wrap, difference);
    wrap_end(wrap);
    print_fields(wrap, difference, NULL);
}

// The key that makes the step's kind.
static const char *kind_of(const struct value *step)
{
    const char *found = NULL;
    for (int kind = 0; kind <= STEP_FAIL; kind++) {
        const char *word = step_kind_word((enum step_kind)kind);
        if (value_get(step, word) != NULL && (kind != STEP_PARALLEL || value_text_at(step, word) != NULL))
            found = word;
    }
    return found;
}

// "contain/firewall do keyvault.set_firewall", and what stands in it.
static void print_step(struct wrap *wrap, const struct value *difference)
{
    const struct value *step = value_get(difference, is_removed(difference) ? "old" : "new");
    const char *kind = kind_of(step), *text = value_text_at(step, kind);
    bool short_enough = text != NULL && strchr(text, '\n') == NULL;
    differences_begin(wrap, difference);
    wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, " %s %s", kind, short_enough ? text : ""));
    wrap_end(wrap);
    print_fields(wrap, difference, short_enough ? kind : NULL);
}

static const char *place(struct arena *arena, const struct value *at)
{
    const char *in = value_text_at(at, "in"), *branch = value_text_at(at, "branch"),
               *behind = value_text_at(at, "behind");
    struct text out = text_new(arena);
    text_add(&out, in == NULL ? "at the top" : "in ");
    text_add(&out, in == NULL ? "" : in);
    if (branch != NULL)
        text_addf(&out, " (%s)", branch[0] == '\0' ? "otherwise" : branch);
    text_addf(&out, behind == NULL ? ", first" : ", behind %s", behind);
    return out.ptr;
}

static void print_place(struct wrap *wrap, const struct value *difference)
{
    struct arena *arena = wrap->out->arena;
    differences_begin(wrap, difference);
    wrap_put(wrap, WRAP_PLAIN,
             arena_printf(arena, ": was %s, is %s", place(arena, value_get(difference, "old")),
                          place(arena, value_get(difference, "new"))));
    wrap_end(wrap);
}

static void print_clause(struct wrap *wrap, const struct value *difference)
{
    const char *text = value_text_at(difference, is_removed(difference) ? "old.text" : "new.text");
    differences_begin(wrap, difference);
    wrap_put(wrap, WRAP_PLAIN,
             is_added(difference) ? " a step carries it out now" : " no step carries it out any more");
    if (text != NULL)
        wrap_put(wrap, WRAP_PLAIN, arena_printf(wrap->out->arena, ": %s", text));
    wrap_end(wrap);
}

static void print_primitive(struct wrap *wrap, const struct value *difference)
{
    struct arena *arena = wrap->out->arena;
    const struct value *either = value_get(difference, is_removed(difference) ? "old" : "new");
    const char *why = value_text_at(either, "irreversible");
    differences_begin(wrap, difference);
    wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " (%s)", value_text_at(either, "risk")));
    if (is_added(difference) && why != NULL)
        wrap_put(wrap, WRAP_YELLOW, arena_printf(arena, " cannot be undone: %s", why));
    wrap_end(wrap);
}

static void print_permission(struct wrap *wrap, const struct value *difference)
{
    const struct value *users =
        value_at(difference, is_removed(difference) ? "old.primitives" : "new.primitives");
    differences_begin(wrap, difference);
    for (size_t i = 0; i < value_count(users); i++)
        wrap_put(wrap, WRAP_DIM,
                 arena_printf(wrap->out->arena, "%s%s", i == 0 ? " for " : ", ",
                              value_text(value_item(users, i))));
    wrap_end(wrap);
}

static void print(struct cli *cli, const struct compared *sides, const struct value *list)
{
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    const struct playbook *old = sides[0].playbook, *new = sides[1].playbook;
    wrap_begin(&wrap, 0, 2);
    wrap_put(&wrap, WRAP_BOLD,
             arena_printf(cli->arena, "%s %s → %s %s: %s", old->name, old->version, new->name, new->version,
                          value_count(list) == 0 ? "nothing differs" : "what differs"));
    wrap_end(&wrap);
    if (value_count(list) > 0 && text_same(old->name, new->name) && strcmp(old->version, new->version) == 0)
        wrap_line(&wrap, 2, WRAP_YELLOW, "Both say that they are the same version.");
    if (value_count(list) == 0 && text_ends(new->file->name, ".lua") &&
        strcmp(old->file->bytes, new->file->bytes) != 0)
        wrap_line(&wrap, 2, WRAP_YELLOW,
                  "The text does: comments, or functions that those of the steps call.");
    differences_print_sort(&wrap, list, "Head", "head", print_head);
    differences_print_sort(&wrap, list, "Parameters", "param", print_param);
    differences_print_sort(&wrap, list, "Steps", "step", print_step);
    differences_print_sort(&wrap, list, "Steps elsewhere", "place", print_place);
    differences_print_sort(&wrap, list, "Clauses", "clause", print_clause);
    differences_print_sort(&wrap, list, "Primitives", "primitive", print_primitive);
    differences_print_sort(&wrap, list, "Risk", "risk", print_head);
    differences_print_sort(&wrap, list, "Permissions", "permission", print_permission);
    cli_print(&out);
}

static const struct value *side_value(struct arena *arena, const struct playbook *playbook)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "playbook", playbook->name);
    value_put_text(arena, map, "version", playbook->version);
    value_put_text(arena, map, "file", playbook->file->name);
    return map;
}

static void print_json(struct cli *cli, const struct compared *sides, const struct value *list)
{
    struct value *map = value_map(cli->arena);
    value_put(cli->arena, map, "old", side_value(cli->arena, sides[0].playbook));
    value_put(cli->arena, map, "new", side_value(cli->arena, sides[1].playbook));
    value_put(cli->arena, map, "differences", list);
    cli_print_json(cli, map);
}

static bool read_side(struct cli *cli, struct vm *vm, const char *name, struct compared *side,
                      struct err_list *errors)
{
    struct err err = {0};
    const struct playbook *playbook = open_playbook(cli, vm, name, errors);
    *side = (struct compared){.playbook = playbook};
    if (playbook == NULL || !link_calls(cli->arena, open_catalog(cli), vm, playbook, &side->linked, errors))
        return false;
    if (playbook->procedure != NULL) // one that is not there leaves its clauses without words
        side->procedure = procedure_load(open_catalog(cli), playbook->procedure, playbook->procedure_pos,
                                         err_list_new(cli->arena));
    if (needs_collect(cli->arena, vm, &side->linked, &side->needs, &err))
        return true;
    err_list_append(errors, &err);
    return false;
}

static int compare(struct cli *cli, struct vm *vm)
{
    struct err err = {0};
    struct compared sides[2];
    struct err_list *errors = err_list_new(cli->arena);
    for (size_t i = 0; i < 2; i++)
        if (!read_side(cli, vm, cli->options.arguments[i], &sides[i], errors))
            return cli_fail_all(cli, errors);
    const struct value *list = compare_playbooks(cli->arena, vm, &sides[0], &sides[1], &err);
    if (list == NULL)
        return cli_fail(cli, &err);
    cli_json(cli) ? print_json(cli, sides, list) : print(cli, sides, list);
    return 0;
}

int cmd_diff(struct cli *cli)
{
    struct err err = {0};
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL)
        return cli_fail(cli, &err);
    int status = compare(cli, vm);
    vm_close(vm);
    return status;
}
