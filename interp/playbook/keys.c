// What each key of a step may hold, and to which kinds of steps it belongs: a table with its reader in each
// row. Not for what a step lacks (step.c). Invariant: a reader touches only its own members of the step.
#include "playbook/keys.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/holds.h"
#include "playbook/step.h"

#define KIND(kind) (1u << (kind))
enum {
    KINDS_ALL = (1 << 20) - 1,
    NEEDED = 1 << 20, // a step of that kind must have it
    ALONE = 1 << 21,  // a mistake in it hides no other one: nothing that is checked later hangs on it
    KINDS_LOOP = KINDS_ALL & ~(KIND(STEP_END) | KIND(STEP_FAIL)),
    // of a step with steps in it, on_error stands at those: they are what fails
    KINDS_FAIL = KINDS_LOOP & ~(KIND(STEP_GROUP) | KIND(STEP_PARALLEL) | KIND(STEP_CHOOSE) | KIND(STEP_CALL)),
    KINDS_LEASE = KIND(STEP_DO) | KIND(STEP_GROUP) | KIND(STEP_PARALLEL) | KIND(STEP_CALL) | KIND(STEP_LUA),
    KINDS_WORK = KIND(STEP_DO) | KIND(STEP_LUA),
    KINDS_TEXT = KIND(STEP_ASK) | KIND(STEP_TASK) | KIND(STEP_END) | KIND(STEP_FAIL),
    KINDS_PERSON = KIND(STEP_ASK) | KIND(STEP_TASK),
};

static void read_id(struct draft *draft, const struct value_field *field)
{
    const char *id = form_name(draft->form, field);
    const struct step *first = id == NULL ? NULL : form_claim_id(draft->form, draft->step, id);
    if (first == NULL)
        return;
    struct err *err =
        form_error(draft->form, E_CHECK, value_pos(field->value), "the id '%s' stands twice", id);
    if (first->pos.line > 0)
        err_note(err, "the first is in line %d", first->pos.line);
    else // a Lua file names the place
        err_note(err, "the first is in %s", first->pos.file);
}

static void read_modifier(struct draft *draft, const struct value_field *field)
{
    struct step *step = draft->step;
    struct template_reader *reader = &draft->form->reader;
    if (strcmp(field->key, "when") == 0)
        step->when = template_parse_expr(reader, field->value);
    else if (strcmp(field->key, "for_each") == 0)
        step->for_each = template_parse_expr(reader, field->value);
    else if (strcmp(field->key, "as") == 0)
        step->as = form_name(draft->form, field);
    else if (strcmp(field->key, "key") == 0)
        step->key = form_text(draft->form, field);
    else if (strcmp(field->key, "note") == 0)
        step->note = form_text(draft->form, field);
    else if (strcmp(field->key, "timeout") == 0)
        step->timeout_ms = form_duration(draft->form, field);
    else if (strcmp(field->key, "lease") == 0 && (step->lease_ms = form_duration(draft->form, field)) > 0)
        step->lease = value_text(field->value);
    else if (strcmp(field->key, "within") == 0)
        step->within_ms = form_duration(draft->form, field);
    else if (strcmp(field->key, "clause") == 0) {
        const char **clauses = form_words(draft->form, field, &step->clause_pos);
        step->clauses = clauses != NULL ? clauses : step->clauses;
    }
}

static void read_to(struct draft *draft, const struct value_field *field)
{
    draft->step->to = form_text(draft->form, field);
    if (draft->step->to != NULL && strstr(draft->step->to, "${") != NULL)
        form_error(draft->form, E_CHECK, value_pos(field->value),
                   "'to' names a role or person; it holds no ${…}");
}

static const char *const on_error_words[] = {"stop", "continue", "ask", "undo", NULL};

static void read_on_error(struct draft *draft, const struct value_field *field)
{
    draft->step->on_error = (enum on_error)(form_word(draft->form, field, on_error_words) + 1);
}

static struct value *holds_on_error(struct arena *arena)
{
    return holds_word(arena, on_error_words);
}

