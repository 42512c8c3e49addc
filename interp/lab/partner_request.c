// Service requests of a partner at Partner Center: what stands in one, and notes to it. One is made in the
// portal only. Invariant: a note is never changed or taken back.
#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/estate.h"
#include "lab/handlers.h"
#include "lab/make.h"

// NULL after answering.
static const struct value *find(struct call *call, char **key)
{
    *key = arena_printf(call->arena, "partner/requests/%s", text_lower(call->arena, call->args[0]));
    const struct value *found = estate_get(call->estate, *key);
    if (found == NULL)
        call_fail(call, 404, "2000", "The service request %.60s is not found.", call->args[0]);
    return found;
}

void partner_get_request(struct call *call)
{
    char *key;
    const struct value *found = find(call, &key);
    if (found != NULL)
        call_ok(call, 200, found);
}

static const struct value *with_note(struct call *call, const struct value *notes, const char *said)
{
    struct value *list = value_list(call->arena);
    for (size_t i = 0; i < value_count(notes); i++)
        value_append(call->arena, list, value_item(notes, i));
    value_append(call->arena, list,
                 make_value(call->arena, "{'createdByName': 'Partner', 'createdDate': %s, 'text': %s}",
                            clock_rfc3339(call->arena, clock_now_ms()), said));
    return list;
}

void partner_patch_request(struct call *call)
{
    char *key;
    const struct value *found = find(call, &key), *body = found == NULL ? NULL : call_body(call);
    const struct value *status = value_get_nocase(body, "Status");
    const char *said = value_text(value_get_nocase(value_get_nocase(body, "NewNote"), "Text"));
    if (body == NULL)
        return;
    if (said == NULL && status == NULL) {
        call_fail(call, 400, "2000", "Nothing of the service request is changed.");
        return;
    }
    if (status != NULL && !check_word(value_text(status), "none open closed attention_needed")) {
        call_fail(call, 400, "2000", "The status is none, open, closed or attention_needed.");
        return;
    }
    const struct value *change =
        make_value(call->arena, "{'lastModifiedDate': %s}", clock_rfc3339(call->arena, clock_now_ms()));
    if (said != NULL)
        change = value_merge_patch(
            call->arena, change,
            make_value(call->arena, "{'notes': %v}", with_note(call, value_get(found, "notes"), said)));
    if (status != NULL)
        change = value_merge_patch(call->arena, change, make_value(call->arena, "{'status': %v}", status));
    const struct value *now = value_merge_patch(call->arena, found, change);
    estate_put(call->estate, key, now);
    call_ok(call, 200, now);
}
