// Reading a policy. Not for judging targets (protect.c) or requests (gate.c), and not for counting approvals
// (run/). Invariant: what a file leaves out has the default of risk.def and of the shape below.
#include "policy/policy.h"

#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "policy/shape.h"

enum { MOST_APPROVALS = 20, MOST_CHANGES = 100000 };

static const struct {
    const char *word;
    int needs;
    bool self;
} risks[RISK_COUNT] = {
#define X(risk, word, needs, self) {word, needs, self},
#include "policy/risk.def"
#undef X
};

static const char shape[] = "{\"allow\": {\"type\": \"list\", \"of\": \"string\", \"default\": [\"*\"]},"
                            " \"approvals\": {\"type\": \"record\", \"optional\": true,"
                            "   \"fields\": {\"contain\": \"int?\", \"destroy\": \"int?\"}},"
                            " \"self\": {\"type\": \"record\", \"optional\": true,"
                            "   \"fields\": {\"contain\": \"bool?\", \"destroy\": \"bool?\"}},"
                            " \"approvers\": {\"type\": \"list\", \"of\": \"string\", \"optional\": true},"
                            " \"max_changes\": {\"type\": \"int\", \"default\": 100},"
                            " \"approve_all\": \"bool?\", \"only_signed\": \"bool?\","
                            " \"protect\": {\"type\": \"list\", \"optional\": true}}";

const char *risk_word(enum risk risk)
{
    REQUIRE((size_t)risk < RISK_COUNT);
    return risks[risk].word;
}

bool risk_from_word(const char *word, enum risk *risk)
{
    for (int i = 0; word != NULL && i < RISK_COUNT; i++)
        if (strcmp(word, risks[i].word) == 0) {
            *risk = (enum risk)i;
            return true;
        }
    return false;
}

// One entry of `protect`: a text, or {match, why}.
static void parse_protect(struct arena *arena, const struct value *entry, struct policy_protect *out,
                          struct err_list *errors)
{
    out->pos = value_pos(entry);
    out->what = value_text(entry);
    if (out->what == NULL) {
        static const char entry_shape[] = "{\"match\": \"string\", \"why\": \"string?\"}";
        const struct value *map = NULL;
        if (value_is(entry, VALUE_MAP))
            map = shape_check(arena, entry_shape, entry, "an entry of 'protect'", errors);
        else
            err_list_add(errors, ERR_ERROR, E_TYPE, value_pos(entry),
                         "an entry of 'protect' is a text or {match, why}");
        if (map == NULL)
            return;
        out->what = value_text_at(map, "match");
        out->why = value_text_at(map, "why");
    }
    // No user principal name holds one of these signs; with them nobody would be met, and nobody looked up.
    bool upn = schema_is_email(out->what) && strpbrk(out->what, "/%*?") == NULL;
    if (out->what[0] == '/' || schema_is_guid(out->what) || upn)
        return;
    err_hint(
        err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(entry),
                     "'%.80s' cannot be protected: what is it?", out->what),
        "%s",
        text_starts_nocase(out->what, "https://")
            ? "no URL, but the id: of what is in a vault that of the vault and /secrets/NAME, /keys/NAME "
              "or /certificates/NAME"
            : "a resource id that begins with '/', an object or application id, or a user principal "
              "name: no display name, no pattern of names");
}

static void parse_numbers(const struct value *map, struct policy *policy, struct err_list *errors)
{
    for (size_t i = 0; i < RISK_COUNT; i++) {
        const struct value *needs = value_get(value_get(map, "approvals"), risks[i].word);
        const struct value *self = value_get(value_get(map, "self"), risks[i].word);
        policy->self[i] = value_is(self, VALUE_BOOL) ? self->flag : risks[i].self;
        policy->approvals[i] = value_is(needs, VALUE_INT) ? (int)needs->integer : risks[i].needs;
        if (value_is(needs, VALUE_INT) && (needs->integer < 0 || needs->integer > MOST_APPROVALS))
            err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(needs), "approvals are counted from 0 to %d",
                         MOST_APPROVALS);
    }
    const struct value *most = value_get(map, "max_changes");
    if (most->integer < 0 || most->integer > MOST_CHANGES)
        err_list_add(errors, ERR_ERROR, E_CONFIG, value_pos(most), "'max_changes' is between 0 and %d",
                     MOST_CHANGES);
    policy->max_changes = (int)most->integer;
    policy->max_pos = value_pos(most);
}

