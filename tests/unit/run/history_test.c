// What the trail knows of an alert: only what a run did that could, under the same profile.
#include "lines.h"

#include "policy/profile.h"
#include "run/engine.h"
#include "run/history.h"
#include "run/recall.h"
#include "run/replay.h"

#define RUN(run, mode, profile, lab, about)                                                                  \
    {                                                                                                        \
        run, "run.started",                                                                                  \
            "{\"mode\":\"" mode "\",\"profile\":\"" profile "\",\"lab\":" lab ",\"about\":\"" about "\"}"    \
    }
#define INTENT(run, key)                                                                                     \
    {                                                                                                        \
        run, "effect.intent", "{\"about\":\"x\",\"once\":\"" key "\"}"                                       \
    }
#define RESULT(run, key, status)                                                                             \
    {                                                                                                        \
        run, "effect.result", "{\"about\":\"x\",\"once\":\"" key "\",\"status\":\"" status "\"}"             \
    }
#define ANSWER(run, playbook, path, answer)                                                                  \
    {                                                                                                        \
        run, "ask.answered",                                                                                 \
            "{\"about\":\"x\",\"playbook\":\"" playbook "\",\"path\":\"" path "\",\"answer\":\"" answer      \
            "\",\"by\":\"eve\"}"                                                                             \
    }
#define OWN RUN("a", "live", "p", "false", "x")

static const struct {
    const char *name;
    struct line lines[MOST_LINES];
    enum once_fate fate; // of "k"
    const char *answer;  // of q in the playbook P
} rows[] = {
    {"nothing", {OWN}, ONCE_NEVER, NULL},
    {"begun", {OWN, INTENT("a", "k")}, ONCE_UNKNOWN, NULL},
    {"made", {OWN, INTENT("a", "k"), RESULT("a", "k", "applied")}, ONCE_DONE, NULL},
    {"said to have happened", {OWN, INTENT("a", "k"), RESULT("a", "k", "in-place")}, ONCE_DONE, NULL},
    {"lost", {OWN, INTENT("a", "k"), RESULT("a", "k", "unknown")}, ONCE_UNKNOWN, NULL},
    {"failed", {OWN, INTENT("a", "k"), RESULT("a", "k", "failed")}, ONCE_NEVER, NULL},
    {"repeated and failed",
     {OWN, INTENT("a", "k"), RESULT("a", "k", "unknown"), INTENT("a", "k"), RESULT("a", "k", "failed")},
     ONCE_NEVER,
     NULL},
    {"made, and tried again",
     {OWN, INTENT("a", "k"), RESULT("a", "k", "applied"), INTENT("a", "k"), RESULT("a", "k", "failed")},
     ONCE_DONE,
     NULL},
    {"lost, and refused afterwards",
     {OWN, INTENT("a", "k"), RESULT("a", "k", "refused")},
     ONCE_UNKNOWN,
     NULL},
    {"another event", {OWN, INTENT("a", "l"), RESULT("a", "l", "applied")}, ONCE_NEVER, NULL},
    {"by another profile",
     {RUN("a", "live", "q", "false", "x"), INTENT("a", "k"), ANSWER("a", "P", "q", "yes")},
     ONCE_NEVER,
     NULL},
    {"in the lab",
     {RUN("a", "live", "p", "true", "x"), INTENT("a", "k"), ANSWER("a", "P", "q", "yes")},
     ONCE_NEVER,
     NULL},
    {"by a run about something else",
     {RUN("a", "live", "p", "false", "xy"), INTENT("a", "k"), ANSWER("a", "P", "q", "yes")},
     ONCE_NEVER,
     NULL},
    {"by one that only says so",
     {{"a", "run.started",
       "{\"mode\":\"live\",\"profile\":\"p\",\"about\":\"y\",\"alert\":{\"about\":\"x\"}}"},
      {"a", "effect.intent", "{\"about\":\"y\",\"once\":\"k\",\"before\":{\"about\":\"x\"}}"}},
     ONCE_NEVER,
     NULL},
    {"only planned", {OWN, {"a", "effect.planned", "{\"about\":\"x\",\"once\":\"k\"}"}}, ONCE_NEVER, NULL},
    {"by another run too",
     {OWN, RUN("b", "live", "q", "false", "x"), INTENT("b", "k"), INTENT("a", "k"),
      RESULT("a", "k", "applied")},
     ONCE_DONE,
     NULL},
    {"answered", {OWN, ANSWER("a", "P", "q", "no"), ANSWER("a", "P", "q", "yes")}, ONCE_NEVER, "yes"},
    {"other questions",
     {OWN,
      ANSWER("a", "P", "r", "no"),
      ANSWER("a", "Q", "q", "no"),
      {"a", "task.attested", "{\"about\":\"x\",\"playbook\":\"P\",\"path\":\"q\",\"answer\":\"no\"}"}},
     ONCE_NEVER,
     NULL},
};

