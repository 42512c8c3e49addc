// What holds for every primitive that changes something, when its one step does not go through: the process
// is killed at the n-th record and another one goes on (e); the n-th request fails, by each kind of fault
// (f); a byte of its trail is another one (g). A sample of all cases; all of them with PLAYBOOK_FULL. Each
// case is a process with an estate of its own. usage: recovery_test AREA [e|f|g CASE]
#include "../scratch.h"
#include "world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"
#include "story.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/mode.h"
#include "trail/trail.h"
#include "trail/verify.h"
#include "vm/prim.h"

// Of a sample: every how-many-th kill and fault; how many flipped bytes of each trail.
enum { KILLS = 24, FAULTS = 160, FLIPS = 12 };

static const char *const faults[] = {"status 429", "status 503", "status 401", "status 403",
                                     "status 500", "lose",       "drop",       "truncate",
                                     "garble",     "delay 7500", "hold 7500"};
enum { KINDS = sizeof faults / sizeof faults[0] };

// What an undisturbed run of a primitive's example does. The digest is NULL where two such runs leave two
// estates: the service notes when something was done; then an audit says whether it is in place.
struct whole {
    const char *name, *digest;
    size_t records, requests, mails;
};

// Cases in a row: those of the first primitive, then those of the next.
struct plan {
    struct arena *arena;
    struct whole *wholes;
    size_t count, stride, begin; // every stride-th case from there
    size_t (*cases)(const struct whole *whole);
};

static size_t kills_of(const struct whole *whole)
{
    return whole->records;
}

static size_t faults_of(const struct whole *whole)
{
    return whole->requests * KINDS;
}

static size_t case_of(const struct plan *plan, size_t i)
{
    return i * plan->stride + plan->begin;
}

static size_t all_of(const struct plan *plan)
{
    size_t all = 0;
    for (size_t i = 0; i < plan->count; i++)
        all += plan->cases(&plan->wholes[i]);
    return all;
}

// The primitive of the i-th case of a sample; *n is the case among its own.
static const struct whole *whole_of(const struct plan *plan, size_t i, size_t *n)
{
    const struct whole *whole = plan->wholes;
    for (*n = case_of(plan, i); *n >= plan->cases(whole); whole++)
        *n -= plan->cases(whole);
    return whole;
}

static const struct prepared_playbook *step_of(struct world *world, const char *name,
                                               const struct primitive **primitive)
{
    struct err err = {0};
    *primitive = primitive_find(world->vm, name, &err);
    world_must(*primitive != NULL, &err);
    return world_step(world, *primitive);
}

static size_t requests_of(struct world *world)
{
    size_t length, count = 0;
    struct err err = {0};
    const char *bytes = file_read(world->arena, world->record, 64 << 20, &length, &err);
    world_must(bytes != NULL, &err);
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == '\n';
    return count;
}

static void measure(struct arena *arena, struct whole *whole)
{
    const struct primitive *primitive;
    struct world *world = world_open(&(struct world_config){0});
    const struct prepared_playbook *playbook = step_of(world, whole->name, &primitive);
    if (world_run(world, playbook, MODE_LIVE, NULL) != 0) {
        world_print(world);
        fail_msg("%s: its example does not end well", whole->name);
    }
    whole->records = value_count(world->records);
    whole->requests = requests_of(world);
    whole->mails = story_mails(world);
    const char *digest = arena_strdup(arena, world_digest(world));
    whole->digest = whole->digest == NULL || strcmp(whole->digest, digest) == 0 ? digest : NULL;
    world_close(world);
}

static bool in_area(const char *name, const char *area)
{
    return text_starts(name, area) && name[strlen(area)] == '.';
}

static struct plan plan_new(const char *area)
{
    struct plan plan = {.arena = arena_open(), .stride = 1};
    struct world *world = world_open(&(struct world_config){0});
    const char *const *names = primitive_names(world->vm);
    size_t all = 0, known = 0;
    while (names[all] != NULL)
        all++;
    plan.wholes = ARENA_ARRAY(plan.arena, struct whole, all);
    for (size_t i = 0; i < all; i++) {
        struct err err = {0};
        if (!in_area(names[i], area))
            continue;
        known++;
        const struct primitive *primitive = primitive_find(world->vm, names[i], &err);
        if (primitive != NULL && primitive->risk != RISK_READ)
            plan.wholes[plan.count++].name = arena_strdup(plan.arena, names[i]);
    }
    world_close(world);
    if (known == 0)
        fail_msg("no primitive is of the area %s", area);
    for (size_t i = 0; i < 2 * plan.count; i++)
        measure(plan.arena, &plan.wholes[i / 2]);
    return plan;
}

