// Runs a playbook for many alerts side by side, or goes on with many runs. Invariant: each gives exactly one
// line, and so does every file that is no alert; what one of them came to changes nothing for the others.
#include "cli/run_all.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/inputs.h"
#include "cli/session.h"
#include "cli/unanswered.h"
#include "cli/watch.h"
#include "data/value.h"
#include "net/http.h"
#include "playbook/playbook.h"
#include "policy/profile.h"
#include "report/diag_out.h"
#include "report/json_out.h"
#include "report/view.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "intake/alert.h"

enum { JOBS_DEFAULT = 4, JOBS_MAX = 1024, PROGRESS_MIN = 20, WAITING = 3 };

struct job {
    struct run *run; // NULL: free
    struct arena *arena;
    struct watch watch;
};

int run_all_gravest(int a, int b)
{
    static const int order[] = {5, 8, 7, 6, 1, 2, 4, 3};
    if (a >= 128 || b >= 128)
        return a >= 128 ? a : b;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a > b ? a : b;
}

// One of a file, as --alert takes it. What stood on standard input is gone.
static const char *named(struct arena *arena, const char *file, const struct value *alert)
{
    const char *id = value_text_at(alert, "id");
    return file == NULL || id == NULL || strcmp(file, "-") == 0 ? NULL
                                                                : arena_printf(arena, "%s#%s", file, id);
}

// Alerts, and what is run for each.
struct alerts_work {
    struct session *session;
    const struct prepared_playbook *playbook;
    const struct inputs *inputs;
};

static int for_alert(void *context, size_t index, struct arena *arena, struct run_request *request)
{
    const struct alerts_work *work = context;
    const struct inputs *inputs = work->inputs;
    const struct options *options = &work->session->cli->options;
    const struct value *alert = value_item(inputs->alerts, index);
    const char *announced = inputs_announced(arena, alert);
    *request = (struct run_request){
        .playbook = work->playbook,
        .mode = inputs->mode,
        .alert = announced == NULL ? alert : NULL,
        .alert_id = announced,
        .alert_file = announced == NULL ? named(arena, inputs->alert_file, alert) : NULL,
        .params = inputs->params,
        .answers = inputs->answers,
        .unattended = options_has(options, OPT_UNATTENDED),
        .approve_all = options_has(options, OPT_APPROVE_ALL),
        .simulated = options_has(options, OPT_SIMULATED),
    };
    return 0;
}

// 0: it runs.
static int start(struct session *session, struct job *job, const struct run_all_work *work, size_t index)
{
    struct run_request request;
    job->arena = arena_open();
    int status = work->make(work->context, index, job->arena, &request);
    if (status != 0) {
        arena_close(job->arena);
        return status;
    }
    watch_begin(&job->watch, session->cli, job->arena, request.playbook->procedure, true);
    request.sink = watch_record;
    request.sink_context = &job->watch;
    job->run = run_start(session->engine, &request);
    job->watch.view = run_view(job->run);
    return 0;
}

int run_all_refuse(struct view *view, const struct err_list *errors)
{
    struct arena *arena = view->arena;
    for (size_t i = 0; i < errors->count; i++)
        if (errors->items[i].severity == ERR_ERROR)
            view_fail(view, &errors->items[i]);
    const struct text line = json_out_text(arena, view);
    cli_print(&line);
    return view->exit;
}

// What cannot be read as an alert, or is none for this playbook: a run that never began.
static int refuse(struct session *session, const struct prepared_playbook *playbook, enum mode mode,
                  const struct value *alert, const struct err *err)
{
    struct arena *arena = arena_open();
    struct view *view = view_new(arena);
    struct err_list *errors = err_list_new(arena);
    view->alert = alert == NULL ? &value_null : alert_without_raw(arena, alert);
    view->playbook = playbook->playbook->name;
    view->version = playbook->playbook->version;
    view->digest = playbook->digest;
    view->mode = mode_word(mode);
    view->profile = session->settings.profile->name;
    err_list_append(errors, err);
    int status = run_all_refuse(view, errors);
    if (!cli_json(session->cli) && alert == NULL) { // else all are told together
        struct text words = text_new(arena);
        diag_out_err(&words, &session->cli->messages, err);
        cli_mutter(&words);
    }
    arena_close(arena);
    return status;
}

static int finish(struct job *job)
{
    int status = run_exit(job->run);
    watch_print_json(&job->watch);
    run_close(job->run);
    arena_close(job->arena);
    *job = (struct job){0};
    return status;
}

// Progress, where the work is long: a line for each tenth.
static void tell(struct cli *cli, size_t ended, size_t all, size_t waiting, size_t bad)
{
    if (all < PROGRESS_MIN || (ended % (all / 10) != 0 && ended != all))
        return;
    struct text text = text_new(cli->arena);
    text_addf(&text, "%zu of %zu runs ended, %zu of them waiting, %zu not well\n", ended, all, waiting, bad);
    cli_mutter(&text);
}

