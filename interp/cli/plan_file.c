// Writes and reads plans. Not for what a plan means (run/plan.c). Invariant: no secret stands in one; a file
// is whole or not there.
#include "cli/plan_file.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/inputs.h"
#include "cli/session.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/profile.h"
#include "run/engine.h"
#include "run/prepare.h"

enum { PLAN_FORM = 1, PLAN_MAX_FILE = 64 * 1024 * 1024 };

bool plan_file_write(struct session *session, const struct run_request *request, const struct run *run,
                     const char *file, struct err *err)
{
    struct arena *arena = session->cli->arena;
    const struct playbook *playbook = request->playbook->playbook;
    struct value *plan = value_map(arena);
    value_put(arena, plan, "plan", value_int(arena, PLAN_FORM));
    value_put_text(arena, plan, "made", clock_rfc3339(arena, clock_now_ms()));
    value_put_text(arena, plan, "run", run_id(run));
    value_put_text(arena, plan, "playbook", playbook->name);
    value_put_text(arena, plan, "version", playbook->version);
    value_put_text(arena, plan, "file", playbook->file->name);
    value_put_text(arena, plan, "digest", request->playbook->digest);
    value_put_text(arena, plan, "profile", session->settings.profile->name);
    value_put_text(arena, plan, "tenant", session->settings.profile->tenant);
    value_put(arena, plan, "alert", run_alert(run));
    value_put_text(arena, plan, "alert_file", request->alert_file);
    value_put(arena, plan, "params", request->params);
    value_put(arena, plan, "answers", inputs_answered(arena, run_view(run), request->answers));
    value_put(arena, plan, "changes", run_plan(run));
    struct text out = text_new(arena);
    json_write_line(&out, plan);
    return file_replace(file, out.ptr, out.length, err);
}

const struct value *plan_file_read(struct cli *cli, const char *file, struct err *err)
{
    size_t length;
    *err = (struct err){0};
    const char *bytes = file_read(cli->arena, file, PLAN_MAX_FILE, &length, err);
    const struct value *plan = bytes == NULL ? NULL : json_parse_own(cli->arena, file, bytes, length, err);
    if (bytes == NULL || plan == NULL)
        return NULL;
    if (value_int_at(plan, "plan", 0) == PLAN_FORM && value_text_at(plan, "playbook") != NULL &&
        value_text_at(plan, "version") != NULL && value_text_at(plan, "digest") != NULL &&
        value_is(value_get(plan, "changes"), VALUE_LIST))
        return plan;
    err_set(err, E_USAGE, "%s is no plan that this program understands", file);
    err_hint(err, "`playbook run NAME --dry-run --plan-out FILE` writes one");
    return NULL;
}
