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
#include "trail/note.h"

static bool requester_counts(const struct policy *policy, const char *word)
{
    enum risk risk;
    return risk_from_word(word, &risk) && policy->self[risk];
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

static const char *decision_text(struct arena *arena, const char *run, bool granted,
                                 const struct value *members)
{
    return arena_printf(arena, "playbook.approval/v1\n%s\n%s\n%s\n%s\n%s\n", run,
                        value_text_at(members, "path"), value_text_at(members, "digest"),
                        granted ? "granted" : "refused", value_text_at(members, "at"));
}

void consent_sign(struct arena *arena, const struct note_signer *signer, const char *run, bool granted,
                  struct value *members)
{
    value_put_text(arena, members, "key", note_key_text(arena, &signer->key));
    value_put_text(arena, members, "signature",
                   note_sign(arena, signer, decision_text(arena, run, granted, members)));
}

// Did the key that the line names sign just this?
static bool is_signed(const struct recall *recall, const struct value *line)
{
    struct note_key key;
    struct err ignored = {0};
    const char *vkey = value_text_at(line, "key"), *note = value_text_at(line, "signature");
    if (vkey == NULL || note == NULL || !note_parse_key(recall->arena, vkey, &key, &ignored))
        return false;
    const char *text = note_open(recall->arena, note, strlen(note), &key);
    return text_is(text, decision_text(recall->arena, recall->run, true, line));
}

// Who gave it: by the key where keys are wanted, else by the name.
static const char *giver(const struct policy *policy, const struct value *line)
{
    return value_text_at(line, policy->approvers[0] != NULL ? "key" : "who");
}

// Has `who` approved it in one of the first `count` lines?
static bool has_granted(const struct recall *recall, const struct policy *policy, size_t count,
                        const char *digest, const char *who)
{
    for (size_t i = 0; i < count; i++)
        if (is_grant(&recall->lines[i], digest) && text_same(giver(policy, recall->lines[i].line), who))
            return true;
    return false;
}

// Did the operator who began the run give it, under a name or with a key of that name?
static bool is_requester(const struct recall *recall, const char *who, const char *key)
{
    const char *by = value_text_at(recall->started, "by");
    return text_same(who, by) || (key != NULL && by != NULL && strcspn(key, "+") == strlen(by) &&
                                  strncmp(key, by, strlen(by)) == 0);
}

static bool counts(const struct recall *recall, const struct policy *policy, size_t i, const char *digest)
{
    const struct value *line = recall->lines[i].line;
    const char *key = value_text_at(line, "key");
    if (is_beforehand(&recall->lines[i]))
        return policy->approve_all;
    bool signs =
        policy->approvers[0] == NULL || (text_is_one_of(key, policy->approvers) && is_signed(recall, line));
    bool may = requester_counts(policy, value_text_at(line, "risk")) ||
               !is_requester(recall, value_text_at(line, "who"), key);
    return signs && may && !has_granted(recall, policy, i, digest, giver(policy, line));
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

// Why the key counts for nothing; NULL: it counts, or none is wanted.
static const char *key_bar(struct arena *arena, const struct policy *policy, const struct note_signer *signer)
{
    if (policy->approvers[0] == NULL)
        return NULL;
    if (signer == NULL)
        return "the policy wants approvals that are signed with a key of its approvers: --key FILE "
               "(`playbook audit key --new NAME` makes one)";
    const char *key = note_key_text(arena, &signer->key);
    return text_is_one_of(key, policy->approvers)
               ? NULL
               : arena_printf(arena, "the key %s is none of the approvers that the policy names", key);
}

const char *consent_bar(struct arena *arena, const struct recall *recall, const struct policy *policy,
                        const struct value *opened, const char *who, const struct note_signer *signer)
{
    const char *path = value_text_at(opened, "path"), *bar = key_bar(arena, policy, signer);
    const char *key = signer == NULL ? NULL : note_key_text(arena, &signer->key);
    if (bar != NULL)
        return arena_printf(arena, "%s: %s", path, bar);
    if (is_requester(recall, who, key) && !requester_counts(policy, value_text_at(opened, "risk")))
        return arena_printf(arena, "%s: %s began this run, and the policy wants the approval of others", path,
                            who);
    if (has_granted(recall, policy, recall->count, value_text_at(opened, "digest"),
                    policy->approvers[0] != NULL ? key : who))
        return arena_printf(arena, "%s: %s has approved it already, and the policy wants another's approval",
                            path, who);
    return NULL;
}
