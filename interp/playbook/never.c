// Not for branches of a choose (choices.c). Invariant: what is reported is a whole comparison, between a
// mention that stands alone and a text that stands alone.
#include "playbook/never.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "playbook/lex.h"
#include "playbook/mention.h"

// What a step may have come to. What is only planned reads as done.
static const char *const statuses[] = {"done",    "skipped",   "in-place", "failed",
                                       "waiting", "undecided", "refused",  NULL};

static const char *const *values_of(const struct check *check, const struct mention *mention,
                                    const struct schema *schema)
{
    const struct visible *visible = scope_find(check, mention->root);
    bool status = visible != NULL && visible->step != NULL && text_is(mention->fields[0], "status") &&
                  mention->fields[1] == NULL;
    return status ? statuses : schema != NULL ? (const char *const *)schema->values : NULL;
}

// Does a comparison begin or end at this token?
static bool is_edge(const struct lex *lex, const struct lex_token *token)
{
    static const char *const edges[] = {"and", "or", "(", ")", "{", "}", ",", ";"};
    bool edge = token->kind == LEX_END;
    for (size_t i = 0; i < sizeof edges / sizeof *edges && !edge; i++)
        edge = lex_is(lex, token, edges[i]);
    return edge;
}

// The text that the path is compared with, from behind the edge at which it begins; NULL: none.
static const char *compared_with(struct check *check, struct lex lex, const char *path)
{
    struct lex_fault fault;
    struct lex_token token;
    size_t length = strlen(path), begin = lex.offset + strspn(lex.text + lex.offset, " \t\r\n");
    if (strncmp(lex.text + begin, path, length) != 0)
        return NULL;
    lex.offset = begin + length;
    if (!lex_next(&lex, &token, &fault) || !(lex_is(&lex, &token, "==") || lex_is(&lex, &token, "~=")) ||
        !lex_next(&lex, &token, &fault) || token.kind != LEX_STRING || token.escapes)
        return NULL;
    const char *word = arena_strndup(check->arena, lex.text + token.start + 1, token.end - token.start - 2);
    return lex_next(&lex, &token, &fault) && is_edge(&lex, &token) ? word : NULL;
}

void never_check(struct check *check, const struct expr *expr, const struct mention *mention,
                 const struct schema *schema)
{
    const char *const *values = values_of(check, mention, schema);
    bool no_text = schema != NULL && (schema->kind == SCHEMA_BOOL || schema->kind == SCHEMA_INT ||
                                      schema->kind == SCHEMA_NUMBER);
    if ((values == NULL && !no_text) || mention_came_before(check->arena, expr, mention))
        return;
    const char *path = mention_text(check->arena, mention);
    struct lex lex = {expr->source, 0};
    struct lex_fault fault;
    struct lex_token token = {0};
    for (bool edge = true;; edge = is_edge(&lex, &token)) {
        const char *word = edge ? compared_with(check, lex, path) : NULL;
        if (word != NULL && no_text) {
            err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos,
                                  "'%s' is %s, and never the text '%.60s'", path, scope_type_name(schema),
                                  word),
                     "write it without the quotes");
        } else if (word != NULL && !text_is_one_of(word, values)) {
            struct err *err = err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos,
                                           "'%s' is never '%.60s'", path, word);
            if (err_suggest(err, word, values) == NULL)
                err_hint(err, "its values: %s", text_join(check->arena, values, ", "));
        }
        if (!lex_next(&lex, &token, &fault) || token.kind == LEX_END)
            return;
    }
}
