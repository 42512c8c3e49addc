// Records: every one goes to the trail, the view and the sink, in this order. Not for what the records say.
// Invariant: what is told before run.started is held back and told after it.
#include "run/run.h"

#include <string.h>

#include "base/arena.h"
#include "data/json.h"
#include "report/view.h"
#include "run/loop.h"
#include "trail/trail.h"

enum { INLINE_VALUE = 24 * 1024, TRAIL_QUEUE = 1024 * 1024 };

static const struct engine_config *config_of(const struct run *run)
{
    return loop_config(run->engine);
}

void run_tell(struct run *run, const char *type, const struct value *members)
{
    run->last_ticket = trail_append(config_of(run)->trail, run->id, type, members);
    view_take(run->view, type, members);
    if (run->request.sink != NULL)
        run->request.sink(run->request.sink_context, type, members);
    struct err err = {0};
    if (trail_pending_bytes(config_of(run)->trail) > TRAIL_QUEUE &&
        !trail_commit(config_of(run)->trail, &err))
        run_fail(run, &err);
}

void run_record(struct run *run, const char *type, const struct value *members)
{
    if (run->silent) {
        view_take(run->view, type, members);
        return;
    }
    if (run->announced) {
        run_tell(run, type, members);
        return;
    }
    struct value *record = value_map(run->arena);
    value_put_text(run->arena, record, "type", type);
    value_put(run->arena, record, "members", members);
    value_append(run->arena, run->held, record);
}

void run_note(struct run *run, const char *path, const struct err *err)
{
    static const char *const severities[] = {"error", "warning", "note"};
    struct value *note = value_map(run->arena);
    value_put_text(run->arena, note, "path", path);
    value_put_text(run->arena, note, "severity", severities[err->severity]);
    if (err->code != E_NONE)
        value_put_text(run->arena, note, "code", err_name(err->code));
    value_put_text(run->arena, note, "message", err->message);
    if (err->pos.file != NULL) {
        value_put_text(run->arena, note, "file", err->pos.file);
        value_put(run->arena, note, "line", value_int(run->arena, err->pos.line));
        value_put(run->arena, note, "column", value_int(run->arena, err->pos.column));
    }
    if (err->hint[0] != '\0')
        value_put_text(run->arena, note, "hint", err->hint);
    run_record(run, "note", note);
}

const struct value *run_bounded(struct run *run, const struct value *value)
{
    struct trail *trail = config_of(run)->trail;
    const struct value *masked = trail_mask_value(trail, run->arena, value);
    if (run->silent)
        return masked;
    struct arena *scratch = arena_open();
    char *text = json_text(scratch, masked);
    size_t length = strlen(text);
    const struct value *result = masked;
    if (length > INLINE_VALUE) {
        struct err err = {0};
        struct value *reference = value_map(run->arena);
        const struct value *blob = trail_blob(trail, run->arena, text, length, &err);
        if (blob == NULL)
            run_fail(run, &err);
        value_put(run->arena, reference, "$blob", blob);
        result = reference;
    }
    arena_close(scratch);
    return result;
}
