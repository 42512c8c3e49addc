// Splits texts into constants and holes. The end of a hole is found by the expression's own lexer
// (mention.h), so braces and quotes inside it are no trouble. Invariant: every expression has its own slot.
#include "playbook/template.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "playbook/mention.h"
#include "playbook/script.h"

static const struct template *constant(struct template_reader *reader, const struct value *value)
{
    struct template *template = ARENA_NEW(reader->arena, struct template);
    *template = (struct template){.kind = TEMPLATE_CONSTANT, .pos = value_pos(value), .constant = value};
    return template;
}

static struct expr *new_expr(struct template_reader *reader, struct src_pos pos)
{
    struct expr *expr = ARENA_NEW(reader->arena, struct expr);
    expr->pos = pos;
    expr->slot = reader->slots++;
    return expr;
}

static const struct template *expression(struct template_reader *reader, const struct expr *expr)
{
    struct template *template = ARENA_NEW(reader->arena, struct template);
    *template = (struct template){.kind = TEMPLATE_EXPR, .pos = expr->pos, .expr = expr};
    return template;
}

// In the place of one that is wrong, so that the rest of the playbook can be looked at.
static const struct expr *nothing(struct template_reader *reader, struct src_pos pos, const struct err *err)
{
    struct expr *expr = new_expr(reader, pos);
    expr->source = "nil";
    err_list_append(reader->errors, err);
    reader->wrong++;
    return expr;
}

// {"$function": n}, or NULL.
static const struct expr *function(struct template_reader *reader, const struct value *value)
{
    const struct value *reference = value_get(value, "$function");
    if (!reader->functions || value_count(value) != 1 || !value_is(reference, VALUE_INT))
        return NULL;
    struct expr *expr = new_expr(reader, value_pos(value));
    expr->function_ref = reference;
    return expr;
}

// A text being split: the parts so far, and the constant text since the last hole.
struct split {
    struct template_reader *reader;
    const struct value *value;
    struct place place;
    struct text text;
    const struct template **parts;
    size_t count, holes;
};

static void add_part(struct split *split, const struct template *part)
{
    split->parts = arena_room(split->reader->arena, split->parts, split->count, sizeof *split->parts);
    split->parts[split->count++] = part;
}

static void end_text(struct split *split)
{
    if (split->text.length == 0)
        return;
    struct value *text = value_like(split->reader->arena, VALUE_STRING, split->value);
    text->text = split->text.ptr;
    add_part(split, constant(split->reader, text));
    split->text = text_new(split->reader->arena);
}

// Reads the hole whose expression begins at *offset; *offset then stands behind its "}".
static bool read_hole(struct split *split, size_t *offset, struct err *err)
{
    struct template_reader *reader = split->reader;
    struct mention_source source = {.arena = reader->arena,
                                    .place = &split->place,
                                    .text = split->value->text,
                                    .offset = *offset,
                                    .hole = true};
    if (++split->holes > TEMPLATE_MAX_HOLES)
        return err_set_at(err, E_LIMIT, value_pos(split->value), "more than %d expressions in one text",
                          TEMPLATE_MAX_HOLES);
    struct expr *expr = new_expr(reader, value_pos(split->value));
    if (!mention_read(&source, expr, err))
        return false;
    end_text(split);
    add_part(split, expression(reader, expr));
    *offset = source.offset + 1;
    return true;
}

static const struct template *parse_text(struct template_reader *reader, const struct value *value)
{
    struct err err = {0};
    const char *text = value->text;
    if (strstr(text, "${") == NULL)
        return constant(reader, value);
    struct split split = {.reader = reader, .value = value, .text = text_new(reader->arena)};
    split.place = place_of_value(reader->arena, &reader->lines, value);
    for (size_t i = 0; text[i] != '\0';) {
        if (text_starts(text + i, "$${")) {
            text_add(&split.text, "${");
            i += 3;
        } else if (text_starts(text + i, "${")) {
            i += 2;
            if (!read_hole(&split, &i, &err))
                return expression(reader, nothing(reader, value_pos(value), &err));
        } else {
            text_addc(&split.text, text[i++]);
        }
    }
    end_text(&split);
    if (split.count == 1)
        return split.parts[0];
    struct template *template = ARENA_NEW(reader->arena, struct template);
    *template = (struct template){
        .kind = TEMPLATE_TEXT, .pos = value_pos(value), .parts = split.parts, .count = split.count};
    return template;
}

