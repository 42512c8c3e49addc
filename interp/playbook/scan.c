// Moving over an expression's tokens: taking, looking ahead, opening brackets, failing at a place. Not the
// rules (mention.c, path.c). Invariant: `depth` never exceeds the stack.
#include "playbook/scan.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

struct src_pos scan_pos(struct scan *scan, size_t offset)
{
    return place_at(scan->source->place, offset);
}

bool scan_fail(struct scan *scan, size_t offset, const char *hint, const char *format, ...)
{
    char message[200];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    err_set_at(scan->err, E_SYNTAX, scan_pos(scan, offset), "%s", message);
    if (hint != NULL)
        err_hint(scan->err, "%s", hint);
    return false;
}

bool scan_next(struct scan *scan)
{
    struct lex_fault fault;
    if (scan->behind.text != NULL) {
        scan->token = scan->ahead;
        scan->lex = scan->behind;
        scan->behind.text = NULL;
        return true;
    }
    return lex_next(&scan->lex, &scan->token, &fault) ||
           scan_fail(scan, fault.offset, fault.hint, "%s", fault.message);
}

bool scan_is(const struct scan *scan, const char *word)
{
    return lex_is(&scan->lex, &scan->token, word);
}

struct lex_token scan_peek(struct scan *scan, int count)
{
    struct lex_fault fault;
    if (scan->behind.text == NULL) {
        struct lex lex = scan->lex;
        if (!lex_next(&lex, &scan->ahead, &fault))
            return (struct lex_token){.start = lex.offset, .end = lex.offset};
        scan->behind = lex;
    }
    struct lex lex = scan->behind;
    struct lex_token token = scan->ahead;
    for (int i = 0; i < count; i++)
        if (!lex_next(&lex, &token, &fault))
            return (struct lex_token){.start = lex.offset, .end = lex.offset};
    return token;
}

bool scan_peek_is(struct scan *scan, int count, const char *word)
{
    struct lex_token token = scan_peek(scan, count);
    return lex_is(&scan->lex, &token, word);
}

char *scan_text(const struct scan *scan, const struct lex_token *token)
{
    return arena_strndup(scan->source->arena, scan->lex.text + token->start, token->end - token->start);
}

bool scan_top_is(const struct scan *scan, enum bracket bracket)
{
    return scan->depth > 0 && scan->stack[scan->depth - 1] == bracket;
}

bool scan_push(struct scan *scan, enum bracket bracket)
{
    if (scan->depth == MENTION_MAX_DEPTH)
        return scan_fail(scan, scan->token.start, NULL, "brackets are nested deeper than %d",
                         MENTION_MAX_DEPTH);
    scan->caller[scan->depth] = 0;
    scan->stack[scan->depth++] = bracket;
    scan->before = BEFORE_OPEN;
    scan->at_field = bracket == BRACKET_TABLE;
    scan->takes = bracket == BRACKET_INDEX || bracket == BRACKET_KEY ? TAKES_PART : TAKES_WHOLE;
    return true;
}

bool scan_value_begins(struct scan *scan)
{
    bool callish = scan->token.kind == LEX_STRING || scan_is(scan, "{");
    if (scan->before == BEFORE_NOTHING || scan->before == BEFORE_OPEN)
        return true;
    if (callish && scan->before != BEFORE_VALUE)
        return scan_fail(scan, scan->token.start, "write f(…)", "a call without parentheses");
    char *text = scan_text(scan, &scan->token);
    return scan_fail(scan, scan->token.start, "write 'and', 'or', '..' or another operator between them",
                     "an operator is missing before '%.40s'", text);
}
