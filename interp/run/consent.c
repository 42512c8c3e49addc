// Whose approval counts. Not for asking people, nor for what is done with the number (approve.c). Invariant:
// nobody counts twice for the same changes; who began the run counts only where the policy says so; and where
// the policy names keys, a word without a signature counts for nothing.
#include "run/consent.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "policy/policy.h"
#include "run/recall.h"

static bool requester_counts(const struct policy *policy, const char *risk)
{
    for (int i = 0; i < RISK_COUNT; i++)
        if (text_same(risk_word((enum risk)i), risk))
            return policy->self[i];
    return false;
}

static bool is_grant(const struct recall_line *line, const char *digest)
{
    return strcmp(line->type, "approval.granted") == 0 &&
           text_same(value_text_at(line->line, "digest"), digest);
}

// Beforehand by the option: that stands for as many as are wanted.
static bool is_beforehand(const struct recall_line *line)
{
    return text_same(value_text_at(line->line, "how"), "approve-all");
}

// Has `who` approved it in one of the first `count` lines?
static bool has_granted(const struct recall *recall, size_t count, const char *digest, const char *who)
{
    for (size_t i = 0; i < count; i++)
        if (is_grant(&recall->lines[i], digest) &&
            text_same(value_text_at(recall->lines[i].line, "who"), who))
            return true;
    return false;
}

static bool counts(const struct recall *recall, const struct policy *policy, size_t i, const char *digest)
{
    const struct recall_line *line = &recall->lines[i];
    const char *who = value_text_at(line->line, "who");
    if (is_beforehand(line))
        return policy->approve_all;
    bool signs = value_text_at(line->line, "key") != NULL || policy->approvers[0] == NULL;
    bool may = requester_counts(policy, value_text_at(line->line, "risk")) ||
               !text_same(who, value_text_at(recall->started, "by"));
    return signs && may && !has_granted(recall, i, digest, who);
}

int consent_count(const struct recall *recall, const struct policy *policy, const char *digest, bool *refused)
{
    int granted = 0;
    *refused = false;
    for (size_t i = 0; recall != NULL && i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (is_grant(line, digest))
            granted += counts(recall, policy, i, digest);
        else if (strcmp(line->type, "approval.refused") == 0)
            *refused = *refused || text_same(value_text_at(line->line, "digest"), digest);
    }
    return granted;
}

const char *consent_bar(struct arena *arena, const struct recall *recall, const struct policy *policy,
                        const struct value *opened, const char *who)
{
    const char *path = value_text_at(opened, "path");
    if (policy->approvers[0] != NULL)
        return arena_printf(arena,
                            "%s: the policy wants approvals that are signed with the keys of its "
                            "approvers, and this program takes none yet",
                            path);
    if (text_same(who, value_text_at(recall->started, "by")) &&
        !requester_counts(policy, value_text_at(opened, "risk")))
        return arena_printf(arena, "%s: %s began this run, and the policy wants the approval of others", path,
                            who);
    if (has_granted(recall, recall->count, value_text_at(opened, "digest"), who))
        return arena_printf(arena, "%s: %s has approved it already, and the policy wants another's approval",
                            path, who);
    return NULL;
}