static void tell_none(struct cli *cli)
{
    struct text text = text_new(cli->arena);
    text_addf(&text, "There is no alert in %s\n", options_value(&cli->options, OPT_ALERT));
    cli_mutter(&text);
}

// Takes out what the playbook does not answer, and tells a line for each.
static int refuse_others(struct session *session, const struct prepared_playbook *playbook,
                         const struct inputs *inputs, struct value *own, struct value *others)
{
    struct arena *arena = session->cli->arena;
    int status = 0;
    for (size_t i = 0; i < value_count(inputs->alerts); i++) {
        const struct value *alert = value_item(inputs->alerts, i);
        bool other = unanswered_is(arena, playbook->playbook, alert);
        value_append(arena, other ? others : own, alert);
        if (!other)
            continue;
        struct err err;
        unanswered_why(playbook->playbook, alert, &err);
        status = run_all_gravest(status, refuse(session, playbook, inputs->mode, alert, &err));
    }
    return status;
}

static void tell_fewer(struct cli *cli, long jobs, long wanted)
{
    struct text text = text_new(cli->arena);
    text_addf(&text, "runs side by side: %ld, not %ld, for no more files may be open (ulimit -n)\n", jobs,
              wanted);
    cli_mutter(&text);
}

bool run_all_jobs(const struct options *options, long *jobs, struct err *err)
{
    *jobs = JOBS_DEFAULT;
    bool ok = options_number(options, OPT_JOBS, JOBS_MAX, jobs, err);
    if (*jobs == 0)
        *jobs = JOBS_DEFAULT;
    return ok;
}

// The one that has this run (NULL: a free one), or NULL.
static struct job *job_of(struct job *jobs, size_t count, const struct run *run)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].run == run)
            return &jobs[i];
    return NULL;
}

// The gravest status of all; `before`: so many did not come so far. Each begins when the engine has room for
// it: where the processor is what all wait for, more at once would only need more memory, and end later.
static int run_each(struct session *session, const struct run_all_work *work, size_t jobs_count,
                    size_t before)
{
    struct job *jobs = ARENA_ARRAY(session->cli->arena, struct job, jobs_count);
    size_t next = 0, bad = before, waiting = 0;
    int status = 0;
    for (size_t ended = 0; ended < work->count;) {
        struct job *idle = next < work->count ? job_of(jobs, jobs_count, NULL) : NULL;
        struct run *run = (idle != NULL ? run_engine_take_or_begin : run_engine_take)(session->engine);
        int own = run == NULL ? start(session, idle, work, next++) : finish(job_of(jobs, jobs_count, run));
        if (run == NULL && own == 0) // it runs
            continue;
        status = run_all_gravest(status, own);
        waiting += own == WAITING;
        bad += own != 0 && own != WAITING;
        ended++;
        tell(session->cli, before + ended, before + work->count, waiting, bad);
    }
    return status;
}

static bool find_jobs(struct session *session, size_t *jobs, struct err *err)
{
    long wanted;
    if (!run_all_jobs(&session->cli->options, &wanted, err))
        return false;
    long fitting = http_most_jobs(wanted);
    if (fitting < wanted)
        tell_fewer(session->cli, fitting, wanted);
    *jobs = (size_t)fitting;
    return true;
}

int run_all_these(struct session *session, const struct run_all_work *work)
{
    struct err err;
    size_t jobs;
    return find_jobs(session, &jobs, &err) ? run_each(session, work, jobs, 0) : cli_fail(session->cli, &err);
}

int run_all(struct session *session, const struct prepared_playbook *playbook, const struct inputs *inputs)
{
    struct err err;
    size_t jobs;
    struct arena *arena = session->cli->arena;
    struct value *own = value_list(arena), *others = value_list(arena);
    struct inputs answered = *inputs;
    answered.alerts = own;
    if (!find_jobs(session, &jobs, &err))
        return cli_fail(session->cli, &err);
    int status = 0;
    if (value_count(inputs->alerts) + inputs->refused_count == 0)
        tell_none(session->cli);
    for (size_t i = 0; i < inputs->refused_count; i++)
        status = run_all_gravest(status, refuse(session, playbook, inputs->mode, NULL, &inputs->refused[i]));
    status = run_all_gravest(status, refuse_others(session, playbook, inputs, own, others));
    size_t before = inputs->refused_count + value_count(others);
    struct alerts_work alerts = {session, playbook, &answered};
    const struct run_all_work work = {.count = value_count(own), .context = &alerts, .make = for_alert};
    status = run_all_gravest(status, run_each(session, &work, jobs, before));
    unanswered_tell(session, playbook->playbook, others, value_count(inputs->alerts));
    return status;
}