static struct history *open_history(struct place *place, struct trail *trail, struct run *run,
                                    const struct line *lines)
{
    static const struct profile profile = {.name = "p"};
    struct engine_config *config = ARENA_NEW(place->arena, struct engine_config);
    *config = (struct engine_config){.trail = trail, .profile = &profile};
    lines_write(place, trail, lines);
    *run = (struct run){.arena = place->arena, .engine = run_engine_open(place->arena, config), .about = "x"};
    struct history *history = history_of(run);
    assert_non_null(history);
    return history;
}

static void check_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place place;
        struct run run;
        const char *by;
        place_open(&place);
        struct trail *trail = place_trail(&place);
        const struct history *history = open_history(&place, trail, &run, rows[i].lines);
        const char *answer = history_answer(history, "P", "q", &by);
        if (history_once(history, "k") != rows[i].fate || (answer == NULL) != (rows[i].answer == NULL) ||
            (answer != NULL && (strcmp(answer, rows[i].answer) != 0 || strcmp(by, "eve") != 0)))
            fail_msg("%s: %d, %s", rows[i].name, history_once(history, "k"), answer);
        trail_close(trail);
        place_close(&place);
    }
}

static void check_attested(void **state)
{
    static const struct line lines[] = {
        OWN,
        {"a", "task.attested", "{\"about\":\"x\",\"playbook\":\"P\",\"path\":\"t\"}"},
        ANSWER("a", "P", "q", "yes"),
        {NULL, NULL, NULL}};
    (void)state;
    struct place place;
    struct run run;
    place_open(&place);
    struct trail *trail = place_trail(&place);
    const struct history *history = open_history(&place, trail, &run, lines);
    assert_true(history_attested(history, "P", "t"));
    assert_false(history_attested(history, "P", "q") || history_attested(history, "Q", "t") ||
                 history_attested(history, "P", "u"));
    trail_close(trail);
    place_close(&place);
}

// A replay knows what was known when that run began.
static void check_replay(void **state)
{
    static const struct line lines[] = {OWN,
                                        INTENT("a", "k"),
                                        RUN("b", "dry-run", "p", "false", "y"),
                                        RESULT("a", "k", "applied"),
                                        {NULL, NULL, NULL}};
    (void)state;
    struct place place;
    struct run run;
    struct err err = {0};
    place_open(&place);
    struct trail *trail = place_trail(&place);
    open_history(&place, trail, &run, lines);
    const struct recall *recall = recall_open(place.arena, trail, "b", &err);
    assert_non_null(recall);
    run.history = NULL;
    run.request.replay = replay_new(place.arena, recall, &err);
    assert_non_null(run.request.replay);
    assert_int_equal(history_once(history_of(&run), "k"), ONCE_UNKNOWN);
    trail_close(trail);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_rows), cmocka_unit_test(check_attested),
                                       cmocka_unit_test(check_replay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