static void read_retry(struct draft *draft, const struct value_field *field)
{
    static const char *const known[] = {"attempts", "backoff", NULL};
    if (!value_is(field->value, VALUE_MAP)) {
        err_hint(form_error(draft->form, E_TYPE, value_pos(field->value), "'retry' must be a mapping"),
                 "write {attempts: 5, backoff: 2s}");
        return;
    }
    for (size_t i = 0; i < field->value->count; i++) {
        const struct value_field *member = &field->value->fields[i];
        if (strcmp(member->key, "attempts") == 0)
            draft->step->attempts = form_count(draft->form, member, STEP_MAX_ATTEMPTS);
        else if (strcmp(member->key, "backoff") == 0)
            draft->step->backoff_ms = form_duration(draft->form, member);
        else
            form_unknown(draft->form, member, "'retry'", known);
    }
}

static struct value *holds_retry(struct arena *arena)
{
    struct value *members = value_map(arena);
    value_put(arena, members, "attempts", holds_count(arena, STEP_MAX_ATTEMPTS));
    value_put(arena, members, "backoff", holds_duration(arena));
    return holds_object(arena, members);
}

static void read_text(struct draft *draft, const struct value_field *field)
{
    if (draft->form->reader.functions && value_is(field->value, VALUE_MAP))
        draft->step->text = template_parse(&draft->form->reader, field->value);
    else if (form_text(draft->form, field) != NULL) {
        draft->step->text = template_parse(&draft->form->reader, field->value);
        template_warn_cut(&draft->form->reader, field->value);
    }
}

static const struct template *read_map(struct form *form, const struct value_field *field)
{
    if (value_is(field->value, VALUE_MAP))
        return template_parse_map(&form->reader, field->value);
    form_error(form, E_TYPE, value_pos(field->value), "'%s' must be a mapping from names to values, not %s",
               field->key, value_kind_name(field->value));
    return NULL;
}

static void read_do(struct draft *draft, const struct value_field *field)
{
    draft->step->primitive = form_text(draft->form, field);
    draft->step->primitive_pos = value_pos(field->value);
}

static void read_with(struct draft *draft, const struct value_field *field)
{
    draft->step->with = read_map(draft->form, field);
}

static const struct template *read_names(struct form *form, const struct value_field *field)
{
    const struct template *names = read_map(form, field);
    for (size_t i = 0; value_is(field->value, VALUE_MAP) && i < value_count(field->value); i++) {
        const struct value_field *member = &field->value->fields[i];
        if (strcmp(member->key, "status") == 0 || strcmp(member->key, "reason") == 0)
            form_error(form, E_CHECK, value_key_pos(member->value), "every step has a '%s' of its own",
                       member->key);
        else
            form_check_key(form, member);
    }
    return names;
}

static void read_let(struct draft *draft, const struct value_field *field)
{
    draft->step->let = read_names(draft->form, field);
}

void keys_add_returns(struct form *form, struct step_list *list, const struct value_field *field)
{
    static const char *no_clauses[] = {NULL};
    static const char id[] = "returns";
    for (size_t i = 0; i < form->step_count; i++)
        if (text_is(form->steps[i]->id, id))
            form_error(form, E_CHECK, form->steps[i]->pos,
                       "a playbook with 'returns' has no step of that name besides");
    struct step *step = ARENA_NEW(form->arena, struct step);
    struct value *written = value_map(form->arena);
    value_put_text(form->arena, written, "id", id);
    value_put(form->arena, written, step_kind_word(STEP_LET), field->value);
    *step = (struct step){.kind = STEP_LET,
                          .id = id,
                          .written = written,
                          .pos = value_key_pos(field->value),
                          .at_once = 1,
                          .attempts = 1,
                          .clauses = no_clauses,
                          .let = read_names(form, field)};
    const struct step **items = ARENA_ARRAY(form->arena, const struct step *, list->count + 1);
    for (size_t i = 0; i < list->count; i++)
        items[i] = list->items[i];
    items[list->count++] = step;
    list->items = items;
    form->step_count++;
}

