// Walks a parsed playbook. It evaluates nothing. Invariant: every step is shown, branches beneath their
// condition.
#include "cli/outline.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "report/wrap.h"
#include "run/link.h"

enum { STEP_INDENT = 2 };

struct value *outline_head(struct arena *arena, const struct playbook *playbook)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "name", playbook->name);
    value_put_text(arena, map, "version", playbook->version);
    value_put_text(arena, map, "title", playbook->title);
    value_put_text(arena, map, "procedure", playbook->procedure);
    value_put(arena, map, "alerts", value_texts(arena, playbook->alerts));
    return map;
}

static const char *source_of(const struct expr *expr)
{
    return expr->source == NULL ? "(a function)" : expr->source;
}

// A text as it was written, expressions and all; NULL for one that a function makes.
static const char *template_words(struct arena *arena, const struct template *text)
{
    if (text == NULL)
        return NULL;
    if (text->kind == TEMPLATE_CONSTANT)
        return value_text(text->constant);
    if (text->kind == TEMPLATE_EXPR)
        return text->expr->source == NULL ? NULL : arena_printf(arena, "${%s}", text->expr->source);
    if (text->kind != TEMPLATE_TEXT)
        return NULL;
    struct text out = text_new(arena);
    for (size_t i = 0; i < text->count; i++) {
        const char *part = template_words(arena, text->parts[i]);
        text_add(&out, part == NULL ? "…" : part);
    }
    return out.ptr;
}

static const char *what_text(struct arena *arena, const struct step *step)
{
    if (step->kind == STEP_DO)
        return step->primitive;
    if (step->kind == STEP_CALL)
        return step->callee;
    if (step->kind == STEP_CHOOSE)
        return source_of(step->choose);
    const char *words = template_words(arena, step->text);
    return words == NULL ? "" : words;
}

// What may be answered, and what holds when nobody does.
static void print_choices(struct wrap *wrap, const struct step *step, int indent)
{
    struct arena *arena = wrap->out->arena;
    struct text out = text_new(arena);
    text_addf(&out, "answers %s", text_join(arena, step->choices, " | "));
    if (step->otherwise != NULL)
        text_addf(&out, ", otherwise %s", step->otherwise);
    wrap_line(wrap, indent, WRAP_DIM, out.ptr);
}

static void print_steps(struct wrap *wrap, const struct step_list *steps, int indent);

static void print_step(struct wrap *wrap, const struct step *step, int indent)
{
    struct arena *arena = wrap->out->arena;
    wrap_begin(wrap, indent, indent + STEP_INDENT * 2);
    wrap_put(wrap, WRAP_BOLD, step->id);
    wrap_put(wrap, WRAP_CYAN, arena_printf(arena, " %s", step_kind_word(step->kind)));
    wrap_put(wrap, WRAP_PLAIN, arena_printf(arena, " %s", what_text(arena, step)));
    for (const char **clause = step->clauses; clause != NULL && *clause != NULL; clause++)
        wrap_put(wrap, WRAP_DIM, arena_printf(arena, " %s", *clause));
    wrap_end(wrap);
    int inner = indent + STEP_INDENT;
    if (step->when != NULL)
        wrap_line(wrap, inner, WRAP_DIM, arena_printf(arena, "when %s", source_of(step->when)));
    if (step->for_each != NULL)
        wrap_line(wrap, inner, WRAP_DIM,
                  arena_printf(arena, "for each %s in %s", step->as, source_of(step->for_each)));
    if (step->lease != NULL)
        wrap_line(wrap, inner, WRAP_DIM,
                  arena_printf(arena, "for %s: then what it changed is taken back", step->lease));
    if (step->on_error == ON_ERROR_UNDO)
        wrap_line(wrap, inner, WRAP_DIM, "if it fails, what the group around it has changed is taken back");
    if (step->kind == STEP_ASK && step->choices != NULL)
        print_choices(wrap, step, inner);
    print_steps(wrap, &step->steps, inner);
    for (size_t i = 0; i < step->case_count; i++) {
        wrap_line(wrap, inner, WRAP_DIM,
                  step->cases[i].value == NULL ? "otherwise"
                                               : arena_printf(arena, "if %s", step->cases[i].value));
        print_steps(wrap, &step->cases[i].steps, inner + STEP_INDENT);
    }
}

static void print_steps(struct wrap *wrap, const struct step_list *steps, int indent)
{
    for (size_t i = 0; i < steps->count; i++)
        print_step(wrap, steps->items[i], indent);
}

void outline_print(struct wrap *wrap, const struct playbook *playbook)
{
    print_steps(wrap, &playbook->steps, STEP_INDENT);
}

static void add_clauses(struct arena *arena, struct value *list, const struct step_list *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *step = steps->items[i];
        for (const char **clause = step->clauses; clause != NULL && *clause != NULL; clause++)
            value_append_once(arena, list, *clause);
        add_clauses(arena, list, &step->steps);
        for (size_t j = 0; j < step->case_count; j++)
            add_clauses(arena, list, &step->cases[j].steps);
    }
}

const struct value *outline_clauses(struct arena *arena, const struct linked *linked)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < linked->count; i++)
        add_clauses(arena, list, &linked->playbooks[i]->steps);
    return list;
}

static const struct value *steps_value(struct arena *arena, const struct step_list *steps);

static const struct value *step_value(struct arena *arena, const struct step *step)
{
    struct value *map = value_map(arena);
    value_put_text(arena, map, "id", step->id);
    value_put_text(arena, map, "kind", step_kind_word(step->kind));
    if (step->kind == STEP_DO)
        value_put_text(arena, map, "primitive", step->primitive);
    if (step->kind == STEP_CALL)
        value_put_text(arena, map, "call", step->callee);
    if (step->when != NULL)
        value_put_text(arena, map, "when", step->when->source);
    if (step->for_each != NULL)
        value_put_text(arena, map, "for_each", step->for_each->source);
    value_put(arena, map, "clauses", value_texts(arena, step->clauses));
    if (step->steps.count > 0)
        value_put(arena, map, "steps", steps_value(arena, &step->steps));
    if (step->case_count > 0) {
        struct value *cases = value_list(arena);
        for (size_t i = 0; i < step->case_count; i++) {
            struct value *branch = value_map(arena);
            value_put_text(arena, branch, "value", step->cases[i].value);
            value_put(arena, branch, "steps", steps_value(arena, &step->cases[i].steps));
            value_append(arena, cases, branch);
        }
        value_put(arena, map, "cases", cases);
    }
    return map;
}

static const struct value *steps_value(struct arena *arena, const struct step_list *steps)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < steps->count; i++)
        value_append(arena, list, step_value(arena, steps->items[i]));
    return list;
}

const struct value *outline_value(struct arena *arena, const struct playbook *playbook)
{
    return steps_value(arena, &playbook->steps);
}
