// Parameters: they exist, the needed ones are there, constants fit their type, and so do expressions that are
// one path of a known type. Not for values that only a run knows. Invariant: a type that is not known never
// fails.
#include "playbook/with.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/guard.h"
#include "playbook/mention.h"
#include "playbook/scope.h"

static bool is_text(enum schema_kind kind)
{
    return kind == SCHEMA_STRING || kind == SCHEMA_ID || kind == SCHEMA_GUID || kind == SCHEMA_IP ||
           kind == SCHEMA_CIDR || kind == SCHEMA_UPN || kind == SCHEMA_EMAIL || kind == SCHEMA_NAME ||
           kind == SCHEMA_VERSION || kind == SCHEMA_URL || kind == SCHEMA_TIME || kind == SCHEMA_DURATION ||
           kind == SCHEMA_ENUM;
}

static bool is_list(enum schema_kind kind)
{
    return kind == SCHEMA_LIST || kind == SCHEMA_SET;
}

static bool is_map(enum schema_kind kind)
{
    return kind == SCHEMA_RECORD || kind == SCHEMA_MAP;
}

// May a value of type `given` be one of type `wanted`? False only when it never can.
static bool may_fit(const struct schema *wanted, const struct schema *given)
{
    enum schema_kind w = wanted->kind, g = given->kind;
    if (w == SCHEMA_ANY || g == SCHEMA_ANY || w == g)
        return !is_list(w) || wanted->of == NULL || given->of == NULL || may_fit(wanted->of, given->of);
    if (is_list(w) && is_list(g))
        return wanted->of == NULL || given->of == NULL || may_fit(wanted->of, given->of);
    if (is_map(w) && is_map(g))
        return true;
    if (is_text(w) && is_text(g)) {
        bool loose = w == SCHEMA_STRING || g == SCHEMA_STRING || w == SCHEMA_ENUM || g == SCHEMA_ENUM;
        bool address = (w == SCHEMA_CIDR && g == SCHEMA_IP) || (w == SCHEMA_IP && g == SCHEMA_CIDR);
        bool mail = (w == SCHEMA_UPN && g == SCHEMA_EMAIL) || (w == SCHEMA_EMAIL && g == SCHEMA_UPN);
        return loose || address || mail;
    }
    return (w == SCHEMA_NUMBER && g == SCHEMA_INT) || (w == SCHEMA_INT && g == SCHEMA_NUMBER);
}

static const char *described(struct check *check, const struct schema *schema)
{
    if (is_list(schema->kind) && schema->of != NULL)
        return arena_printf(check->arena, "%s of %s", schema_word(schema), schema_word(schema->of));
    return schema_word(schema);
}

bool with_says_which(const struct schema *wanted)
{
    for (size_t i = 0; wanted != NULL && wanted->kind == SCHEMA_RECORD && i < wanted->field_count; i++)
        if (with_says_which(wanted->fields[i].schema))
            return true;
    if (wanted == NULL || !is_text(wanted->kind))
        return wanted != NULL && with_says_which(wanted->of);
    return wanted->kind != SCHEMA_STRING && wanted->kind != SCHEMA_ENUM;
}

// What a script gives is free text if the script reads some, also what has nothing to do with it.
static const char *script_hint(struct check *check, const struct mention *free)
{
    const struct visible *visible = free == NULL ? NULL : scope_find(check, free->root);
    const struct step *step = visible == NULL ? NULL : visible->step;
    const struct mention *read =
        step == NULL || step->kind != STEP_LUA ? NULL : scope_free(check, step->script);
    return read == NULL ? ""
                        : arena_printf(check->arena, ", or read '%s' in a script of its own",
                                       mention_text(check->arena, read));
}

// Would free text come to stand where `wanted` says which, be it in a part of what is given whole?
static bool brings_free(const struct schema *wanted, const struct schema *given)
{
    bool records = wanted->kind == SCHEMA_RECORD && given->kind == SCHEMA_RECORD;
    if (given->free || !(records || (wanted->of != NULL && given->of != NULL)))
        return scope_is_free(given) && with_says_which(wanted);
    for (size_t i = 0; records && i < wanted->field_count; i++) {
        const struct schema *part = schema_field(given, wanted->fields[i].name);
        if (part != NULL && brings_free(wanted->fields[i].schema, part))
            return true;
    }
    return !records && brings_free(wanted->of, given->of);
}