// The entries of a list or map; folds to the constant itself where none holds an expression.
static const struct template *parse_entries(struct template_reader *reader, const struct value *value,
                                            bool fold)
{
    bool is_map = value->kind == VALUE_MAP;
    size_t count = value_count(value);
    struct template *template = ARENA_NEW(reader->arena, struct template);
    *template = (struct template){
        .kind = is_map ? TEMPLATE_MAP : TEMPLATE_LIST, .pos = value_pos(value), .count = count};
    template->parts = ARENA_ARRAY(reader->arena, const struct template *, count);
    if (is_map) {
        template->keys = ARENA_ARRAY(reader->arena, const char *, count);
        template->key_pos = ARENA_ARRAY(reader->arena, struct src_pos, count);
    }
    for (size_t i = 0; i < count; i++) {
        const struct value *item = is_map ? value->fields[i].value : value->items[i];
        if (is_map) {
            template->keys[i] = value->fields[i].key;
            template->key_pos[i] = value_key_pos(value->fields[i].value);
        }
        template->parts[i] = template_parse(reader, item);
        fold = fold && template->parts[i]->constant == item;
    }
    return fold ? constant(reader, value) : template;
}

const struct template *template_parse(struct template_reader *reader, const struct value *value)
{
    const struct expr *expr = function(reader, value);
    if (expr != NULL)
        return expression(reader, expr);
    if (value->kind == VALUE_STRING)
        return parse_text(reader, value);
    if (value->kind == VALUE_LIST || value->kind == VALUE_MAP)
        return parse_entries(reader, value, true);
    return constant(reader, value);
}

void template_warn_cut(struct template_reader *reader, const struct value *value)
{
    struct place place = place_of_value(reader->arena, &reader->lines, value);
    struct src_pos end = place_at(&place, value_text(value) == NULL ? 0 : strlen(value_text(value)));
    if (place.lost || place.style != PLACE_PLAIN)
        return;
    size_t blanks = strspn(place.source, " ");
    const char *hash = place.source + blanks;
    if (hash[0] != '#' || strchr("# \t\r\n", hash[1]) != NULL)
        return;
    end.column += (int)blanks;
    err_hint(err_list_add(reader->errors, ERR_WARNING, E_CHECK, end,
                          "the text ends before this: for YAML it is a comment"),
             "a text with ' #' in it is written in quotes");
}

const struct template *template_parse_map(struct template_reader *reader, const struct value *map)
{
    return parse_entries(reader, map, false);
}

const struct expr *template_parse_expr(struct template_reader *reader, const struct value *value)
{
    const struct expr *function_expr = function(reader, value);
    if (function_expr != NULL)
        return function_expr;
    struct err err = {0};
    const char *text = value_text(value) != NULL ? value_text(value) : value_source(value);
    if (text == NULL && value->kind == VALUE_BOOL)
        text = value->flag ? "true" : "false";
    if (text == NULL || value->kind == VALUE_NULL) {
        err_set_at(&err, E_TYPE, value_pos(value), "an expression is wanted here, not %s",
                   value_kind_name(value));
        if (value->kind == VALUE_NULL)
            err_hint(&err, "in YAML ' #' begins a comment: quote an expression that has one");
        return nothing(reader, value_pos(value), &err);
    }
    struct expr *expr = new_expr(reader, value_pos(value));
    struct place place = place_of_value(reader->arena, &reader->lines, value);
    struct mention_source source = {.arena = reader->arena, .place = &place, .text = text};
    return mention_read(&source, expr, &err) ? expr : nothing(reader, expr->pos, &err);
}

const struct expr *template_parse_script(struct template_reader *reader, const struct value *value)
{
    const struct expr *function_expr = function(reader, value);
    if (function_expr != NULL)
        return function_expr;
    if (value_text(value) == NULL) {
        err_list_add(reader->errors, ERR_ERROR, E_TYPE, value_pos(value), "Lua text is wanted here, not %s",
                     value_kind_name(value));
        return NULL;
    }
    struct expr *expr = new_expr(reader, value_pos(value));
    struct place place = place_of_value(reader->arena, &reader->lines, value);
    expr->source = value->text;
    expr->pos = place_at(&place, 0);
    script_scan(reader->arena, &place, expr);
    return expr;
}
