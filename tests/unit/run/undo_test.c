// What an undoing takes back, by the lines of a run.
#include "lines.h"

#include "playbook/catalog.h"
#include "run/recall.h"
#include "run/undo.h"
#include "vm/vm.h"

#define INTENT(path, before, more)                                                                           \
    {                                                                                                        \
        "a", "effect.intent",                                                                                \
            "{\"path\":\"" path "\",\"primitive\":\"keyvault.disable_secret\",\"before\":{\"at\":" #before   \
            "},\"after\":{\"at\":9}" more "}"                                                                \
    }
#define BEGUN(path, before) INTENT(path, before, ",\"reversible\":true,\"params\":{}")
#define RESULT(path, status, more)                                                                           \
    {                                                                                                        \
        "a", "effect.result", "{\"path\":\"" path "\",\"status\":\"" status "\"" more "}"                    \
    }
#define MADE(path) BEGUN(path, 1), RESULT(path, "applied", ",\"verified\":true,\"after\":{\"at\":2}")
#define BACK                                                                                                 \
    {                                                                                                        \
        "a", "step.undone", "{}"                                                                             \
    }

// Of each its path, what was there before and after; ? it may be a part, + it is made again, ! it cannot be.
static const struct {
    const char *name;
    struct line lines[MOST_LINES];
    const char *path, *plan; // NULL: of all; NULL: there is none
} rows[] = {
    {"the newest first", {MADE("x"), MADE("y")}, NULL, "y 1 2, x 1 2"},
    {"one step", {MADE("g/x"), MADE("g[0]"), MADE("gh"), MADE("y")}, "g", "g[0] 1 2, g/x 1 2"},
    {"nobody knows",
     {BEGUN("x", 1), BEGUN("y", 1), RESULT("y", "unknown", ",\"after\":{\"at\":3}")},
     NULL,
     "y 1 9?, x 1 9?"},
    {"it failed", {BEGUN("x", 1), RESULT("x", "failed", "")}, NULL, NULL},
    {"it was not approved", {RESULT("x", "refused", "")}, NULL, NULL},
    {"it was in place", {RESULT("x", "in-place", "")}, NULL, ""},
    {"it was in place elsewhere", {RESULT("x", "in-place", "")}, "y", NULL},
    {"as nothing was left to undo", {RESULT("x", "in-place", ",\"undo\":true")}, NULL, NULL},
    {"the first of two attempts tells",
     {BEGUN("x", 1), RESULT("x", "unknown", ""), BEGUN("x", 2),
      RESULT("x", "applied", ",\"verified\":true,\"after\":{\"at\":3}")},
     NULL,
     "x 1 3"},
    {"unless it is over",
     {MADE("x"), BEGUN("x", 4), RESULT("x", "applied", ",\"verified\":true,\"after\":{\"at\":3}")},
     NULL,
     "x 4 3"},
    {"it cannot be",
     {INTENT("x", 1, ",\"reversible\":false,\"irreversible\":\"gone\",\"params\":{}"),
      INTENT("y", 1, ",\"reversible\":true")},
     NULL,
     "y 1 9?!, x 1 9?!"},
    {"an undoing",
     {INTENT("x", 1, ",\"reversible\":false,\"irreversible\":\"gone\",\"params\":{},\"undo\":true"),
      RESULT("x", "applied", ",\"after\":{\"at\":2}")},
     NULL,
     "x 1 2+"},
    {"taken back", {MADE("x"), MADE("y"), MADE("x~undo"), BACK}, NULL, "y 1 2"},
    {"found as it was", {MADE("x"), MADE("y"), RESULT("x~undo", "in-place", ""), BACK}, NULL, "y 1 2"},
    {"not taken back", {MADE("x"), BEGUN("x~undo", 1), RESULT("x~undo", "failed", ""), BACK}, NULL, "x 1 2"},
    {"taken back and not seen",
     {MADE("x"), RESULT("x~undo", "applied", ",\"verified\":false"), BACK},
     NULL,
     "x 1 2"},
    {"taken back and made anew", {MADE("x"), MADE("x~undo"), BACK, MADE("x")}, NULL, "x 1 2"},
    {"taken back twice", {MADE("x"), MADE("x~undo"), BACK, MADE("x"), MADE("x~undo2"), BACK}, NULL, NULL},
    {"a taking back that was not ended", {MADE("x"), MADE("y"), MADE("x~undo")}, NULL, "y 1 2"},
};