// What an attacker may have written is shown and searched, but never says which resource or person is meant.
static bool is_free(struct check *check, const struct expr *expr, const struct schema *wanted,
                    const struct schema *given, const char *what)
{
    if (given == NULL || wanted == NULL || !brings_free(wanted, given))
        return false;
    err_hint(err_list_add(check->errors, ERR_ERROR, E_TYPE, expr->pos,
                          "%s is %s, and '%s' is %sfree text, which an attacker may have written", what,
                          described(check, wanted), expr->source,
                          given->kind == SCHEMA_STRING ? "" : "made of "),
             "take it from a field that holds one, such as alert.resource.id or alert.actor.object_id%s",
             script_hint(check, scope_free(check, expr)));
    return true;
}

static void check_expr(struct check *check, const struct template *template, const struct schema *schema,
                       const char *what)
{
    const struct schema *given = guard_check(
        check, template->expr, schema != NULL && !schema->optional ? GUARD_NEEDED : GUARD_ALLOWED);
    if (given == NULL || schema == NULL || is_free(check, template->expr, schema, given, what) ||
        may_fit(schema, given))
        return;
    struct err *err =
        err_list_add(check->errors, ERR_ERROR, E_TYPE, template->expr->pos, "%s is %s, but '%s' is %s", what,
                     described(check, schema), template->expr->source, described(check, given));
    if (is_list(schema->kind) && !is_list(given->kind))
        err_hint(err, "write a list: [\"${%s}\"]", template->expr->source);
}

static bool is_root(const struct check *check, const char *name)
{
    static const char *const roots[] = {"alert", "params", "run", NULL};
    return text_is_one_of(name, roots) || scope_find(check, name) != NULL;
}

// What other languages write for ${…} stays in a text as it is.
static void check_plain(struct check *check, const struct template *template)
{
    const char *text = value_text(template->constant), *open = text == NULL ? NULL : strstr(text, "{{");
    bool foreign = open != NULL && strstr(open, "}}") != NULL;
    for (const char *at = text; at != NULL && !foreign && (at = strchr(at, '$')) != NULL;) {
        size_t length = strspn(++at, "abcdefghijklmnopqrstuvwxyz0123456789_");
        foreign = at[length] == '.' && is_root(check, arena_strndup(check->arena, at, length));
    }
    if (foreign)
        err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, template->pos,
                              "this stays in the text as it is written: %s", open != NULL ? "{{…}}" : "$…"),
                 "an expression in a text is written ${…}");
}

// A text that is what an expression would be, without its ${…}: a path such as alert.ip or vault.id or, where
// a value of a parameter stands, the name of a loop's item.
static bool is_bare(const struct check *check, const struct template *template, const struct schema *schema)
{
    const char *text = value_text(template->constant);
    size_t length = text == NULL ? 0 : strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (length == 0 || text[length + strspn(text + length, "abcdefghijklmnopqrstuvwxyz0123456789_.")] != '\0')
        return false;
    const char *root = arena_strndup(check->arena, text, length);
    const struct visible *visible = scope_find(check, root);
    if (text[length] == '.')
        return text[length + 1] != '\0' && is_root(check, root);
    return schema != NULL && schema->kind != SCHEMA_ENUM && visible != NULL && visible->step == NULL;
}

static void check_bare(struct check *check, const struct template *template, const struct schema *schema)
{
    if (!is_bare(check, template, schema))
        return;
    const char *text = value_text(template->constant);
    err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, template->pos,
                          "this is the text '%s', not what that name stands for", text),
             "write \"${%s}\"", text);
}

// An expression among words; its type, or NULL.
static const struct schema *check_in_text(struct check *check, const struct expr *expr)
{
    const struct schema *given = guard_check(check, expr, GUARD_TEXT);
    if (given == NULL || !(is_list(given->kind) || is_map(given->kind)))
        return given;
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_TYPE, expr->pos, "%s cannot stand in a text",
                                   scope_type_name(given));
    if (is_list(given->kind) && (given->of == NULL || !is_map(given->of->kind)))
        err_hint(err, "write ${text.join(%s, ', ')}", expr->source);
    else if (is_list(given->kind))
        err_hint(err, "write ${text.join(list.pluck(%s, 'FIELD'), ', ')}", expr->source);
    else
        err_hint(err, "choose a field of it");
    return NULL;
}

static void check_value(struct check *check, const struct template *template, const struct schema *schema,
                        const char *what);

static void check_entries(struct check *check, const struct template *template, const struct schema *schema,
                          const char *what)
{
    bool list = template->kind == TEMPLATE_LIST;
    if (schema != NULL && schema->kind != SCHEMA_ANY &&
        !(list ? is_list(schema->kind) : is_map(schema->kind))) {
        err_list_add(check->errors, ERR_ERROR, E_TYPE, template->pos, "%s is %s, not a %s", what,
                     schema_word(schema), list ? "list" : "record");
        schema = NULL;
    }
    for (size_t i = 0; i < template->count; i++) {
        const struct schema *of = schema == NULL ? NULL : schema->of;
        if (schema != NULL && schema->kind == SCHEMA_RECORD && !list && schema->field_count > 0) {
            of = schema_field(schema, template->keys[i]);
            if (of == NULL)
                err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, template->key_pos[i],
                             "%s takes no '%.60s'", what, template->keys[i]);
        }
        check_value(check, template->parts[i], of,
                    list ? arena_printf(check->arena, "item %zu of %s", i + 1, what)
                         : arena_printf(check->arena, "'%s' of %s", template->keys[i], what));
    }
}

