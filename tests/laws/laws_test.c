// What holds for every primitive, with no code for any one of them: its example, in a fresh estate, is
// planned and judged without a change (a), carried out and verified (b), then found in place (c), and taken
// back, or the primitive says why not (d). And a primitive keeps nothing between two uses. What holds when it
// does not go through (e, f, g) is recovery_test.c's. usage: laws_test [area]
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/mode.h"
#include "vm/prim.h"

static const char *area;
static int broken;

static bool in_area(const char *name)
{
    return area == NULL || (strncmp(name, area, strlen(area)) == 0 && name[strlen(area)] == '.');
}

// One primitive in a world of its own.
struct trial {
    struct world *world;
    const struct primitive *primitive;
    const struct prepared_playbook *playbook;
    const char *fresh; // the digest of the estate before
};

static bool holds(struct trial *trial, bool ok, const char *law)
{
    if (ok)
        return true;
    print_error("%s: %s\n", trial->primitive->name, law);
    world_print(trial->world);
    broken++;
    return false;
}

static bool has_changed(struct trial *trial, const char *digest)
{
    return strcmp(world_digest(trial->world), digest) != 0;
}

static bool step_is(struct trial *trial, const char *status)
{
    const struct value *step = world_record(trial->world, "step.finished", "one");
    return step != NULL && strcmp(value_text_at(step, "status"), status) == 0;
}

static struct trial trial_open(const char *name)
{
    struct trial trial = {.world = world_open(&(struct world_config){0})};
    struct err err = {0};
    trial.primitive = primitive_find(trial.world->vm, name, &err);
    if (trial.primitive == NULL)
        fail_msg("%s: %s", name, err.message);
    if (value_is_null(trial.primitive->example))
        fail_msg("%s has no example", name);
    trial.playbook = world_step(trial.world, trial.primitive);
    trial.fresh = world_digest(trial.world);
    return trial;
}

// (a) Nothing that could change anything leaves, and the estate is as it was.
static bool only_looks(struct trial *trial, enum mode mode, int exit_wanted)
{
    const char *request = "";
    int status = world_run(trial->world, trial->playbook, mode, NULL);
    char law[600];
    snprintf(law, sizeof law, "%s ends with %d, not %d", mode_word(mode), status, exit_wanted);
    bool ok = holds(trial, status == exit_wanted, law);
    size_t changes = world_changes(trial->world, &request);
    snprintf(law, sizeof law, "%s lets a change out: %.500s", mode_word(mode), request);
    ok = holds(trial, changes == 0, law) && ok;
    snprintf(law, sizeof law, "%s changes the estate", mode_word(mode));
    return holds(trial, !has_changed(trial, trial->fresh), law) && ok;
}

static void check_reader(struct trial *trial)
{
    if (!only_looks(trial, MODE_DRY_RUN, 0) ||
        !holds(trial, step_is(trial, "done"), "dry-run does not end done"))
        return;
    if (!only_looks(trial, MODE_AUDIT, 0))
        return;
    if (only_looks(trial, MODE_LIVE, 0))
        holds(trial, step_is(trial, "done"), "a live read does not end done");
}

// (d)
static void check_undo(struct trial *trial, const struct value *effect, const char *run)
{
    const struct primitive *primitive = trial->primitive;
    if (primitive->irreversible != NULL || primitive->has[SLOT_ONCE]) {
        holds(trial, !value_flag_at(effect, "reversible") && value_text_at(effect, "irreversible") != NULL,
              "cannot be taken back and does not say why");
        return;
    }
    int status = world_undo(trial->world, run);
    if (holds(trial, status == 0 && step_is(trial, "done"), "undo does not end done"))
        holds(trial, !has_changed(trial, trial->fresh), "undo does not bring the estate back");
}

static void check_changer(struct trial *trial)
{
    const char *request;
    if (!only_looks(trial, MODE_DRY_RUN, 0) ||
        !holds(trial, step_is(trial, "planned"), "its example changes nothing in a fresh estate") ||
        !only_looks(trial, MODE_AUDIT, 4))
        return;
    // (b)
    int status = world_run(trial->world, trial->playbook, MODE_LIVE, NULL);
    const struct value *effect = world_record(trial->world, "effect.result", "one");
    const char *run = trial->world->run;
    const char *is = effect == NULL ? NULL : value_text_at(effect, "status");
    bool event = trial->primitive->has[SLOT_ONCE];
    if (!holds(trial, status == 0 && step_is(trial, "done"), "a live run does not end done") ||
        !holds(trial, is != NULL && strcmp(is, "applied") == 0, "it is not applied") ||
        !holds(trial, event || value_flag_at(effect, "verified"), "it is not verified") ||
        !holds(trial, has_changed(trial, trial->fresh),
               "it says that it changed, and the estate is as it was") ||
        !holds(trial, world_changes(trial->world, &request) > 0, "it changed without a request"))
        return;
    // (c)
    const char *after = world_digest(trial->world);
    status = world_run(trial->world, trial->playbook, MODE_LIVE, NULL);
    holds(trial, status == 0 && step_is(trial, "in-place"), "a second live run does not find it in place");
    holds(trial, world_changes(trial->world, &request) == 0, "a second live run sends a change");
    holds(trial, !has_changed(trial, after), "a second live run changes the estate");
    status = world_run(trial->world, trial->playbook, MODE_AUDIT, NULL);
    holds(trial, status == 0 && step_is(trial, "in-place"), "an audit afterwards does not find it in place");
    check_undo(trial, effect, run);
}

