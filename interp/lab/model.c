// Types of Graph. Not for what a member holds. Invariant: what a client asks by a name that the type does not
// have is refused, never answered as if nothing had it.
#include "lab/model.h"

#include <string.h>

#include "base/arena.h"
#include "lab/call.h"
#include "lab/check.h"

static const struct model models[] = {
#define X(words, type, members) {words, type, members},
#include "lab/model.def"
#undef X
};

const struct model *model_of(const struct call *call)
{
    for (size_t back = 1; call->host == CALL_GRAPH && back <= 2 && back < call->segment_count; back++)
        for (size_t i = 0; i < sizeof models / sizeof models[0]; i++)
            if (check_word(call->segments[call->segment_count - back], models[i].words))
                return &models[i];
    return NULL;
}

bool model_knows(struct call *call, const struct model *model, const char *path, const char *what)
{
    const char *name = arena_strndup(call->arena, path, strcspn(path, "./"));
    if (model == NULL || check_word(name, model->members))
        return true;
    call_fail(call, 400, "BadRequest",
              "%s: Could not find a property named '%.64s' on type 'microsoft.graph.%s'.", what, name,
              model->type);
    return false;
}