static void check_value(struct check *check, const struct template *template, const struct schema *schema,
                        const char *what)
{
    struct err err = {0};
    switch (template->kind) {
    case TEMPLATE_CONSTANT:
        check_plain(check, template);
        if (schema == NULL || schema_check(check->arena, schema, template->constant, what, &err) != NULL) {
            check_bare(check, template, schema);
            return;
        }
        if (is_bare(check, template, schema))
            err_hint(&err, "write \"${%s}\"", value_text(template->constant));
        err_list_append(check->errors, &err);
        return;
    case TEMPLATE_EXPR:
        check_expr(check, template, schema, what);
        return;
    case TEMPLATE_TEXT:
        for (size_t i = 0; i < template->count; i++)
            if (template->parts[i]->kind == TEMPLATE_CONSTANT)
                check_plain(check, template->parts[i]);
            else if (template->parts[i]->kind == TEMPLATE_EXPR)
                (void)is_free(check, template->parts[i]->expr, schema,
                              check_in_text(check, template->parts[i]->expr), what);
        if (schema != NULL && schema->kind != SCHEMA_ANY && !is_text(schema->kind))
            err_hint(err_list_add(check->errors, ERR_ERROR, E_TYPE, template->pos, "%s is %s, not a text",
                                  what, schema_word(schema)),
                     "a value that is one ${…} and nothing else keeps its type");
        return;
    default:
        check_entries(check, template, schema, what);
    }
}

void with_check_template(struct check *check, const struct template *template)
{
    if (template->kind == TEMPLATE_CONSTANT) {
        check_plain(check, template);
        check_bare(check, template, NULL);
    }
    for (size_t i = 0; i < template->count; i++)
        if (template->parts[i]->kind != TEMPLATE_EXPR)
            with_check_template(check, template->parts[i]);
        else if (template->kind == TEMPLATE_TEXT)
            (void)check_in_text(check, template->parts[i]->expr);
        else
            guard_check(check, template->parts[i]->expr, GUARD_ALLOWED);
    if (template->kind == TEMPLATE_EXPR)
        (void)check_in_text(check, template->expr);
}

static void unknown_parameter(struct check *check, const struct step *step,
                              const struct check_primitive *primitive, size_t i)
{
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, step->with->key_pos[i],
                                   "%s has no parameter '%.60s'", primitive->name, step->with->keys[i]);
    const char **names = schema_names(check->arena, primitive->params);
    if (err_suggest(err, step->with->keys[i], names) == NULL && *names != NULL)
        err_hint(err, "its parameters: %s", text_join(check->arena, names, ", "));
}

// By its own name, or by one that was taken for it.
static bool is_given(struct check *check, const struct step *step, const struct check_primitive *primitive,
                     const char *name)
{
    for (size_t i = 0; step->with != NULL && i < step->with->count; i++) {
        const char *key = step->with->keys[i];
        if (text_same(key, name) ||
            (schema_field(primitive->params, key) == NULL &&
             text_same(text_nearest(key, schema_names(check->arena, primitive->params)), name)))
            return true;
    }
    return false;
}

void with_check(struct check *check, const struct step *step, const struct check_primitive *primitive)
{
    for (size_t i = 0; step->with != NULL && i < step->with->count; i++) {
        const char *key = step->with->keys[i];
        const struct schema *schema = primitive == NULL ? NULL : schema_field(primitive->params, key);
        if (primitive != NULL && schema == NULL)
            unknown_parameter(check, step, primitive, i);
        check_value(check, step->with->parts[i], schema,
                    arena_printf(check->arena, "the parameter '%s' of %s", key,
                                 step->kind == STEP_CALL ? step->callee : step->primitive));
    }
    for (size_t i = 0; primitive != NULL && i < primitive->params->field_count; i++) {
        const struct schema_field *field = &primitive->params->fields[i];
        if (!field->schema->optional && !is_given(check, step, primitive, field->name))
            err_hint(err_list_add(check->errors, ERR_ERROR, E_MISSING,
                                  step->kind == STEP_CALL ? step->callee_pos : step->primitive_pos,
                                  "%s needs the parameter '%s'", primitive->name, field->name),
                     "%s: %s", field->name,
                     field->schema->help != NULL ? field->schema->help : schema_word(field->schema));
    }
}
