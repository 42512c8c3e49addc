// Groups, branches and loops: explicit frames over instances, advanced part by part. Invariant: a part is
// started from the engine's queue, never from inside the end of another, so that long lists do not grow the C
// stack.
#include "run/flow.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/policy.h"
#include "run/call.h"
#include "run/evaluate.h"
#include "run/instance.h"
#include "run/lease.h"
#include "run/loop.h"
#include "run/recall.h"

enum { MAX_ITEMS = 10000, MAX_NAME = 96 };

static size_t part_count(const struct instance *group)
{
    return group->list != NULL ? group->list->count : value_count(group->items);
}

struct instance *flow_part(struct instance *group, const struct step *step, struct instance *parent)
{
    struct run *run = group->run;
    const char *path = group->step == NULL || *group->path == '\0'
                           ? step->id
                           : arena_printf(run->arena, "%s/%s", group->path, step->id);
    return instance_new(run, parent, step, path, group->inside != NULL ? group->inside : group->frame);
}

// What an item is called by its own name: the text that it is, or the one of its field, the last part of an
// id, with nothing in it that a path or a shell would take for something else. "": it has none.
static void name_item(const struct instance *loop, size_t i, char name[MAX_NAME + 1])
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
    const struct value *item = value_item(loop->items, i);
    const char *text =
        value_text(item) != NULL ? value_text(item) : value_text(value_get(item, loop->step->key));
    size_t length = 0;
    if (text != NULL && *text == '/' && strrchr(text, '/')[1] != '\0')
        text = strrchr(text, '/') + 1;
    for (; text != NULL && text[length] != '\0' && length < MAX_NAME; length++)
        name[length] = strchr(plain, text[length]) == NULL ? '-' : text[length];
    name[length] = '\0';
}

// Where the number of the first item of that name stands, or would.
static size_t *slot_of(const struct instance *loop, const char *name)
{
    size_t slots = 2 * value_count(loop->items), at = (size_t)text_hash(name, strlen(name)) % slots;
    char other[MAX_NAME + 1];
    for (; loop->named_items[at] != 0; at = (at + 1) % slots) {
        name_item(loop, loop->named_items[at] - 1, other);
        if (strcmp(other, name) == 0)
            break;
    }
    return &loop->named_items[at];
}

static void find_named(struct instance *loop)
{
    size_t count = value_count(loop->items);
    char name[MAX_NAME + 1];
    loop->named_items = ARENA_ARRAY(loop->run->arena, size_t, 2 * count);
    for (size_t i = 0; i < count; i++) {
        name_item(loop, i, name);
        size_t *slot = slot_of(loop, name);
        *slot = *slot == 0 ? i + 1 : *slot;
    }
}

// A number changes when something in front of it goes away, and an answer for it would then be one for
// another: a loop with a key has paths that mean the same in every run. Items of one name are told apart by
// their number.
static const char *item_path(struct instance *loop, size_t i)
{
    struct arena *arena = loop->run->arena;
    char name[MAX_NAME + 1] = "";
    if (loop->step->key != NULL)
        name_item(loop, i, name);
    if (*name == '\0')
        return arena_printf(arena, "%s[%zu]", loop->path, i);
    if (loop->named_items == NULL)
        find_named(loop);
    if (*slot_of(loop, name) != i + 1)
        return arena_printf(arena, "%s[%s.%zu]", loop->path, name, i);
    return arena_printf(arena, "%s[%s]", loop->path, name);
}

static struct instance *make_item_part(struct instance *loop, size_t i)
{
    struct run *run = loop->run;
    struct frame *frame = ARENA_NEW(run->arena, struct frame);
    frame->outer = loop->frame;
    frame->names = value_map(run->arena);
    value_put(run->arena, frame->names, loop->step->as != NULL ? loop->step->as : "item",
              value_item(loop->items, i));
    struct instance *item = instance_new(run, loop, loop->step, item_path(loop, i), frame);
    item->is_item = true;
    item->item = i;
    return item;
}

// Steps that will not run are told with the status that decided it, and leave that status as their result.
static void tell_list(struct instance *group, const struct step_list *list, size_t from,
                      enum step_status status, const char *reason)
{
    for (size_t i = from; i < list->count; i++) {
        struct instance *part = flow_part(group, list->items[i], NULL);
        part->status = status;
        part->reason = reason;
        instance_leave_result(part, NULL);
        lease_begin(part);
        if (!recall_told(part))
            instance_tell(part, NULL);
        flow_tell_parts(part);
    }
}