static const char *at(struct arena *arena, const struct value *state)
{
    return arena_printf(arena, "%d", (int)value_int_at(state, "at", 0));
}

static const char *shown(struct arena *arena, const struct undo_plan *plan)
{
    const char *text = "";
    for (size_t i = 0; i < plan->count; i++) {
        const struct undo_effect *effect = &plan->effects[i];
        text = arena_printf(arena, "%s%s%s %s %s%s%s%s", text, i == 0 ? "" : ", ", effect->path,
                            at(arena, effect->before), at(arena, effect->after), effect->in_part ? "?" : "",
                            effect->again ? "+" : "", effect->why_not != NULL ? "!" : "");
    }
    return text;
}

struct kit {
    struct arena *arena;
    struct catalog *catalog;
    struct vm *vm;
};

static const struct recall *recall_of(struct place *place, struct trail *trail, const struct line *lines)
{
    static const struct line started[] = {{"a", "run.started", "{\"mode\":\"live\"}"}, {NULL, NULL, NULL}};
    struct err err = {0};
    lines_write(place, trail, started);
    lines_write(place, trail, lines);
    const struct recall *recall = recall_open(place->arena, trail, "a", &err);
    assert_non_null(recall);
    return recall;
}

static void check_rows(void **state)
{
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place place;
        struct err err = {0};
        place_open(&place);
        struct trail *trail = place_trail(&place);
        const struct recall *recall = recall_of(&place, trail, rows[i].lines);
        struct undo_plan *plan =
            undo_plan_new(place.arena, kit->catalog, kit->vm, recall, rows[i].path, &err);
        if ((plan == NULL) != (rows[i].plan == NULL) || (plan == NULL && err.code != E_USAGE))
            fail_msg("%s: %s", rows[i].name, err.message);
        if (plan != NULL && strcmp(shown(place.arena, plan), rows[i].plan) != 0)
            fail_msg("%s: %s", rows[i].name, shown(place.arena, plan));
        bool left = plan != NULL && plan->count > 0;
        if (undo_has_left(recall, rows[i].path == NULL ? "" : rows[i].path) != left)
            fail_msg("%s: is something left?", rows[i].name);
        trail_close(trail);
        place_close(&place);
    }
}

// Inside the run: at paths of its own, one for each time; what was taken back in the time that was not ended
// is looked at again.
static void check_within(void **state)
{
    static const struct line lines[] = {MADE("g/x"), MADE("h"), MADE("g/x~undo"), {NULL, NULL, NULL}},
                             again[] = {BACK, MADE("g/x"), {NULL, NULL, NULL}};
    struct kit *kit = *state;
    struct place place;
    struct err err = {0};
    place_open(&place);
    struct trail *trail = place_trail(&place);
    struct value *groups = value_list(place.arena);
    value_append(place.arena, groups, value_string(place.arena, "i"));
    value_append(place.arena, groups, value_string(place.arena, "g"));
    const struct recall *recall = recall_of(&place, trail, lines);
    const struct undo_plan *plan = undo_plan_within(place.arena, kit->vm, recall, groups, &err);
    assert_string_equal(shown(place.arena, plan), "g/x~undo 1 2");
    assert_string_equal(plan->effects[0].of, "g/x");
    lines_write(&place, trail, again);
    recall = recall_open(place.arena, trail, "a", &err);
    plan = undo_plan_within(place.arena, kit->vm, recall, groups, &err);
    assert_string_equal(shown(place.arena, plan), "g/x~undo2 1 2");
    trail_close(trail);
    place_close(&place);
}

static int open_kit(void **state)
{
    struct arena *arena = arena_open();
    struct kit *kit = ARENA_NEW(arena, struct kit);
    struct err err = {0};
    static const char *no_folders[] = {NULL};
    *kit = (struct kit){.arena = arena, .catalog = catalog_open(arena, no_folders)};
    kit->vm = vm_open(arena, kit->catalog, &err);
    *state = kit;
    return kit->vm == NULL;
}

static int close_kit(void **state)
{
    struct kit *kit = *state;
    vm_close(kit->vm);
    arena_close(kit->arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_rows), cmocka_unit_test(check_within)};
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
