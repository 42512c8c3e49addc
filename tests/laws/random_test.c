// What holds for every playbook, tried with random ones: a rehearsal and an audit change nothing; the live
// run does what the dry-run foretold, step by step; a second one changes nothing; killed at any record,
// whoever goes on with it ends as if nothing had been; what can be undone is as it was. A sample of the
// playbooks; all of them with PLAYBOOK_FULL. usage: random_test [NUMBER]
#include "../scratch.h"
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"
#include "story.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/mode.h"

#define VAULTS "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/"
#define VAULT "/providers/Microsoft.KeyVault/vaults/"

enum { PLAYBOOKS = 1500, SAMPLE = 40, MOST_STEPS = 14, DEEPEST = 3, MOST_IN_LIST = 4, KILLS = 2 };

// A playbook on its way. What is made side by side, or over and over, has a name of its own each time: whose
// turn comes first is chance.
struct maker {
    struct text text;
    uint64_t chance;
    int steps;                // so far
    int seen[MOST_STEPS * 4]; // those whose status can be read here
    size_t seen_count;
    bool reversible; // only what can be undone
    bool steady;     // no step asks whether another one found its change in place
};
// Where a step stands.
struct place {
    int depth;
    bool beside;       // steps of its list or of one around it go side by side
    const char *items; // "-${i0}-${i1}" of the loops around it
};

static size_t draw(struct maker *maker, size_t below)
{
    maker->chance = maker->chance * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(maker->chance >> 33) % below;
}

static void add_change(struct maker *maker, const struct place *place, int id)
{
    static const char *const vaults[] = {VAULTS "rg-contoso-prod" VAULT "kv-contoso-prod",
                                         VAULTS "rg-contoso-prod" VAULT "kv-contoso-arch",
                                         VAULTS "rg-payments" VAULT "kv-contoso-pay"};
    const char *vault = vaults[draw(maker, 3)];
    bool tags = !place->beside && (maker->reversible || draw(maker, 2) == 0);
    if (tags)
        text_addf(&maker->text, "do: fx.%s, with: {vault: %s, value: \"v%d\"}",
                  draw(maker, 2) == 0 ? "tag" : "mark", vault, maker->reversible ? id : 0);
    else if (maker->reversible)
        text_addf(&maker->text, "do: fx.get, with: {vault: %s}", vault);
    else if (draw(maker, 2) == 0)
        text_addf(&maker->text, "do: fx.add, with: {vault: %s, name: \"n%d%s\"}", vault, id, place->items);
    else
        text_addf(&maker->text, "do: fx.once, with: {key: \"k%zu%s\"}",
                  place->beside ? (size_t)id : draw(maker, 3), place->items);
}

static void add_do(struct maker *maker, const struct place *place, int id)
{
    static const char *const others[] = {"let: {x: \"${1 + 1}\"}", "do: fx.say, with: {what: x}",
                                         "do: fx.boom, on_error: continue",
                                         "do: fx.tag, on_error: continue, with: {value: x, vault: " VAULTS
                                         "rg-payments" VAULT "kv-not-there}"};
    size_t other = draw(maker, 10);
    if (other < sizeof others / sizeof *others)
        text_add(&maker->text, others[other]);
    else
        add_change(maker, place, id);
}

static void add_list(struct maker *maker, struct place place, bool sees);

static void add_group(struct maker *maker, struct place inner)
{
    inner.depth++;
    size_t kind = draw(maker, 5);
    if (kind == 0) {
        text_add(&maker->text, "steps: ");
        add_list(maker, inner, true);
    } else if (kind == 1) {
        inner.beside = true;
        text_add(&maker->text, "parallel: ");
        add_list(maker, inner, false);
    } else if (kind == 2 && maker->seen_count > 0) {
        text_addf(&maker->text,
                  "choose: s%d.status, cases: {%s: ", maker->seen[draw(maker, maker->seen_count)],
                  maker->steady ? "skipped" : "done");
        add_list(maker, inner, true);
        text_add(&maker->text, ", failed: ");
        add_list(maker, inner, true);
        text_add(&maker->text, "}, otherwise: ");
        add_list(maker, inner, true);
    } else {
        static const char *const lists[] = {"{}", "{'a'}", "{'a', 'b', 'c'}"};
        struct text items = text_new(maker->text.arena);
        text_addf(&items, "%s-${i%d}", inner.items, inner.depth);
        text_addf(&maker->text, "for_each: \"%s\", as: i%d, ", lists[draw(maker, 3)], inner.depth);
        if (draw(maker, 2) == 0) {
            inner.beside = true;
            text_add(&maker->text, "parallel: 2, ");
        }
        inner.items = items.ptr;
        text_add(&maker->text, "steps: ");
        add_list(maker, inner, true);
    }
}

