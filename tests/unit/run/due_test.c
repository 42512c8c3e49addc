// What is due, by the lines of a trail: leases and questions of several runs, put off, answered, taken back.
#include "lines.h"

#include "base/clock.h"
#include "base/text.h"
#include "run/due.h"

// Leases last until a year; 9999 is never.
#define OPENED(run, path, year)                                                                              \
    {                                                                                                        \
        run, "lease.opened", "{\"path\":\"" path "\",\"until\":\"" year "-01-01T00:00:00Z\"}"                \
    }
#define EXTENDED(run, path, year)                                                                            \
    {                                                                                                        \
        run, "lease.extended", "{\"path\":\"" path "\",\"until\":\"" year "-01-01T00:00:00Z\"}"              \
    }
#define ASKED(run, path, otherwise, within)                                                                  \
    {                                                                                                        \
        run, "ask.opened", "{\"path\":\"" path "\",\"otherwise\":" otherwise ",\"within_ms\":" #within "}"   \
    }
#define ANSWERED(run, path)                                                                                  \
    {                                                                                                        \
        run, "ask.answered", "{\"path\":\"" path "\",\"within_ms\":1000}"                                    \
    }
#define UNDOING(run, of, step, leased)                                                                       \
    {                                                                                                        \
        run, "run.started",                                                                                  \
            "{\"mode\":\"live\",\"undoes\":\"" of "\",\"undoes_step\":" step ",\"leased\":" leased "}"       \
    }
#define FINISHED(run, status)                                                                                \
    {                                                                                                        \
        run, "run.finished", "{\"status\":\"" status "\"}"                                                   \
    }
#define STARTED(run)                                                                                         \
    {                                                                                                        \
        run, "run.started", "{\"mode\":\"live\"}"                                                            \
    }
#define MADE(run, path)                                                                                      \
    {run, "effect.intent", "{\"path\":\"" path "\"}"},                                                       \
    {                                                                                                        \
        run, "effect.result", "{\"path\":\"" path "\",\"status\":\"applied\",\"verified\":true}"             \
    }
#define BACK(run, paths)                                                                                     \
    {                                                                                                        \
        run, "step.undone", "{\"undone\":[" paths "],\"remain\":[]}"                                         \
    }

static const struct {
    const char *name;
    struct line lines[MOST_LINES];
    const char *due;
} rows[] = {
    {"the earliest first",
     {OPENED("a", "x", "2003"), OPENED("a", "y", "2002"), OPENED("b", "x", "2001")},
     "b x, a y, a x"},
    {"not yet", {OPENED("a", "x", "9999"), OPENED("a", "y", "2002")}, "a y"},
    {"put off", {OPENED("a", "x", "2001"), OPENED("a", "y", "2002"), EXTENDED("a", "x", "2003")}, "a y, a x"},
    {"put off for another",
     {OPENED("b", "x", "2001"), OPENED("a", "x", "2002"), EXTENDED("b", "x", "2002")},
     "a x, b x"},
    {"a question", {ASKED("a", "q", "\"no\"", 1000)}, "a q?"},
    {"without an otherwise, or a time", {ASKED("a", "q", "null", 1000), ASKED("a", "r", "\"no\"", 0)}, ""},
    {"answered", {ASKED("a", "q", "\"no\"", 1000), ANSWERED("a", "q")}, ""},
    {"others answered", {ASKED("a", "q", "\"no\"", 1000), ANSWERED("a", "r"), ANSWERED("b", "q")}, "a q?"},
    {"a run's first question alone",
     {ASKED("a", "q", "\"no\"", 9000000), ASKED("a", "r", "\"no\"", 1000), ASKED("b", "q", "\"no\"", 8000000),
      OPENED("a", "x", "2001"), OPENED("a", "y", "9000")},
     "a x, a r?, b q?, a y"},
    {"an undoing",
     {OPENED("a", "x", "2001"), OPENED("a", "xy", "2002"), OPENED("b", "x", "2003"),
      ASKED("b", "q", "\"no\"", 1000), UNDOING("u", "a", "\"x\"", "false")},
     "a xy, b x, b q?"},
    {"an undoing of what it lies beneath",
     {OPENED("a", "g/x[0]", "2001"), OPENED("a", "g", "2002"), UNDOING("u", "a", "\"g\"", "false")},
     ""},
    {"an undoing of what lies beneath",
     {OPENED("a", "g", "2001"), UNDOING("u", "a", "\"g/x\"", "false")},
     "a g"},
    {"an undoing of the run",
     {OPENED("a", "x", "2001"), OPENED("a", "y", "2002"), ASKED("a", "q", "\"no\"", 1000),
      UNDOING("u", "a", "null", "false")},
     ""},
    {"leased behind it", {UNDOING("u", "a", "null", "false"), OPENED("a", "x", "2001")}, "a x"},
    {"only rehearsed",
     {OPENED("a", "x", "2001"), {"u", "run.started", "{\"mode\":\"dry-run\",\"undoes\":\"a\"}"}},
     "a x"},
    {"ended",
     {OPENED("a", "x", "2001"), ASKED("a", "q", "\"no\"", 1000), UNDOING("u", "a", "\"x\"", "true"),
      FINISHED("u", "done")},
     "a q?"},
    {"broken off", {OPENED("a", "x", "2001"), UNDOING("u", "a", "\"x\"", "true")}, "a x"},
    {"not reached",
     {OPENED("a", "x", "2001"),
      UNDOING("u", "a", "\"x\"", "true"),
      {"u", "step.finished", "{\"path\":\"x\",\"status\":\"refused\"}"},
      FINISHED("u", "failed")},
     "a x"},
    {"refused", {OPENED("a", "x", "2001"), UNDOING("u", "a", "\"x\"", "true"), FINISHED("u", "refused")}, ""},
    {"a change refused",
     {OPENED("a", "x", "2001"),
      UNDOING("u", "a", "\"x\"", "true"),
      {"u", "effect.result", "{\"path\":\"x\",\"status\":\"refused\"}"},
      FINISHED("u", "failed")},
     ""},
    {"refused, gone on with and not reached",
     {OPENED("a", "x", "2001"), UNDOING("u", "a", "\"x\"", "true"), FINISHED("u", "refused"),
      FINISHED("u", "failed")},
     "a x"},
    {"stopped",
     {OPENED("a", "x", "2001"),
      UNDOING("u", "a", "\"x\"", "true"),
      {"u", "run.stopped", "{}"},
      {"u", "note", "{}"}},
     ""},
    {"taken back by people",
     {OPENED("a", "x", "2001"),
      UNDOING("u", "a", "\"x\"", "true"),
      FINISHED("u", "failed"),
      {"u", "run.undone", "{}"}},
     ""},
    {"taken back by the run",
     {STARTED("a"), ASKED("a", "q", "\"no\"", 1000), MADE("a", "g/x"), OPENED("a", "g", "2001"),
      OPENED("b", "g", "2002"), MADE("a", "g/x~undo"), BACK("a", "\"g/x\"")},
     "b g, a q?"},
    {"a part of it",
     {STARTED("a"), MADE("a", "g/x"), MADE("a", "g/y"), OPENED("a", "g", "2001"), MADE("a", "g/x~undo"),
      BACK("a", "\"g/x\"")},
     "a g"},
    {"and made anew",
     {STARTED("a"), MADE("a", "x"), MADE("a", "x~undo"), BACK("a", "\"x\""), MADE("a", "x"),
      OPENED("a", "x", "2001")},
     "a x"},
};