static void read_call(struct draft *draft, const struct value_field *field)
{
    struct form *form = draft->form;
    draft->step->callee = form_text(form, field);
    draft->step->callee_pos = value_pos(field->value);
    form->calls = arena_room(form->arena, form->calls, form->call_count, sizeof *form->calls);
    form->calls[form->call_count++] = draft->step;
}

static void read_lua(struct draft *draft, const struct value_field *field)
{
    draft->step->script = template_parse_script(&draft->form->reader, field->value);
}

static void read_steps(struct draft *draft, const struct value_field *field)
{
    draft->step->steps = step_parse_list(draft->form, field);
}

static void read_parallel(struct draft *draft, const struct value_field *field)
{
    if (draft->step->kind == STEP_PARALLEL)
        read_steps(draft, field);
    else
        draft->step->at_once = form_count(draft->form, field, STEP_MAX_AT_ONCE);
}

static void read_choices(struct draft *draft, const struct value_field *field)
{
    struct src_pos *positions;
    const char **choices = form_words(draft->form, field, &positions);
    size_t count = 0;
    if (value_count(field->value) > ASK_MAX_CHOICES) {
        form_error(draft->form, E_LIMIT, value_pos(field->value), "a question has at most %d choices",
                   ASK_MAX_CHOICES);
        return;
    }
    for (; choices != NULL && choices[count] != NULL; count++)
        for (size_t i = 0; i < count; i++)
            if (strcmp(choices[i], choices[count]) == 0)
                form_error(draft->form, E_CHECK, positions[count], "the choice '%.60s' stands twice",
                           choices[i]);
    if (choices != NULL && count < 2)
        form_error(draft->form, E_CHECK, value_pos(field->value), "a question needs two choices at least");
    draft->step->choices = choices;
}

void keys_add_case(struct draft *draft, const struct value_field *field, const char *value)
{
    struct step *step = draft->step;
    struct choose_case *cases =
        arena_room(draft->form->arena, step->cases, step->case_count, sizeof *step->cases);
    cases[step->case_count] = (struct choose_case){value, value_key_pos(field->value), {0}};
    cases[step->case_count++].steps = step_parse_list(draft->form, field);
    step->cases = cases;
}

static void read_cases(struct draft *draft, const struct value_field *field)
{
    if (!value_is(field->value, VALUE_MAP) || field->value->count == 0)
        form_error(draft->form, E_TYPE, value_pos(field->value),
                   "'cases' must be a mapping from values to lists of steps");
    for (size_t i = 0; value_is(field->value, VALUE_MAP) && i < field->value->count; i++)
        keys_add_case(draft, &field->value->fields[i], field->value->fields[i].key);
}

static void read_choose(struct draft *draft, const struct value_field *field)
{
    draft->step->choose = template_parse_expr(&draft->form->reader, field->value);
}

static void read_otherwise(struct draft *draft, const struct value_field *field)
{
    if (draft->step->kind == STEP_ASK)
        draft->step->otherwise = form_text(draft->form, field);
    // of a choose: last, whatever its place in the file (finish_choose)
}