static void add_step(struct maker *maker, const struct place *place, int id)
{
    static const char *const reads[] = {"== 'failed'", "~= 'skipped'", "== 'done'", "~= 'done'"};
    size_t before = maker->seen_count;
    text_addf(&maker->text, "{id: s%d, ", id);
    if (before > 0 && draw(maker, 3) == 0)
        text_addf(&maker->text, "when: s%d.status %s, ", maker->seen[draw(maker, before)],
                  reads[draw(maker, maker->steady ? 2 : 4)]);
    if (place->depth < DEEPEST && draw(maker, 3) == 0)
        add_group(maker, *place);
    else
        add_do(maker, place, id);
    text_add(&maker->text, "}");
    maker->seen_count = before;
}

static void add_list(struct maker *maker, struct place place, bool sees)
{
    size_t before = maker->seen_count, count = 1 + draw(maker, MOST_IN_LIST);
    text_add(&maker->text, "[");
    for (size_t i = 0; i < count && (i == 0 || maker->steps < MOST_STEPS); i++) {
        int id = ++maker->steps;
        size_t begin = maker->text.length;
        text_add(&maker->text, i > 0 ? ", " : "");
        add_step(maker, &place, id);
        // A loop is a list, which has no status.
        bool loop = strstr(maker->text.ptr + begin, "for_each") != NULL;
        if (sees && !loop && maker->seen_count < sizeof maker->seen / sizeof *maker->seen)
            maker->seen[maker->seen_count++] = id;
    }
    text_add(&maker->text, "]");
    maker->seen_count = before;
}

static struct maker random_playbook(struct arena *arena, size_t number)
{
    struct maker maker = {.text = text_new(arena), .chance = number * 7919 + 1};
    (void)draw(&maker, 2);
    maker.reversible = draw(&maker, 3) == 0;
    maker.steady = draw(&maker, 2) == 0;
    text_add(&maker.text, "playbook: law\nversion: 1.0.0\nsteps: ");
    add_list(&maker, (struct place){.items = ""}, true);
    text_add(&maker.text, "\n");
    return maker;
}

// What the steps of the last run came to, by their paths; what was planned is done.
static struct value *statuses(struct world *world)
{
    struct value *all = value_map(world->arena);
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i), *members = value_get(record, "members");
        const char *status = value_text_at(members, "status");
        if (strcmp(value_text_at(record, "type"), "step.finished") == 0)
            value_put_text(world->arena, all, value_text_at(members, "path"),
                           strcmp(status, "planned") == 0 ? "done" : status);
    }
    return all;
}

static bool expect(bool ok, const char *law)
{
    if (!ok)
        print_error("not kept: %s\n", law);
    return ok;
}

// All steps of `some` came to the same in `whole`, which has `more` besides.
static bool came_to_the_same(const struct value *some, const struct value *whole, bool more)
{
    bool same = more || value_count(some) == value_count(whole);
    for (size_t i = 0; i < value_count(some); i++) {
        const struct value_field *step = &some->fields[i];
        const char *other = value_text_at(whole, step->key);
        if (other != NULL && strcmp(other, value_text(step->value)) == 0)
            continue;
        print_error("%s: %s, and %s\n", step->key, value_text(step->value),
                    other == NULL ? "nothing" : other);
        same = false;
    }
    return same;
}

// A run that nothing disturbed.
struct whole {
    const char *text, *untouched, *digest;
    const struct value *statuses;
    size_t records, mails;
    int status;
    bool steady; // of its maker
};

