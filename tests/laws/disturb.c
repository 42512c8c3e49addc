// Disturbs, awaits, judges. Not for what is right (the tests). Invariant: the disturbed process ended as its
// disturbance ends a process; one that was not reached counts as wrong.
#include "disturb.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"
#include "world.h"

#include "../scratch.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/file.h"

void disturb_now(const struct disturb *disturb, struct world *world)
{
    if (disturb->kind == 'i')
        world->signal_at = disturb->at;
    else if (disturb->kind == 'r')
        world->kill_at = disturb->at;
    else
        fault_set(disturb->kind, (unsigned)disturb->at);
}

static bool ended_as_it_must(const struct disturb *disturb, int status)
{
    if (disturb->kind == 'k' || disturb->kind == 'r')
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    return WIFEXITED(status) && WEXITSTATUS(status) == (disturb->kind == 'i' ? 128 + SIGINT : 8);
}

static int act_in(const struct disturb *disturb, const struct world_config *config)
{
    struct world_config disturbed = *config;
    disturbed.faults = disturb->faults;
    struct world *world = world_open(&disturbed);
    int status = disturb->act(disturb, world);
    fault_set('k', 0);
    world_close(world);
    return status;
}

static int one(void *context, size_t i)
{
    struct disturb disturb = *(const struct disturb *)context;
    struct arena *arena = arena_open();
    char folder[SCRATCH_SIZE];
    int status;
    disturb.at = 1 + i * disturb.stride + disturb.begin;
    scratch_open(folder);
    const struct world_config config = {.state = folder, .lib = disturb.lib};
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(act_in(&disturb, &config));
    waitpid(pid, &status, 0);
    struct world *world = world_open(&config);
    const char *wrong = disturb.judge(&disturb, world);
    if (wrong == NULL && !ended_as_it_must(&disturb, status))
        wrong = arena_printf(arena, "it ended with %d, signal %d", WEXITSTATUS(status),
                             WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    if (wrong != NULL) {
        print_error("%s, %c at %zu: %s\n", disturb.name, disturb.kind, disturb.at, wrong);
        world_print(world);
    }
    world_close(world);
    scratch_close(folder);
    arena_close(arena);
    return wrong == NULL ? 0 : POOL_FAILED;
}

static int judge(void *context, size_t i, int status)
{
    (void)context, (void)i;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

size_t disturb_all(struct disturb disturb, char kind, size_t points, size_t samples)
{
    disturb.kind = kind;
    disturb.stride = pool_stride(points, samples);
    disturb.begin = pool_begin(disturb.stride);
    assert_true(points > 5);
    return pool_run(points / disturb.stride, one, judge, &disturb);
}
