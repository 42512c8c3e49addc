// What counts as a difference between a run and its replay, and what does not.
#include "../test.h"

#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "report/differences.h"
#include "report/view.h"

#define EFFECT(type, more)                                                                                   \
    "{\"type\":\"" type "\",\"path\":\"a\",\"primitive\":\"x.y\",\"resource\":\"/r\",\"risk\":\"contain\","  \
    "\"reversible\":true,\"before\":{\"n\":1}," more "}"
#define STEP(path, kind, status)                                                                             \
    "{\"type\":\"step.finished\",\"path\":\"" path "\",\"kind\":\"" kind "\",\"status\":\"" status           \
    "\",\"clauses\":[]}"

static struct view *view_of(struct arena *arena, const char *const *records)
{
    struct view *view = view_new(arena);
    struct err err;
    for (; *records != NULL; records++) {
        const struct value *record = json_parse(arena, "record", *records, strlen(*records), &err);
        assert_non_null(record);
        view_take(view, value_text_at(record, "type"), record);
    }
    return view;
}

// The differences as "what change path" lines.
static const char *compared(struct arena *arena, const char *const *recorded, const char *const *replayed)
{
    const struct value *list = differences_list(arena, view_of(arena, recorded), view_of(arena, replayed));
    struct text text = text_new(arena);
    for (size_t i = 0; i < value_count(list); i++)
        text_addf(&text, "%s %s %s\n", value_text_at(value_item(list, i), "what"),
                  value_text_at(value_item(list, i), "change"), value_text_at(value_item(list, i), "path"));
    return text.length == 0 ? "" : text.ptr;
}

#define COMPARED(recorded, replayed)                                                                         \
    compared(arena, (const char *const[]){recorded NULL}, (const char *const[]){replayed NULL})
#define AND ,

static void check_same(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    // What was made there is planned here; what failed there would be tried here; a read is no change.
    assert_string_equal(COMPARED(EFFECT("effect.intent", "\"after\":{\"n\":2},\"requests\":[]")
                                     AND STEP("a", "do", "failed") AND STEP("b", "do", "in-place") AND,
                                 EFFECT("effect.planned", "\"after\":{\"n\":2},\"requests\":[]")
                                     AND STEP("a", "do", "planned") AND STEP("b", "do", "done") AND),
                        "");
    // Unknowns and secrets are no difference, wherever they stand.
    assert_string_equal(
        COMPARED(EFFECT("effect.intent",
                        "\"after\":{\"v\":\"9f\",\"s\":{\"$secret\":\"hmac-sha256:1\"}},\"requests\":[]") AND,
                 EFFECT("effect.planned", "\"after\":{\"v\":{\"$unknown\":\"new\"},"
                                          "\"s\":{\"$secret\":\"hmac-sha256:2\"}},\"requests\":[]") AND),
        "");
    // An audit makes no requests.
    assert_string_equal(
        COMPARED(EFFECT("effect.planned", "\"after\":{\"n\":2},\"requests\":[]") AND,
                 EFFECT("effect.planned",
                        "\"after\":{\"n\":2},\"requests\":[{\"method\":\"PUT\",\"url\":\"https://h/\"}]")
                     AND),
        "");
    arena_close(arena);
}

static void check_changed(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    assert_string_equal(COMPARED(EFFECT("effect.intent", "\"after\":{\"n\":2},\"requests\":[]")
                                     AND STEP("a", "do", "done") AND,
                                 EFFECT("effect.planned", "\"after\":{\"n\":3},\"requests\":[]")
                                     AND STEP("a", "do", "planned") AND),
                        "effect changed a\n");
    assert_string_equal(
        COMPARED(
            EFFECT("effect.intent",
                   "\"after\":{\"n\":2},\"requests\":[{\"method\":\"PUT\",\"url\":\"https://h/1\"}]") AND,
            EFFECT("effect.planned",
                   "\"after\":{\"n\":2},\"requests\":[{\"method\":\"PUT\",\"url\":\"https://h/2\"}]") AND),
        "effect changed a\n");
    assert_string_equal(COMPARED(EFFECT("effect.intent", "\"after\":{\"n\":2},\"requests\":[]")
                                     AND STEP("a", "do", "done") AND,
                                 STEP("a", "do", "skipped") AND STEP("l[0]", "do", "done")
                                     AND STEP("l", "do", "done") AND),
                        "step changed a\nstep added l[0]\neffect removed a\n");
    assert_string_equal(
        COMPARED("{\"type\":\"ask.answered\",\"path\":\"q\",\"answer\":\"yes\",\"by\":\"ann\"}" AND,
                 "{\"type\":\"ask.answered\",\"path\":\"q\",\"answer\":\"no\",\"by\":\"otherwise\"}" AND),
        "answer changed q\n");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_same), cmocka_unit_test(check_changed)};
    return cmocka_run_group_tests_name("report/differences", tests, NULL, NULL);
}