static bool keeps_the_laws(struct whole *whole, struct world *world, const struct maker *maker)
{
    const struct prepared_playbook *playbook = world_playbook(world, whole->text);
    const char *example;
    whole->untouched = world_digest(world);
    bool ok = expect(world_run(world, playbook, MODE_AUDIT, NULL) != 70, "an audit ends");
    int foretold = world_run(world, playbook, MODE_DRY_RUN, NULL);
    const struct value *dry = statuses(world);
    size_t planned = world_count(world, "effect.planned", NULL);
    ok = expect(world_changes(world, &example) == 0, "a rehearsal sends no change") && ok;
    ok = expect(strcmp(world_digest(world), whole->untouched) == 0, "a rehearsal changes nothing") && ok;

    whole->status = world_run(world, playbook, MODE_LIVE, NULL);
    whole->statuses = statuses(world);
    whole->records = value_count(world->records);
    whole->digest = world_digest(world);
    whole->mails = story_mails(world);
    const char *run = world->run;
    ok = expect(whole->status == foretold, "the live run ends as the dry-run") && ok;
    ok = expect(came_to_the_same(whole->statuses, dry, false), "each step ends as in the dry-run") && ok;
    ok = expect(world_count(world, "effect.result", "applied") == planned, "what was planned is made") && ok;
    ok = expect(story_is_covered(world), "no change without an intent") && ok;

    if (maker->steady && !maker->reversible) { // else a step may want what another one does not
        (void)world_changes(world, &example);
        ok = expect(world_run(world, playbook, MODE_LIVE, NULL) == whole->status, "it ends the same again") &&
             ok;
        ok = expect(world_changes(world, &example) == 0, "a second run changes nothing") && ok;
    }
    if (maker->reversible && planned > 0) {
        ok = expect(world_undo(world, run) == 0, "an undoing ends well") && ok;
        ok = expect(strcmp(world_digest(world), whole->untouched) == 0, "undone, all is as it was") && ok;
    }
    return ok;
}

// Killed at that record, and gone on with by another process.
static bool survives(const struct whole *whole, size_t at)
{
    char folder[SCRATCH_SIZE];
    scratch_open(folder);
    const struct world_config config = {.state = folder, .lib = "fixtures/run"};
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct world *killed = world_open(&config);
        killed->kill_at = at;
        world_run(killed, world_playbook(killed, whole->text), MODE_LIVE, NULL);
        _exit(POOL_FAILED);
    }
    int ended;
    waitpid(pid, &ended, 0);
    struct world *world = world_open(&config);
    int status = world_resume(world, world_playbook(world, whole->text));
    const char *digest = world_digest(world);
    bool ok = expect(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL, "it is killed");
    if (status == -1) // no run was begun, or it was over
        ok = expect(strcmp(digest, whole->untouched) == 0 || strcmp(digest, whole->digest) == 0,
                    "without a run nothing was changed") &&
             ok;
    else if (world_count(world, "ask.opened", NULL) > 0) // what must not be repeated may have happened
        ok = expect(!whole->steady || story_mails(world) <= whole->mails, "no event happens twice") && ok;
    else
        ok = expect(status == whole->status && strcmp(digest, whole->digest) == 0,
                    "gone on with, it ends as if nothing had been") &&
             expect(came_to_the_same(statuses(world), whole->statuses, true), "and so does each step") && ok;
    ok = expect(story_is_covered(world), "no change without an intent, killed") && ok;
    if (!ok)
        print_error("killed at record %zu, then %d\n", at, status);
    world_close(world);
    scratch_close(folder);
    return ok;
}

static int one(void *context, size_t i)
{
    const size_t *sample = context;
    size_t number = i * sample[0] + sample[1];
    struct world *world = world_open(&(struct world_config){.lib = "fixtures/run"});
    struct maker maker = random_playbook(world->arena, number);
    struct whole whole = {.text = maker.text.ptr, .steady = maker.steady};
    bool ok = keeps_the_laws(&whole, world, &maker);
    for (size_t k = 0; k < KILLS; k++)
        ok = survives(&whole, 1 + (number * 31 + k * 17) % whole.records) && ok;
    if (!ok)
        fprintf(stderr, "playbook %zu:\n%s\n", number, whole.text); // too long for print_error
    world_close(world);
    return ok ? 0 : POOL_FAILED;
}

static int judge(void *context, size_t i, int status)
{
    (void)context, (void)i;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static size_t sample[2]; // stride, begin
static size_t count;

static void every_playbook_keeps_the_laws(void **state)
{
    (void)state;
    assert_int_equal(pool_run(count, one, judge, sample), 0);
}

int main(int argc, char **argv)
{
    sample[0] = argc > 1 ? 1 : pool_stride(PLAYBOOKS, SAMPLE);
    sample[1] = argc > 1 ? strtoul(argv[1], NULL, 10) : pool_begin(sample[0]);
    count = argc > 1 ? 1 : PLAYBOOKS / sample[0];
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_playbook_keeps_the_laws)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