static const char *shown(struct arena *arena, const struct due_list *list)
{
    const char *text = "";
    for (size_t i = 0; i < list->count; i++)
        text = arena_printf(arena, "%s%s%s %s%s", text, i == 0 ? "" : ", ", list->items[i].run,
                            list->items[i].path, list->items[i].kind == DUE_QUESTION ? "?" : "");
    return text;
}

// One lease is looked for as all of them are.
static void check_leases(struct place *place, struct trail *trail, const char *name,
                         const struct due_list *list)
{
    static const char *const runs[] = {"a", "b"}, *const paths[] = {"x", "y", "xy", "g", "g/x[0]"};
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++)
        for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
            int64_t until = 0, listed = 0;
            struct err err = {0};
            for (size_t i = 0; i < list->count; i++)
                if (list->items[i].kind == DUE_LEASE && text_same(list->items[i].run, runs[r]) &&
                    text_same(list->items[i].path, paths[p]))
                    listed = list->items[i].at_ms;
            bool found = due_lease(place->arena, trail, runs[r], paths[p], &until, &err);
            if (until != listed || (!found && err.code != E_UNKNOWN_NAME))
                fail_msg("%s: the lease of %s at %s", name, runs[r], paths[p]);
        }
}

static void check_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place place;
        struct due_list list;
        struct err err = {0};
        int64_t now;
        place_open(&place);
        struct trail *trail = place_trail(&place);
        lines_write(&place, trail, rows[i].lines);
        assert_true(clock_parse("9998-01-01T00:00:00Z", &now));
        if (!due_find(place.arena, trail, now, &list, &err))
            fail_msg("%s: %s", rows[i].name, err.message);
        if (strcmp(shown(place.arena, &list), rows[i].due) != 0)
            fail_msg("%s: %s", rows[i].name, shown(place.arena, &list));
        if (strstr(rows[i].name, "yet") == NULL)
            check_leases(&place, trail, rows[i].name, &list);
        trail_close(trail);
        place_close(&place);
    }
}

// Which undoing of what lies there began last.
static void check_end(void **state)
{
    static const struct line lines[] = {UNDOING("u", "a", "\"g/x\"", "false"),
                                        UNDOING("v", "a", "\"g\"", "false"),
                                        UNDOING("w", "a", "\"h\"", "false"),
                                        UNDOING("z", "b", "\"g\"", "false"),
                                        {NULL, NULL, NULL}};
    static const struct {
        const char *path;
        int64_t seq;
    } ends[] = {{"g/x", 2}, {"g", 2}, {"h", 3}, {"i", -1}};
    (void)state;
    struct place place;
    struct err err = {0};
    place_open(&place);
    struct trail *trail = place_trail(&place);
    lines_write(&place, trail, lines);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int64_t seq = 0;
        assert_true(due_ended(trail, "a", ends[i].path, &seq, &err));
        assert_int_equal(seq, ends[i].seq);
    }
    trail_close(trail);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_rows), cmocka_unit_test(check_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
