// Whose signature stands for an approval: a listed approver's, over exactly these changes of exactly this
// run.
#include "../test.h"

#include "data/value.h"
#include "policy/policy.h"
#include "run/consent.h"
#include "run/recall.h"
#include "trail/note.h"

static const unsigned char seed[CRYPTO_KEY_SIZE] = {7}, other_seed[CRYPTO_KEY_SIZE] = {8};

struct world {
    struct arena *arena;
    struct policy policy;
    struct note_signer erik, stranger;
    struct value *started;
};

static struct world open_world(void)
{
    struct world world = {.arena = arena_open()};
    const char **approvers = ARENA_ARRAY(world.arena, const char *, 2);
    world.erik = note_signer_new("erik", seed);
    world.stranger = note_signer_new("erik", other_seed);
    world.policy = *policy_default(world.arena, false);
    approvers[0] = note_key_text(world.arena, &world.erik.key);
    world.policy.approvers = approvers;
    world.started = value_map(world.arena);
    value_put_text(world.arena, world.started, "by", "dana");
    return world;
}

// A line approval.granted for a change at `away`, signed for `run`.
static struct value *grant(struct world *world, const struct note_signer *signer, const char *run,
                           bool granted)
{
    struct value *line = value_map(world->arena);
    value_put_text(world->arena, line, "path", "away");
    value_put_text(world->arena, line, "risk", "destroy");
    value_put_text(world->arena, line, "digest", "sha256:00");
    value_put_text(world->arena, line, "who", "erik");
    value_put_text(world->arena, line, "how", "asked");
    value_put_text(world->arena, line, "at", "2026-11-25T12:00:00.000Z");
    if (signer != NULL)
        consent_sign(world->arena, signer, run, granted, line);
    return line;
}

static int count_of(struct world *world, const struct value *first, const struct value *second)
{
    struct recall_line lines[] = {{"approval.granted", "away", first}, {"approval.granted", "away", second}};
    const struct recall recall = {.arena = world->arena,
                                  .run = "r",
                                  .started = world->started,
                                  .lines = lines,
                                  .count = second == NULL ? 1 : 2};
    bool refused;
    return consent_count(&recall, &world->policy, "sha256:00", &refused);
}

static void counts_what_is_signed(void **state)
{
    (void)state;
    struct world world = open_world();
    const struct value *good = grant(&world, &world.erik, "r", true);
    assert_int_equal(count_of(&world, good, NULL), 1);
    assert_int_equal(count_of(&world, good, good), 1); // nobody counts twice
    assert_int_equal(count_of(&world, grant(&world, NULL, "r", true), NULL), 0);
    assert_int_equal(count_of(&world, grant(&world, &world.stranger, "r", true), NULL), 0);
    assert_int_equal(count_of(&world, grant(&world, &world.erik, "s", true), NULL), 0);
    assert_int_equal(count_of(&world, grant(&world, &world.erik, "r", false), NULL), 0); // it was a refusal
    static const char *const members[] = {"path", "at", "signature", "key"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct value *changed = grant(&world, &world.erik, "r", true);
        value_put_text(world.arena, changed, members[i], "other");
        assert_int_equal(count_of(&world, changed, NULL), 0);
    }
    struct value *others = grant(&world, NULL, "r", true); // signed for other changes, and put under these
    value_put_text(world.arena, others, "digest", "sha256:01");
    consent_sign(world.arena, &world.erik, "r", true, others);
    value_put_text(world.arena, others, "digest", "sha256:00");
    assert_int_equal(count_of(&world, others, NULL), 0);
    struct value *again = grant(&world, &world.erik, "r", true); // one key under two names is one approver
    value_put_text(world.arena, again, "who", "somebody");
    assert_int_equal(count_of(&world, good, again), 1);
    arena_close(world.arena);
}

// What was approved beforehand needs no key, and counts as long as the policy lets it.
static void counts_what_was_said_beforehand(void **state)
{
    (void)state;
    struct world world = open_world();
    struct value *line = grant(&world, NULL, "r", true);
    value_put_text(world.arena, world.started, "by", "erik");
    value_put_text(world.arena, line, "how", "approve-all");
    assert_int_equal(count_of(&world, line, line), 0);
    world.policy.approve_all = true;
    assert_int_equal(count_of(&world, line, line), 2);
    arena_close(world.arena);
}

// The requester's own word, under another name or with a key of that name, is not another's.
static void leaves_out_the_requester(void **state)
{
    (void)state;
    struct world world = open_world();
    struct value *line = grant(&world, &world.erik, "r", true);
    value_put_text(world.arena, world.started, "by", "erik");
    value_put_text(world.arena, line, "who", "somebody");
    assert_int_equal(count_of(&world, line, NULL), 0);
    value_put_text(world.arena, world.started, "by", "eri");
    assert_int_equal(count_of(&world, line, NULL), 1);
    value_put_text(world.arena, world.started, "by", "erik");
    value_put_text(world.arena, line, "risk", "contain");
    assert_int_equal(count_of(&world, line, NULL), 1);
    arena_close(world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_what_is_signed),
                                       cmocka_unit_test(counts_what_was_said_beforehand),
                                       cmocka_unit_test(leaves_out_the_requester)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