static int complain(struct world *world, const struct whole *whole, size_t number, const char *what)
{
    print_error("case %zu, %s: %s\n", number, whole->name, what);
    world_print(world);
    return POOL_FAILED;
}

// After going on: the estate is where an undisturbed run brings it, or nobody knows what became of a request
// that must not be sent twice, and a person is asked.
static int check_end(struct world *world, const struct whole *whole, const struct primitive *primitive,
                     size_t number, int status)
{
    bool once = primitive->has[SLOT_ONCE] || !primitive->repeatable;
    bool asked = status == 3 && once && world_count(world, "step.finished", "undecided") > 0;
    if (status != 0 && !asked)
        return complain(world, whole, number, "what comes after it does not end well");
    if (story_mails(world) > whole->mails)
        return complain(world, whole, number, "a mail was sent twice");
    if (!asked && whole->digest != NULL && strcmp(world_digest(world), whole->digest) != 0)
        return complain(world, whole, number, "the estate is not where an undisturbed run brings it");
    if (!asked && whole->digest == NULL &&
        world_run(world, world_step(world, primitive), MODE_AUDIT, NULL) != 0)
        return complain(world, whole, number, "an audit afterwards does not find it in place");
    if (!story_is_covered(world) || !world_trail_is_whole(world))
        return complain(world, whole, number, "the trail does not tell what happened");
    return 0;
}

// Goes on with the run, or runs again where nothing was begun.
static int go_on(struct world *world, const struct prepared_playbook *playbook)
{
    int status = world_resume(world, playbook);
    return status < 0 ? world_run(world, playbook, MODE_LIVE, NULL) : status;
}

// Another process, in the folder that the first one left, goes on.
static int check_going_on(const char *folder, const struct whole *whole, size_t number)
{
    const struct primitive *primitive;
    struct world *world = world_open(&(struct world_config){.state = folder});
    const struct prepared_playbook *playbook = step_of(world, whole->name, &primitive);
    int result = check_end(world, whole, primitive, number, go_on(world, playbook));
    world_close(world);
    return result;
}

