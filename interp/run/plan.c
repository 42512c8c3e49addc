// Plans. The gate is no part of this: a plan only narrows what a live run does. Invariant: a run that is held
// to a plan makes no change that was not shown.
#include "run/plan.h"

#include <string.h>

#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "run/effect.h"
#include "run/run.h"

void plan_keep(struct instance *instance)
{
    struct run *run = instance->run;
    if (run->plan == NULL)
        run->plan = value_list(run->arena);
    value_append(run->arena, run->plan, effect_as_planned(instance));
}

// {"$unknown": why} or {"$secret": mac}, as JSON has them, or the thing itself.
static bool is_open(const struct value *value)
{
    return value_is(value, VALUE_UNKNOWN) || value_is(value, VALUE_SECRET) ||
           (value_is(value, VALUE_MAP) && value->count == 1 &&
            (strcmp(value->fields[0].key, "$unknown") == 0 || strcmp(value->fields[0].key, "$secret") == 0));
}

// The same, or the same addresses: a service shows 203.0.113.7, which it was given, as 203.0.113.7/32.
static bool is_same(const struct value *planned, const struct value *now)
{
    struct cidr one, other;
    const char *then = value_text(planned), *text = value_text(now);
    return value_equal(planned, now) ||
           (then != NULL && text != NULL && schema_parse_cidr(then, &one) &&
            schema_parse_cidr(text, &other) && schema_cidr_contains(&one, &other) &&
            schema_cidr_contains(&other, &one));
}

bool plan_fits(const struct value *planned, const struct value *now)
{
    if (is_open(planned))
        return true;
    if (value_is(planned, VALUE_MAP)) {
        if (!value_is(now, VALUE_MAP) || planned->count != now->count)
            return false;
        for (size_t i = 0; i < planned->count; i++) {
            const struct value *other = value_get(now, planned->fields[i].key);
            if (other == NULL || !plan_fits(planned->fields[i].value, other))
                return false;
        }
        return true;
    }
    if (!value_is(planned, VALUE_LIST))
        return is_same(planned, now);
    bool fits = value_is(now, VALUE_LIST) && planned->count == now->count;
    for (size_t i = 0; fits && i < planned->count; i++)
        fits = plan_fits(planned->items[i], now->items[i]);
    return fits;
}

bool plan_allows(struct instance *instance)
{
    static const char *const members[] = {"primitive", "resource", "before", "after", "requests"};
    const struct value *plan = instance->run->request.plan;
    if (plan == NULL)
        return true;
    const struct value *now = effect_as_planned(instance);
    for (size_t i = 0; i < value_count(plan); i++) {
        const struct value *planned = value_item(plan, i);
        if (!text_same(value_text_at(planned, "path"), instance->path))
            continue;
        bool fits = true;
        for (size_t k = 0; fits && k < sizeof members / sizeof *members; k++)
            // of a moment only that it comes: it is that of the run
            fits = (instance->primitive->since_moment && strcmp(members[k], "after") == 0) ||
                   plan_fits(value_get(planned, members[k]), value_get(now, members[k]));
        return fits;
    }
    return false;
}
