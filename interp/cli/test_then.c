// Takes back what the run of a case changed. Not for what is expected of it (report/expect.c). Invariant: the
// end of a lease is what `resume --due` makes of it, but for the clock: here its time is over.
#include "cli/test_then.h"

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/open.h"
#include "cli/session.h"
#include "run/due.h"
#include "run/engine.h"
#include "run/recall.h"
#include "run/relied.h"
#include "run/undo.h"

// `path` NULL: all.
static struct run *take_back(struct session *session, const struct run_request *like, const char *run,
                             const char *path, struct err *err)
{
    struct cli *cli = session->cli;
    const struct recall *of = recall_open(cli->arena, session->trail, run, err);
    struct undo_plan *plan =
        of == NULL ? NULL : undo_plan_new(cli->arena, open_catalog(cli), session->vm, of, path, err);
    struct relied relied;
    if (plan == NULL || !relied_find_any(cli->arena, session->trail, session->vm, plan, &relied, err))
        return NULL;
    // The time of a later run that counts on this one's lease is over as well: it stands in nobody's way.
    plan->leased = path != NULL && (relied.run == NULL || relied.until_ms == INT64_MAX);
    const struct run_request request = {.playbook = &plan->playbook,
                                        .mode = like->mode,
                                        .alert = of->alert,
                                        .undo = plan,
                                        .unattended = true,
                                        .approve_all = like->approve_all,
                                        .simulated = true};
    (void)run_start(session->engine, &request);
    return run_engine_take(session->engine);
}

bool test_then_run(struct session *session, const struct run_request *like, const char *run, const char *word,
                   struct run ***runs, size_t *count, struct err *err)
{
    struct arena *arena = session->cli->arena;
    bool all = text_same(word, "undo");
    struct due_list due;
    *count = 0;
    if (!due_find(arena, session->trail, INT64_MAX, &due, err))
        return false;
    *runs = ARENA_ARRAY(arena, struct run *, due.count + 1);
    for (size_t i = 0; i < (all ? 1 : due.count); i++) {
        if (!all && due.items[i].kind != DUE_LEASE)
            continue;
        struct run *back =
            take_back(session, like, all ? run : due.items[i].run, all ? NULL : due.items[i].path, err);
        if (back == NULL && err->code == E_USAGE)
            return err_set(err, E_EXPECT,
                           "nothing to undo: the run changed nothing, and found nothing in place");
        if (back == NULL)
            return false;
        (*runs)[(*count)++] = back;
    }
    return *count > 0 || err_set(err, E_EXPECT, "no lease: the run holds nothing for a time");
}
