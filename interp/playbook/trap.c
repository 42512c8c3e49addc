// What Lua reads otherwise than it looks, and written texts that only a run would refuse.
// Not for names and fields that are mentioned as such (scope.c), nor for comparisons (never.c). Invariant:
// only what is written as one text is judged, never what a text is made of.
#include "playbook/trap.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/schema.h"
#include "playbook/lex.h"
#include "playbook/mention.h"
#include "playbook/place.h"

struct walk {
    struct lex lex;
    struct lex_token token;
};

// False at the end; what cannot be read has been told before.
static bool next(struct walk *walk)
{
    struct lex_fault fault;
    return lex_next(&walk->lex, &walk->token, &fault) && walk->token.kind != LEX_END;
}

static bool is(const struct walk *walk, const char *word)
{
    return lex_is(&walk->lex, &walk->token, word);
}

// Takes these tokens, of which the first is in hand.
static bool takes(struct walk *walk, const char *const *words)
{
    for (; *words != NULL; words++)
        if (!is(walk, *words) || !next(walk))
            return false;
    return true;
}

static int depth_of(const struct walk *walk)
{
    bool opens = is(walk, "(") || is(walk, "[") || is(walk, "{");
    bool closes = is(walk, ")") || is(walk, "]") || is(walk, "}");
    return opens - closes;
}

// From behind an opening bracket to the "," or the closing bracket that ends what begins there.
static bool to_end(struct walk *walk)
{
    for (int depth = 0; depth > 0 || !is(walk, ",");) {
        depth += depth_of(walk);
        if (depth < 0)
            return true;
        if (!next(walk))
            return false;
    }
    return true;
}

// Takes a path, a call or what stands in brackets, also with a '#' before it.
static bool take_operand(struct walk *walk)
{
    if (is(walk, "#") && !next(walk))
        return false;
    bool bracket = is(walk, "(");
    if (!bracket && walk->token.kind != LEX_NAME)
        return false;
    if (!bracket && !next(walk))
        return false;
    for (;;) {
        if (is(walk, "(") || is(walk, "[")) {
            do {
                if (!next(walk) || !to_end(walk))
                    return false;
            } while (is(walk, ","));
        } else if (!is(walk, ".") && !is(walk, ":")) {
            return true;
        } else if (!next(walk)) {
            return false;
        }
        if (!next(walk))
            return false;
    }
}

static struct src_pos pos_of(const struct expr *expr, const struct lex_token *token)
{
    struct place place = place_of_text(expr->source, expr->pos);
    return place_at(&place, token->start);
}

// Lua reads `not a == b` as `(not a) == b`.
static void check_not(struct check *check, const struct expr *expr, struct walk walk)
{
    static const char *const comparisons[] = {"==", "~=", "<", ">", "<=", ">="};
    struct lex_token start = walk.token;
    if (!next(&walk) || is(&walk, "not") || !take_operand(&walk))
        return;
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (is(&walk, comparisons[i]))
            err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, pos_of(expr, &start),
                                  "'not' takes only what stands before '%s'", comparisons[i]),
                     "put what it is to take in brackets: not (… %s …)", comparisons[i]);
}

static char *written(struct check *check, const struct walk *walk)
{
    return walk->token.kind != LEX_STRING || walk->token.escapes
               ? NULL
               : arena_strndup(check->arena, walk->lex.text + walk->token.start + 1,
                               walk->token.end - walk->token.start - 2);
}

static void check_duration(struct check *check, const struct expr *expr, struct walk walk)
{
    static const char *const call[] = {"time", ".", "add", "(", NULL};
    int64_t ms;
    if (!takes(&walk, call) || !to_end(&walk) || !is(&walk, ",") || !next(&walk))
        return;
    const struct lex_token token = walk.token;
    const char *text = written(check, &walk);
    if (text == NULL || !next(&walk) || !is(&walk, ")") || clock_parse_duration(text + (*text == '-'), &ms))
        return;
    err_hint(
        err_list_add(check->errors, ERR_ERROR, E_CHECK, pos_of(expr, &token), "'%.60s' is no duration", text),
        "write it such as 90s, 15m, 4h or 2d; -1h is earlier");
}

void trap_check(struct check *check, const struct expr *expr)
{
    struct walk walk = {{expr->source, 0}, {0}};
    if (strstr(expr->source, "not") == NULL && strstr(expr->source, "time") == NULL)
        return; // as most have it, so that they are not read again
    for (bool field = false; next(&walk); field = is(&walk, ".")) {
        if (is(&walk, "not"))
            check_not(check, expr, walk);
        if (!field)
            check_duration(check, expr, walk);
    }
}

// list.pluck(PATH, 'field'): the field, at *at; NULL: it is no such call.
static const char *field_of(struct check *check, struct walk walk, const char *path, struct lex_token *at)
{
    static const char *const functions[] = {"pluck", "where", "sort", "unique", NULL};
    static const char *const area[] = {"list", ".", NULL}, *const open[] = {"(", NULL};
    size_t length = strlen(path), i = 0;
    if (!takes(&walk, area))
        return NULL;
    while (functions[i] != NULL && !is(&walk, functions[i]))
        i++;
    if (functions[i] == NULL || !next(&walk) || !takes(&walk, open) ||
        strncmp(walk.lex.text + walk.token.start, path, length) != 0)
        return NULL;
    walk.lex.offset = walk.token.start + length;
    if (!next(&walk) || !is(&walk, ",") || !next(&walk))
        return NULL;
    const char *field = written(check, &walk);
    *at = walk.token;
    return next(&walk) && (is(&walk, ",") || is(&walk, ")")) ? field : NULL;
}

static void report_field(struct check *check, struct src_pos pos, const char *path,
                         const struct schema *record, const char *field)
{
    const char **names = schema_names(check->arena, record);
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, pos,
                                   "the records of '%s' have no field '%.60s'", path, field);
    if (err_suggest(err, field, names) == NULL)
        err_hint(err, "they have %.250s", text_join(check->arena, names, ", "));
}

void trap_check_fields(struct check *check, const struct expr *expr, const struct mention *mention,
                       const struct schema *schema)
{
    bool list = schema != NULL && (schema->kind == SCHEMA_LIST || schema->kind == SCHEMA_SET);
    const struct schema *record = list ? schema->of : NULL;
    if (record == NULL || record->kind != SCHEMA_RECORD || record->field_count == 0 ||
        mention_came_before(check->arena, expr, mention))
        return;
    const char *path = mention_text(check->arena, mention);
    struct walk walk = {{expr->source, 0}, {0}};
    while (next(&walk)) {
        struct lex_token at;
        const char *field = field_of(check, walk, path, &at);
        if (field != NULL && schema_field(record, field) == NULL)
            report_field(check, pos_of(expr, &at), path, record, field);
    }
}
