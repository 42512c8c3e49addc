// A few processes side by side. Not for judging. Invariant: every child is awaited.
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crypto.h"

enum { AT_ONCE = 8 }; // most of them wait for a service that is slow, or says when to come again

struct child {
    pid_t pid; // 0: none
    size_t i;
};

static size_t await_one(struct child *children, int (*judge)(void *, size_t, int), void *context)
{
    int status;
    pid_t pid = wait(&status);
    for (size_t k = 0; k < AT_ONCE; k++)
        if (children[k].pid == pid) {
            children[k].pid = 0;
            return judge(context, children[k].i, status) == 0;
        }
    return 0;
}

size_t pool_run(size_t count, int (*one)(void *context, size_t i),
                int (*judge)(void *context, size_t i, int status), void *context)
{
    struct child children[AT_ONCE] = {0};
    size_t running = 0, wrong = 0;
    for (size_t i = 0; i < count; i++) {
        for (; running == AT_ONCE; running--)
            wrong += await_one(children, judge, context);
        struct child *child = children;
        while (child->pid != 0)
            child++;
        fflush(NULL);
        *child = (struct child){fork(), i};
        if (child->pid == 0)
            _exit(one(context, i));
        running++;
    }
    for (; running > 0; running--)
        wrong += await_one(children, judge, context);
    return wrong;
}

size_t pool_stride(size_t all, size_t most)
{
    return getenv("PLAYBOOK_FULL") != NULL || all <= most ? 1 : (all + most - 1) / most;
}

size_t pool_begin(size_t stride)
{
    static unsigned seed;
    const char *given = getenv("PLAYBOOK_SEED");
    if (stride == 1)
        return 0;
    if (seed == 0) {
        if (given == NULL)
            crypto_random(&seed, sizeof seed);
        else
            seed = (unsigned)strtoul(given, NULL, 10);
        seed = seed == 0 ? 1 : seed;
        printf("a sample of the cases: PLAYBOOK_SEED=%u, all with PLAYBOOK_FULL\n", seed);
    }
    return seed % stride;
}
