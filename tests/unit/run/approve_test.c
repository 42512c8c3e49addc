// What an approval stands for: the changes that were shown, down to the last request of each.
#include "../test.h"

#include "base/arena.h"
#include "data/value.h"
#include "run/approve.h"

struct desk {
    struct arena *arena;
    struct run run;
    struct primitive contain, destroy;
    struct instance loop, first, second;
    struct effect effects[2];
    struct request requests[2][2];
};

static const struct value *state_of(struct arena *arena, const struct value *secret)
{
    struct value *state = value_map(arena);
    value_put(arena, state, "value", secret);
    return state;
}

// Two changes, the items of one loop, that wait for one approval.
static void open_desk(struct desk *desk)
{
    *desk = (struct desk){.arena = arena_open()};
    desk->run.arena = desk->arena;
    desk->contain.risk = RISK_CONTAIN;
    desk->destroy.risk = RISK_DESTROY;
    struct instance *both[] = {&desk->first, &desk->second};
    for (size_t i = 0; i < 2; i++) {
        struct effect *effect = &desk->effects[i];
        for (size_t k = 0; k < 2; k++)
            desk->requests[i][k] =
                (struct request){.method = "PUT",
                                 .url = i == 0 ? "https://a.example/1" : "https://a.example/2",
                                 .body = value_string(desk->arena, k == 0 ? "x" : "y")};
        effect->before = state_of(desk->arena, value_string(desk->arena, "old"));
        effect->desired = state_of(desk->arena, value_secret(desk->arena, "s1"));
        effect->requests = desk->requests[i];
        effect->request_count = 2;
        *both[i] = (struct instance){.run = &desk->run,
                                     .path = i == 0 ? "all[0]" : "all[1]",
                                     .parent = &desk->loop,
                                     .is_item = true,
                                     .primitive = &desk->contain,
                                     .effect = effect};
    }
    desk->first.next_parked = &desk->second;
}

static void stays(struct desk *desk)
{
    (void)desk;
}

static void another_secret(struct desk *desk)
{
    desk->effects[1].desired = state_of(desk->arena, value_secret(desk->arena, "s2"));
}

static void another_path(struct desk *desk)
{
    desk->second.path = "all[2]";
}

static void another_state_before(struct desk *desk)
{
    desk->effects[1].before = NULL;
}

static void another_state_after(struct desk *desk)
{
    desk->effects[1].desired = desk->effects[1].before;
}

static void another_method(struct desk *desk)
{
    desk->requests[1][1].method = "DELETE";
}

static void another_url(struct desk *desk)
{
    desk->requests[1][1].url = "https://a.example/3";
}

static void another_body(struct desk *desk)
{
    desk->requests[1][1].body = desk->requests[1][0].body;
}

static void one_request_less(struct desk *desk)
{
    desk->effects[1].request_count = 1;
}

static void another_risk(struct desk *desk)
{
    desk->second.primitive = &desk->destroy;
}

static void another_loop(struct desk *desk)
{
    desk->second.parent = NULL;
}

static void stands_for_what_was_shown(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct desk *desk);
        bool same;
    } cases[] = {{stays, true},           {another_secret, true},        {another_path, false},
                 {another_method, false}, {another_state_before, false}, {another_state_after, false},
                 {another_url, false},    {another_body, false},         {one_request_less, false},
                 {another_risk, false},   {another_loop, false}};
    struct desk as_shown;
    open_desk(&as_shown);
    const char *shown = approve_digest(&as_shown.first);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk desk;
        open_desk(&desk);
        cases[i].change(&desk);
        if ((strcmp(approve_digest(&desk.first), shown) == 0) != cases[i].same)
            fail_msg("case %zu", i);
        arena_close(desk.arena);
    }
    arena_close(as_shown.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stands_for_what_was_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