void flow_tell_parts(struct instance *instance)
{
    const struct step *step = instance->step;
    if (instance->started > 0 || step == NULL) // they were started, or told as not reached (tell_unreached)
        return;
    if (step->kind == STEP_GROUP || step->kind == STEP_PARALLEL)
        tell_list(instance, &step->steps, 0, instance->status, instance->reason);
    if (step->kind == STEP_CALL) {
        call_open(instance, &value_null);
        tell_list(instance, &step->called->steps, 0, instance->status, instance->reason);
    }
    for (size_t i = 0; step->kind == STEP_CHOOSE && i < step->case_count; i++)
        tell_list(instance, &step->cases[i].steps, 0, instance->status, instance->reason);
}

static enum step_status unreached_status(struct instance *instance)
{
    bool ended = instance->run->stopping ? instance->run->ended_by_playbook : call_over(instance) != NULL;
    return ended ? STEP_SKIPPED : STEP_UNDECIDED;
}

static const char *unreached_reason(struct instance *instance)
{
    const struct run *run = instance->run;
    const char *why = run->stopping ? run->stop_reason : call_over(instance);
    return arena_printf(run->arena, "not reached: %s", why != NULL ? why : "the run ended");
}

void flow_not_reached(struct instance *instance)
{
    instance_end(instance, unreached_status(instance), unreached_reason(instance), NULL);
}

// A list or loop that is over although parts were not reached. Items are not told one by one: why the others
// were not reached, or NULL.
static const char *tell_unreached(struct instance *group)
{
    size_t left = part_count(group) - group->started;
    if (left == 0)
        return NULL;
    enum step_status status = group->blocked ? group->blocked_as : unreached_status(group);
    const char *why = group->blocked ? group->blocked_why : unreached_reason(group);
    if (status < group->worst)
        group->worst = status;
    if (group->list == NULL)
        return group->started == 0
                   ? why
                   : arena_printf(group->run->arena, "%zu of %zu %s", left, part_count(group), why);
    tell_list(group, group->list, group->started, status, why);
    group->started = group->ended = group->list->count;
    return NULL;
}

// What an item leaves: its record, and for a group the records of the steps in it, which its frame holds.
static const struct value *item_result(const struct instance *item)
{
    struct arena *arena = item->run->arena;
    const struct value *names = item->frame->names;
    if (!value_is(item->result, VALUE_MAP) || value_count(names) <= 1) // the loop variable alone
        return item->result;
    struct value *whole = value_map(arena);
    value_put_all(arena, whole, item->result);
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->fields[i].key, item->step->as) != 0)
            value_put(arena, whole, names->fields[i].key, names->fields[i].value);
    return whole;
}

static const struct value *loop_result(const struct instance *loop)
{
    struct value *list = value_list(loop->run->arena);
    for (const struct instance *item = loop->first; item != NULL; item = item->next)
        value_append(loop->run->arena, list, item_result(item));
    return list;
}

static const struct value *group_result(const struct instance *group)
{
    if (group->list == NULL)
        return loop_result(group);
    return group->inside != NULL ? call_result(group) : NULL;
}

static void end_group(struct instance *group)
{
    const char *unreached = tell_unreached(group);
    bool loop = group->list == NULL;
    group->is_group = true;
    const char *reason = group->worst == STEP_WAITING ? "waits for a person" : unreached;
    if (part_count(group) == 0) {
        group->worst = STEP_SKIPPED;
        reason = loop ? "the list is empty" : NULL;
    }
    instance_end(group, group->worst, reason, group_result(group));
}

// Parts that hold a place. In a loop or side by side, a part that waits for an approval makes room, so that
// one question can show them all; in a sequence, what stands behind it waits as well.
static size_t running(const struct instance *group)
{
    bool sequence = group->list != NULL && group->at_once == 1;
    return group->started - group->ended - (sequence ? 0 : group->parked_parts);
}

bool flow_all_parked(const struct instance *loop)
{
    return running(loop) == 0 && (call_stops(loop) || loop->started == part_count(loop));
}

static void advance(struct instance *group)
{
    struct run *run = group->run;
    if (group->status != STEP_OPEN)
        return;
    while (!call_stops(group) && !group->blocked && group->started < part_count(group) &&
           running(group) < group->at_once) {
        size_t i = group->started++;
        struct instance *part =
            group->list != NULL ? flow_part(group, group->list->items[i], group) : make_item_part(group, i);
        loop_ready(run->engine, part, instance_start);
    }
    if (group->started == group->ended &&
        (call_stops(group) || group->blocked || group->started == part_count(group)))
        end_group(group);
}