static const struct src_pos *places_of(struct arena *arena, const struct value *list)
{
    struct src_pos *places = ARENA_ARRAY(arena, struct src_pos, value_count(list) + 1);
    for (size_t i = 0; i < value_count(list); i++)
        places[i] = value_pos(value_item(list, i));
    return places;
}

// The members that are well shaped, each by itself: one mistake does not hide what else there is to say.
static const struct value *well_shaped(struct arena *arena, const struct value *value)
{
    struct value *some = value_map(arena);
    for (size_t i = 0; value_is(value, VALUE_MAP) && i < value->count; i++) {
        struct value *one = value_map(arena);
        value_put(arena, one, value->fields[i].key, value->fields[i].value);
        if (shape_check(arena, shape, one, "", err_list_new(arena)) != NULL)
            value_put_all(arena, some, one);
    }
    return shape_check(arena, shape, some, "", err_list_new(arena));
}

const struct policy *policy_read(struct arena *arena, const struct value *value, struct err_list *errors)
{
    struct policy *policy = ARENA_NEW(arena, struct policy);
    const struct value *map = shape_check(arena, shape, value, "the policy", errors);
    if (map == NULL)
        map = well_shaped(arena, value);
    REQUIRE(map != NULL);
    parse_numbers(map, policy, errors);
    policy->allow = shape_texts(arena, map, "allow");
    if (value_get(value, "allow") != NULL)
        policy->allow_pos = places_of(arena, value_get(map, "allow"));
    policy->approvers = shape_texts(arena, map, "approvers");
    policy->approver_pos = places_of(arena, value_get(map, "approvers"));
    policy->approve_all = value_flag_at(map, "approve_all");
    policy->only_signed = value_flag_at(map, "only_signed");
    const struct value *protect = value_get(map, "protect");
    policy->protect_count = value_count(protect);
    struct policy_protect *entries = ARENA_ARRAY(arena, struct policy_protect, policy->protect_count);
    for (size_t i = 0; i < policy->protect_count; i++)
        parse_protect(arena, value_item(protect, i), &entries[i], errors);
    policy->protect = entries;
    return policy;
}

const struct policy *policy_parse(struct arena *arena, const struct value *value, struct err_list *errors)
{
    size_t before = errors->errors;
    const struct policy *policy = policy_read(arena, value, errors);
    return errors->errors > before ? NULL : policy;
}

const struct policy *policy_default(struct arena *arena, bool lab)
{
    struct policy *policy = ARENA_NEW(arena, struct policy);
    *policy = *policy_read(arena, NULL, err_list_new(arena));
    policy->approve_all = lab;
    return policy;
}

static bool fits_any(const char *pattern, const char *const *names)
{
    for (; *names != NULL; names++)
        if (text_glob(pattern, *names))
            return true;
    return false;
}

// All names, and for each area "area.*".
static const char **with_areas(struct arena *arena, const char *const *names)
{
    size_t count = 0, used = 0;
    while (names[count] != NULL)
        count++;
    const char **all = ARENA_ARRAY(arena, const char *, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t area = strcspn(names[i], ".");
        all[used++] = names[i];
        if (i == 0 || strncmp(names[i], names[i - 1], area + 1) != 0)
            all[used++] = arena_printf(arena, "%.*s.*", (int)area, names[i]);
    }
    return all;
}

void policy_check_names(struct arena *arena, const struct policy *policy, const char *const *names,
                        struct err_list *errors)
{
    for (size_t i = 0; policy->allow_pos != NULL && policy->allow[i] != NULL; i++) {
        const char *pattern = policy->allow[i];
        if (fits_any(pattern, names))
            continue;
        struct err *err = err_list_add(errors, ERR_ERROR, E_UNKNOWN_NAME, policy->allow_pos[i],
                                       "'%.80s' in 'allow' is no primitive%s", pattern,
                                       strpbrk(pattern, "*?") != NULL ? "'s name, nor does it fit one" : "");
        if (err_suggest(err, pattern, with_areas(arena, names)) == NULL)
            err_hint(err, "`playbook primitives` lists them; 'area.*' stands for all of an area");
    }
}

bool policy_allows(const struct policy *policy, const char *primitive)
{
    for (const char **pattern = policy->allow; *pattern != NULL; pattern++)
        if (text_glob(*pattern, primitive))
            return true;
    return false;
}

int policy_needs(const struct policy *policy, enum risk risk)
{
    REQUIRE((size_t)risk < RISK_COUNT);
    return policy->approvals[risk];
}