const struct key keys_of_step[] = {
    {"id", KINDS_ALL, read_id, holds_name, "what other steps and the command line call it"},
    {"when", KINDS_ALL, read_modifier, holds_expr, "an expression: the step is skipped where it is false"},
    {"for_each", KINDS_LOOP, read_modifier, holds_expr, "an expression: a list, once for each entry"},
    {"as", KINDS_LOOP, read_modifier, holds_name, "what the entry is called; item where nothing is said"},
    {"key", KINDS_LOOP, read_modifier, holds_text, "the field of an entry that names it in paths"},
    {"do", KIND(STEP_DO), read_do, holds_primitive, "the primitive to call"},
    {"with", KIND(STEP_DO) | KIND(STEP_CALL), read_with, holds_map, "its parameters"},
    {"ask", KIND(STEP_ASK), read_text, holds_text, "a question that a person decides"},
    {"choices", KIND(STEP_ASK) | NEEDED, read_choices, holds_choices, "the answers there are"},
    {"otherwise", KIND(STEP_ASK) | KIND(STEP_CHOOSE), read_otherwise, holds_otherwise,
     "ask: the answer that is assumed when nobody gives one in time; choose: the steps for all other values"},
    {"within", KINDS_PERSON | ALONE, read_modifier, holds_duration, "how long a person is waited for"},
    {"to", KINDS_PERSON | ALONE, read_to, holds_text, "the role or person whose affair it is"},
    {"task", KIND(STEP_TASK), read_text, holds_text, "what a person has to do and to attest"},
    {"let", KIND(STEP_LET), read_let, holds_map, "names and the values that they get"},
    {"steps", KIND(STEP_GROUP), read_steps, holds_steps, "steps one after the other"},
    {"choose", KIND(STEP_CHOOSE), read_choose, holds_expr,
     "an expression: its value chooses among the cases"},
    {"cases", KIND(STEP_CHOOSE) | NEEDED, read_cases, holds_cases, "values, and the steps for each"},
    {"parallel", KINDS_LOOP, read_parallel, holds_parallel,
     "steps side by side; with for_each a number: how many entries at once"},
    {"call", KIND(STEP_CALL), read_call, holds_text, "another playbook: NAME or NAME@VERSION"},
    {"lua", KIND(STEP_LUA), read_lua, holds_text, "a script that may call primitives"},
    {"end", KIND(STEP_END), read_text, holds_text, "the run is over, and why"},
    {"fail", KIND(STEP_FAIL), read_text, holds_text, "the run fails, and why"},
    {"retry", KINDS_WORK | ALONE, read_retry, holds_retry, "how often to try again, and after how long"},
    {"timeout", KINDS_WORK | ALONE, read_modifier, holds_duration, "how long it may take"},
    {"lease", KINDS_LEASE | ALONE, read_modifier, holds_duration, "how long what it changes lasts"},
    {"on_error", KINDS_FAIL | ALONE, read_on_error, holds_on_error,
     "what becomes of the run when the step fails"},
    {"clause", KINDS_ALL | ALONE, read_modifier, holds_clauses,
     "the clauses of the procedure that it carries out"},
    {"note", KINDS_ALL | ALONE, read_modifier, holds_text, "what people should know of it"},
    {NULL, 0, NULL, NULL, NULL},
};
enum { KEY_COUNT = sizeof keys_of_step / sizeof keys_of_step[0] - 1 };

bool keys_belong(const struct key *key, enum step_kind kind)
{
    return key->kinds & KIND(kind);
}

bool keys_needed(const struct key *key, enum step_kind kind)
{
    return (key->kinds & NEEDED) && keys_belong(key, kind);
}

const struct value *keys_mend(struct form *form, const struct value *map)
{
    const char *names[KEY_COUNT + 1] = {NULL};
    for (size_t i = 0; i < KEY_COUNT; i++)
        names[i] = keys_of_step[i].name;
    return form_mend(form, map, "a step", names);
}

void keys_read(struct draft *draft, const struct value_field *field)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        size_t so_far = form_mistakes(draft->form);
        if (!text_is(keys_of_step[i].name, field->key))
            continue;
        if (keys_belong(&keys_of_step[i], draft->step->kind))
            keys_of_step[i].read(draft, field);
        else
            form_error(draft->form, E_CHECK, value_key_pos(field->value),
                       "'%s' does not belong to a step with '%s'", field->key,
                       step_kind_word(draft->step->kind));
        if (keys_of_step[i].kinds & ALONE)
            draft->form->mended += form_mistakes(draft->form) - so_far;
        return;
    }
}

void keys_need(struct draft *draft, const struct value *map)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys_needed(&keys_of_step[i], draft->step->kind) && value_get(map, keys_of_step[i].name) == NULL)
            form_error(draft->form, E_MISSING, value_pos(map), "a step with '%s' needs '%s'",
                       step_kind_word(draft->step->kind), keys_of_step[i].name);
}
