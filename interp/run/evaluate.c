// Expressions and templates, evaluated where an instance stands. Not for what follows from them.
// Invariant: a false return has ended the instance: as unknown, or as failed with the place of the mistake.
#include "run/evaluate.h"

#include <string.h>

#include "base/text.h"
#include "run/instance.h"
#include "run/prepare.h"

// Bytes of what a person reads: were each of them escaped, they would still fit into a line of the trail.
enum { MOST_TEXT = 8 * 1024 };

// Names: alert, params, run, then frames from the inside out.
static const struct value *find_name(void *context, const char *root)
{
    struct instance *instance = context;
    struct run *run = instance->run;
    for (const struct frame *frame = instance->frame; frame != NULL; frame = frame->outer) {
        const struct value *found = value_get(frame->names, root);
        if (found != NULL)
            return found;
    }
    if (strcmp(root, "alert") == 0)
        return run->alert;
    if (strcmp(root, "params") == 0)
        return run->request.params;
    return strcmp(root, "run") == 0 ? run->facts : NULL;
}

void evaluate_bind(struct instance *instance)
{
    instance->scope = (struct vm_scope){instance, find_name};
}

bool evaluate_expr(struct instance *instance, const struct expr *expr, const struct value **out)
{
    struct run *run = instance->run;
    struct err err = {0};
    evaluate_bind(instance);
    switch (vm_eval(run_config(run)->vm, &run->vm_run, run->request.playbook->program, expr, &instance->scope,
                    out, &err)) {
    case EVAL_VALUE:
        return true;
    case EVAL_UNKNOWN:
        instance_unknown(instance, *out);
        return false;
    case EVAL_FAILED:
        break;
    }
    instance_fail(instance, &err);
    return false;
}

// How a value stands in a text.
static bool add_text(struct instance *instance, struct text *out, const struct value *value,
                     struct src_pos pos)
{
    struct err err = {0};
    switch (value == NULL ? VALUE_NULL : value->kind) {
    case VALUE_STRING:
        text_add(out, value->text);
        return true;
    case VALUE_INT:
        text_add_int(out, value->integer);
        return true;
    case VALUE_NUMBER:
        text_addf(out, "%.14g", value->number);
        return true;
    case VALUE_BOOL:
        text_add(out, value->flag ? "true" : "false");
        return true;
    default:
        err_set_at(&err, E_TYPE, pos, "%s cannot stand in a text", value_kind_name(value));
        err_hint(&err, "write `or '…'` behind what may be missing, or choose a field of it");
        instance_fail(instance, &err);
        return false;
    }
}

// What comes of a template stands where it does.
static struct value *located(struct arena *arena, enum value_kind kind, const struct template *template)
{
    struct value *value = value_located(arena, kind, &(struct value_place){.pos = template->pos});
    if (kind != VALUE_STRING)
        value_reserve(arena, value, template->count);
    return value;
}

static bool template_text(struct instance *instance, const struct template *template,
                          const struct value **out)
{
    struct run *run = instance->run;
    struct text text = text_new(run->arena);
    for (size_t i = 0; i < template->count; i++) {
        const struct template *part = template->parts[i];
        const struct value *value = part->constant;
        if (part->kind == TEMPLATE_EXPR && !evaluate_expr(instance, part->expr, &value))
            return false;
        if (!add_text(instance, &text, value, part->pos))
            return false;
    }
    struct value *result = located(run->arena, VALUE_STRING, template);
    result->text = text.ptr;
    *out = result;
    return true;
}

bool evaluate_template(struct instance *instance, const struct template *template, const struct value **out)
{
    struct arena *arena = instance->run->arena;
    const struct value *part;
    struct value *whole;
    switch (template->kind) {
    case TEMPLATE_CONSTANT:
        *out = template->constant;
        return true;
    case TEMPLATE_EXPR:
        return evaluate_expr(instance, template->expr, out);
    case TEMPLATE_TEXT:
        return template_text(instance, template, out);
    case TEMPLATE_LIST:
        whole = located(arena, VALUE_LIST, template);
        for (size_t i = 0; i < template->count; i++) {
            if (!evaluate_template(instance, template->parts[i], &part))
                return false;
            value_append(arena, whole, part);
        }
        *out = whole;
        return true;
    case TEMPLATE_MAP:
        whole = located(arena, VALUE_MAP, template);
        for (size_t i = 0; i < template->count; i++) {
            if (!evaluate_template(instance, template->parts[i], &part))
                return false;
            if (!value_is_null(part)) // nil leaves it out
                value_hold(arena, whole, template->keys[i], part);
        }
        *out = whole;
        return true;
    }
    return false;
}

bool evaluate_text(struct instance *instance, const struct template *template, const char **out)
{
    const struct value *value;
    if (!evaluate_template(instance, template, &value))
        return false;
    struct text text = text_new(instance->run->arena);
    if (!add_text(instance, &text, value, template->pos))
        return false;
    if (text.length > MOST_TEXT) { // somebody else may have written most of it
        size_t end = MOST_TEXT;
        while ((text.ptr[end] & 0xC0) == 0x80)
            end--;
        text.length = end;
        text_add(&text, "\xE2\x80\xA6");
    }
    *out = text.ptr;
    return true;
}