static int killed(void *context, size_t i)
{
    size_t n;
    const struct plan *plan = context;
    const struct whole *whole = whole_of(plan, i, &n);
    const struct primitive *primitive;
    char folder[SCRATCH_SIZE];
    scratch_open(folder);
    pid_t pid = fork();
    if (pid == 0) {
        struct world *world = world_open(&(struct world_config){.state = folder});
        world->kill_at = n + 1;
        world_run(world, step_of(world, whole->name, &primitive), MODE_LIVE, NULL);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    int result = WIFSIGNALED(status) ? check_going_on(folder, whole, case_of(plan, i)) : POOL_FAILED;
    scratch_close(folder);
    return result;
}

static int faulty(void *context, size_t i)
{
    size_t n, number;
    const struct plan *plan = context;
    const struct whole *whole = whole_of(plan, i, &n);
    const struct primitive *primitive;
    char folder[SCRATCH_SIZE];
    number = case_of(plan, i);
    scratch_open(folder);
    const char *fault = faults[n % KINDS];
    const struct world_config config = {
        .state = folder,
        .faults = arena_printf(plan->arena,
                               "[{\"match\": \"*\", \"nth\": %zu, \"retry_after\": 1, \"do\": \"%s\"}]",
                               n / KINDS + 1, fault),
        .timeout_ms = world_patience_ms(fault)};
    struct world *world = world_open(&config);
    int status = world_run(world, step_of(world, whole->name, &primitive), MODE_LIVE, NULL), result = 0;
    if (status != 0 && status != 1 && status != 7) // 7: what must be read could not be
        result = complain(world, whole, number, "not an end that is defined");
    else if (!story_is_covered(world) || !story_has_ends(world) || !world_trail_is_whole(world))
        result = complain(world, whole, number, "the trail does not tell what happened");
    else if (status == 0)
        result = check_end(world, whole, primitive, number, 0);
    world_close(world);
    if (result == 0 && status != 0)
        result = check_going_on(folder, whole, number);
    if (result != 0)
        print_error("  %s\n", config.faults);
    scratch_close(folder);
    return result;
}

// The flipped byte is a bit of the log, of what is signed of it.
static int tampered(void *context, size_t i)
{
    const struct plan *plan = context;
    const struct whole *whole = &plan->wholes[i];
    const struct primitive *primitive;
    struct world *world = world_open(&(struct world_config){0});
    struct err err = {0};
    struct verify_report report;
    size_t length;
    world_run(world, step_of(world, whole->name, &primitive), MODE_LIVE, NULL);
    trail_close(world->trail);
    world->trail = NULL;
    const struct verify_config config = {.state = world->state, .config_dir = world_path(world, "config")};
    const char *log = world_path(world, "trail/log.jsonl");
    char *bytes = file_read(world->arena, log, 64 << 20, &length, &err);
    world_must(bytes != NULL && verify_trail(world->arena, &config, &report, &err), &err);
    int result =
        report.verdict == VERIFY_TAMPERED ? complain(world, whole, i, "its trail does not verify") : 0;
    int fd = open(log, O_WRONLY | O_CLOEXEC); // written in place: there are as many flips as bytes
    for (size_t k = 0, step = pool_stride(length, FLIPS); result == 0 && k * step < length; k++) {
        struct arena *arena = arena_open();
        size_t at = (k * step + i * 7) % length;
        char other = (char)(bytes[at] ^ 1 << (k % 8));
        if (pwrite(fd, &other, 1, (off_t)at) != 1)
            result = complain(world, whole, i, "its log cannot be written");
        world_must(verify_trail(arena, &config, &report, &err), &err);
        if (report.verdict != VERIFY_TAMPERED)
            result = complain(world, whole, i, arena_printf(world->arena, "byte %zu may be another one", at));
        if (pwrite(fd, &bytes[at], 1, (off_t)at) != 1)
            result = POOL_FAILED;
        arena_close(arena);
    }
    close(fd);
    world_close(world);
    return result;
}

static int judge(void *context, size_t i, int status)
{
    if (WIFSIGNALED(status))
        print_error("case %zu: killed by %d\n", case_of(context, i), WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static size_t sample(struct plan *plan, size_t (*cases)(const struct whole *), size_t every)
{
    plan->cases = cases;
    size_t all = all_of(plan);
    plan->stride = pool_stride(all, all / every + 1);
    if (plan->stride % KINDS == 0) // or it would be one kind of fault
        plan->stride++;
    plan->begin = pool_begin(plan->stride);
    size_t count = plan->begin < all ? (all - plan->begin - 1) / plan->stride + 1 : 0;
    printf("%zu of %zu cases\n", count, all);
    return count;
}

// (e)
static void a_killed_run_is_gone_on_with(void **state)
{
    struct plan *plan = *state;
    assert_int_equal(pool_run(sample(plan, kills_of, KILLS), killed, judge, plan), 0);
}

// (f)
static void a_failed_request_is_made_up_for(void **state)
{
    struct plan *plan = *state;
    assert_int_equal(pool_run(sample(plan, faults_of, FAULTS), faulty, judge, plan), 0);
}

// (g)
static void a_flipped_byte_is_seen(void **state)
{
    struct plan *plan = *state;
    plan->stride = 1;
    plan->begin = 0;
    assert_int_equal(pool_run(plan->count, tampered, judge, plan), 0);
}

// One case by its number among all.
static int single(struct plan *plan, char law, size_t number)
{
    plan->cases = law == 'e' ? kills_of : faults_of;
    size_t all = law == 'g' ? plan->count : all_of(plan);
    if (number >= all) {
        print_error("there are %zu cases of this law\n", all);
        return 2;
    }
    return law == 'e' ? killed(plan, number) : law == 'f' ? faulty(plan, number) : tampered(plan, number);
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 4)
        return 2;
    struct plan plan = plan_new(argv[1]);
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(a_killed_run_is_gone_on_with, &plan),
                                       cmocka_unit_test_prestate(a_failed_request_is_made_up_for, &plan),
                                       cmocka_unit_test_prestate(a_flipped_byte_is_seen, &plan)};
    int failed = argc == 4 ? single(&plan, argv[2][0], (size_t)strtoul(argv[3], NULL, 10))
                           : cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(plan.arena);
    return failed;
}
