// One run, from its start to what is shown of it. Not for which run (cmd_run.c, cmd_resume.c).
#include "cli/run_one.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "policy/policy.h"
#include "report/view.h"
#include "run/engine.h"
#include "trail/trail.h"

int run_one(struct session *session, struct watch *watch, struct run_request *request, bool offer)
{
    bool json = cli_json(session->cli);
    const struct policy *policy = session->settings.policy;
    watch->approvals =
        policy->approve_all && policy_needs(policy, RISK_CONTAIN) + policy_needs(policy, RISK_DESTROY) > 0;
    request->sink = watch_record;
    request->sink_context = watch;
    run_start(session->engine, request);
    struct run *run = run_engine_take(session->engine); // the only one, so it is this one
    int status = run_exit(run);
    bool limit;
    const struct trail_extent extent = trail_extent(session->trail, session->cli->arena, run_id(run));
    watch->view->run = arena_strdup(session->cli->arena, run_id(run));
    watch->view->first = extent.first;
    watch->view->last = extent.last;
    watch->view->root = extent.root;
    if (request->explore) {
        watch->view->leaves = run_leaves(run, &limit);
        watch->view->leaves_cut = limit;
    }
    if (json)
        watch_print_json(watch);
    else
        watch_show(watch, offer);
    run_close(run);
    return status;
}