static bool may_end(const struct step *step);

static bool list_may_end(const struct step_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (may_end(list->items[i]))
            return true;
    return false;
}

// Does the step hold an `end`, at any depth?
static bool may_end(const struct step *step)
{
    for (size_t i = 0; i < step->case_count; i++)
        if (list_may_end(&step->cases[i].steps))
            return true;
    return step->kind == STEP_END || list_may_end(&step->steps);
}

// Nothing behind the part that ended is started.
static void block(struct instance *group, enum step_status status, const char *why)
{
    group->blocked = true;
    group->blocked_as = status;
    group->blocked_why = why;
}

void flow_part_ended(struct instance *parent, struct instance *part)
{
    parent->ended++;
    // A task that is open holds nothing up; whatever mentions it waits by itself.
    if (part->unattested && parent->worst > STEP_DONE)
        parent->worst = STEP_DONE;
    if (!part->unattested && part->status < parent->worst)
        parent->worst = part->status;
    bool in_sequence = parent->list != NULL && parent->at_once == 1;
    if (in_sequence && part->status == STEP_WAITING && !part->unattested)
        block(parent, STEP_WAITING, "waits for what stands before it");
    if (in_sequence && part->status == STEP_UNDECIDED && may_end(part->step))
        block(parent, STEP_UNDECIDED,
              arena_printf(parent->run->arena, "%s may end the run, and that is not decided", part->path));
    loop_ready(parent->run->engine, parent, advance);
}

void flow_part_parked(struct instance *part, bool parked)
{
    if (part->parent == NULL)
        return;
    part->parent->parked_parts += parked ? 1 : (size_t)-1;
    if (parked)
        loop_ready(part->run->engine, part->parent, advance);
}

void flow_group(struct instance *instance, const struct step_list *list, size_t at_once)
{
    instance->list = list;
    instance->at_once = at_once == 0 ? 1 : at_once;
    loop_ready(instance->run->engine, instance, advance);
}

void flow_loop(struct instance *instance, const struct value *items)
{
    struct err err = {0};
    if (value_is_null(items))
        items = value_list(instance->run->arena);
    if (!value_is(items, VALUE_LIST)) {
        err_set_at(&err, E_TYPE, instance->step->for_each->pos, "for_each wants a list, not %s",
                   value_kind_name(items));
        instance_fail(instance, &err);
        return;
    }
    if (items->count > MAX_ITEMS) {
        err_set_at(&err, E_LIMIT, instance->step->for_each->pos, "for_each over %zu items; at most %d",
                   value_count(items), MAX_ITEMS);
        instance_fail(instance, &err);
        return;
    }
    instance->items = items;
    instance->at_once = instance->step->at_once > 0 ? (size_t)instance->step->at_once : 1;
    loop_ready(instance->run->engine, instance, advance);
}

static const struct choose_case *find_case(const struct step *step, const char *word)
{
    for (size_t i = 0; i < step->case_count; i++)
        if (step->cases[i].value == NULL || text_is(word, step->cases[i].value))
            return &step->cases[i];
    return NULL;
}

// The word that decides: of the expression, or forced by an exploration. False: the instance has been ended.
static bool choice_word(struct instance *instance, const char **word)
{
    const struct value *value = value_get(instance->run->forced, instance->path);
    if (value == NULL) {
        instance->fork_path = instance->path;
        if (!evaluate_expr(instance, instance->step->choose, &value))
            return false;
        instance->fork_path = NULL;
    }
    *word = value_is(value, VALUE_BOOL) ? (value->flag ? "true" : "false") : value_text(value);
    return true;
}

void flow_choose(struct instance *instance)
{
    const struct step *step = instance->step;
    const char *word;
    if (!choice_word(instance, &word))
        return;
    const struct choose_case *chosen = find_case(step, word);
    if (chosen == NULL) {
        struct err err = {0};
        err_set_at(&err, E_STEP, step->pos, "%s has no case for '%s'", step->id, word != NULL ? word : "nil");
        instance_fail(instance, &err);
        return;
    }
    const char *why = arena_printf(instance->run->arena, "%s is '%s'",
                                   step->choose->source != NULL ? step->choose->source : "the choice",
                                   word != NULL ? word : "nil");
    for (size_t i = 0; i < step->case_count; i++)
        if (&step->cases[i] != chosen)
            tell_list(instance, &step->cases[i].steps, 0, STEP_SKIPPED, why);
    flow_group(instance, &chosen->steps, 1);
}