static void every_primitive_keeps_the_laws(void **state)
{
    (void)state;
    struct world *world = world_open(&(struct world_config){0});
    size_t count = 0;
    for (const char *const *name = primitive_names(world->vm); *name != NULL; name++) {
        if (!in_area(*name))
            continue;
        count++;
        struct trial trial = trial_open(*name);
        if (trial.primitive->risk == RISK_READ)
            check_reader(&trial);
        else
            check_changer(&trial);
        world_close(trial.world);
    }
    world_close(world);
    assert_true(count > 0);
    assert_int_equal(broken, 0);
}

static size_t digits(const char *at, const char *pattern)
{
    size_t length = 0;
    for (; *pattern != '\0'; pattern++, length++)
        if (*pattern == '0' ? at[length] < '0' || at[length] > '9' : at[length] != *pattern)
            return 0;
    return length;
}

// Moments, digests of secrets and ids of operations become marks.
static const char *timeless(struct arena *arena, const char *told)
{
    static const char digest[] = "hmac-sha256:", operation[] = "/operationResults/";
    struct text out = text_new(arena);
    for (const char *at = told; *at != '\0';) {
        if (digits(at, "0000-00-00T") > 0) {
            text_add(&out, "<moment>");
            at += strcspn(at, "Z\"");
        } else if (text_starts(at, operation)) {
            text_add(&out, "<operation>");
            at += strcspn(at, "?\"");
        } else if (text_starts(at, digest)) {
            at += strlen(digest);
            at += strspn(at, "0123456789abcdef");
        } else {
            text_addc(&out, *at++);
        }
    }
    return out.ptr;
}

static int by_line(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// What a dry-run reads and plans, without what differs from run to run: moments, secrets, the order of reads
// that go side by side.
static const char *story(struct world *world, const struct primitive *primitive)
{
    struct arena *arena = world->arena;
    world_run(world, world_step(world, primitive), MODE_DRY_RUN, NULL);
    size_t count = value_count(world->records);
    const char **lines = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct value *record = value_item(world->records, i), *members = value_get(record, "members");
        static const char *const told[] = {"status", "method", "url",      "body",
                                           "before", "after",  "requests", "result"};
        struct text line = text_new(arena);
        // How often one asks for what is under way is the clock's business.
        if (value_int_at(members, "status", 0) == 202 ||
            strcmp(value_text_at(record, "type"), "run.finished") == 0) {
            lines[i] = "";
            continue;
        }
        text_add(&line, value_text_at(record, "type"));
        for (size_t k = 0; k < sizeof told / sizeof told[0]; k++)
            if (value_get(members, told[k]) != NULL)
                text_addf(&line, " %s", json_text(arena, value_get(members, told[k])));
        lines[i] = timeless(arena, line.ptr);
    }
    qsort(lines, count, sizeof *lines, by_line);
    while (count > 0 && **lines == '\0')
        lines++, count--;
    return text_join(arena, lines, "\n");
}

// All primitives in one Lua state, forwards and then backwards: each tells the same story both times, and
// the one that it tells in a state of its own.
static void primitives_share_nothing(void **state)
{
    (void)state;
    struct world *shared = world_open(&(struct world_config){0});
    const char *const *names = primitive_names(shared->vm);
    size_t count = 0, differing = 0;
    while (names[count] != NULL)
        count++;
    const char **first = ARENA_ARRAY(shared->arena, const char *, count);
    for (size_t round = 0; round < 2; round++)
        for (size_t k = 0; k < count; k++) {
            size_t i = round == 0 ? k : count - 1 - k;
            struct err err = {0};
            const struct primitive *primitive = primitive_find(shared->vm, names[i], &err);
            if (!in_area(names[i]))
                continue;
            const char *now = story(shared, primitive);
            if (round == 0)
                first[i] = now;
            else if (strcmp(now, first[i]) != 0 && ++differing)
                print_error("%s tells\n%sand then\n%s", names[i], first[i], now);
        }
    world_close(shared);
    assert_int_equal(differing, 0);
}

int main(int argc, char **argv)
{
    area = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_primitive_keeps_the_laws),
                                       cmocka_unit_test(primitives_share_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
