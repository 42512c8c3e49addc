// Paths in expressions: a root and its fields, indexes, methods and calls behind it. Only the shape; whether
// the names exist is for names.c. Invariant: a mention covers every read that its path makes.
#include "playbook/path.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static struct mention *add_mention(struct scan *scan)
{
    struct arena *arena = scan->source->arena;
    scan->mentions = arena_room(arena, scan->mentions, scan->count, sizeof *scan->mentions);
    struct mention *mention = &scan->mentions[scan->count++];
    mention->root = scan_text(scan, &scan->token);
    mention->fields = ARENA_ARRAY(arena, const char *, 1);
    mention->pos = scan_pos(scan, scan->token.start);
    return mention;
}

// The name behind a "." that has been taken.
static bool field_name(struct scan *scan, char **name)
{
    if (!scan_next(scan))
        return false;
    if (scan->token.kind != LEX_NAME)
        return scan_fail(scan, scan->token.start, NULL, "a name is wanted after '.'");
    *name = scan_text(scan, &scan->token);
    if (!mention_is_keyword(*name))
        return true;
    scan_fail(scan, scan->token.start, NULL, "'%s' is a word of Lua and cannot follow a '.'", *name);
    err_hint(scan->err, "write [\"%s\"]", *name);
    return false;
}

// The constant index that follows as `[ … ]`: its field, or NULL when it is computed. Takes nothing.
static char *constant_index(struct scan *scan)
{
    struct lex_token key = scan_peek(scan, 1);
    if (!scan_peek_is(scan, 2, "]"))
        return NULL;
    char *text = scan_text(scan, &key);
    size_t length = strlen(text);
    if (key.kind == LEX_STRING && !key.escapes)
        return text[1] == '[' ? NULL : arena_strndup(scan->source->arena, text + 1, length - 2);
    if (key.kind == LEX_NUMBER && strspn(text, "0123456789") == length && length < 10)
        return arena_printf(scan->source->arena, "[%s]", text);
    return NULL;
}

static bool method(struct scan *scan)
{
    static const char *const methods[] = {"byte",    "format", "len",   "lower", "rep",
                                          "reverse", "sub",    "upper", NULL};
    if (!scan_next(scan)) // the ":"
        return false;
    if (!scan_next(scan))
        return false;
    if (scan->token.kind != LEX_NAME)
        return scan_fail(scan, scan->token.start, NULL, "the name of a method is wanted after ':'");
    char *name = scan_text(scan, &scan->token);
    if (!text_is_one_of(name, methods)) {
        const char *near = text_nearest(name, methods);
        scan_fail(scan, scan->token.start, NULL, "there is no method ':%.40s'", name);
        err_hint(scan->err, near != NULL ? "did you mean ':%s'?" : "text has :lower, :upper, :sub, :len",
                 near);
        return false;
    }
    if (!scan_peek_is(scan, 0, "("))
        return scan_fail(scan, scan->token.end, "write x:method(…)",
                         "'(' is wanted after the name of a method");
    return scan_next(scan) && scan_push(scan, BRACKET_CALL);
}

static bool add_field(struct scan *scan, struct mention *mention, const char *field)
{
    size_t count = 0;
    if (mention == NULL) // of a value without a name
        return true;
    while (mention->fields[count] != NULL)
        count++;
    if (count == MENTION_MAX_FIELDS)
        return scan_fail(scan, scan->token.start, NULL, "a path of more than %d names", MENTION_MAX_FIELDS);
    mention->fields =
        arena_grow(scan->source->arena, mention->fields, count + 1, count + 2, sizeof *mention->fields);
    mention->fields[count] = field;
    return true;
}

// What may follow a value that can be indexed; *done tells that the value ended.
static bool suffix(struct scan *scan, struct mention *mention, bool *done)
{
    *done = false;
    if (scan_peek_is(scan, 0, "[")) {
        char *index = mention == NULL ? NULL : constant_index(scan);
        if (index != NULL)
            return add_field(scan, mention, index) && scan_next(scan) && scan_next(scan) && scan_next(scan);
        if (mention != NULL)
            mention->whole = true;
        *done = true;
        return scan_next(scan) && scan_push(scan, BRACKET_INDEX);
    }
    if (scan_peek_is(scan, 0, ".")) {
        char *field = NULL;
        return scan_next(scan) && field_name(scan, &field) && add_field(scan, mention, field);
    }
    *done = true;
    return !scan_peek_is(scan, 0, ":") || method(scan);
}

static bool ends_value(struct scan *scan)
{
    static const char *const words[] = {")", ",", "}", ";", "and", "or", NULL};
    struct lex_token token = scan_peek(scan, 0);
    for (size_t i = 0; words[i] != NULL; i++)
        if (lex_is(&scan->lex, &token, words[i]))
            return true;
    return token.kind == LEX_END;
}

bool path_read(struct scan *scan)
{
    if (scan->count == MENTION_MAX)
        return scan_fail(scan, scan->token.start, NULL, "more than %d names in one expression", MENTION_MAX);
    struct mention *mention = add_mention(scan);
    if (strcmp(mention->root, "_ENV") == 0 || strcmp(mention->root, "_G") == 0)
        return scan_fail(scan, scan->token.start, NULL, "'%s' cannot be used", mention->root);
    enum takes takes = scan->takes;
    bool done = false;
    scan->before = BEFORE_PATH;
    while (!done)
        if (!suffix(scan, mention, &done))
            return false;
    if (scan->before != BEFORE_PATH) // a computed index or a method's call was opened
        return true;
    if (scan_peek_is(scan, 0, "(")) {
        mention->call = true;
        if (!scan_next(scan) || !scan_push(scan, BRACKET_CALL))
            return false;
        scan->caller[scan->depth - 1] = scan->count;
        return true;
    }
    mention->tested = takes == TAKES_TEST || scan_peek_is(scan, 0, "and") || scan_peek_is(scan, 0, "or");
    mention->whole = takes == TAKES_LENGTH || (takes != TAKES_PART && ends_value(scan));
    scan->takes = TAKES_PART;
    return true;
}

bool path_after_close(struct scan *scan, size_t end, bool round)
{
    static const char unchecked[] = "its fields could not be checked: name the value with a 'let' step first";
    bool done = false;
    if (round && scan_peek_is(scan, 0, "."))
        return scan_fail(scan, end, unchecked, "a field after ')'");
    if (round && scan_peek_is(scan, 0, "[") && scan_peek(scan, 1).kind == LEX_STRING)
        return scan_fail(scan, end, unchecked, "a field after ')'");
    while (!done)
        if (!suffix(scan, NULL, &done))
            return false;
    return true;
}
