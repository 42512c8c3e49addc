// The rules of expressions, on Lua's tokens with a stack of brackets. Since every keyword but six is refused
// there are no functions and no locals in an expression, hence no scoping: a name is a root, a field or a
// table key. Not for what the names mean (check.c). Invariant: what this accepts and Lua compiles reads only
// what is mentioned.
#include "playbook/mention.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "playbook/path.h"

static const char *const keywords[] = {
    "and",   "break", "do",  "else", "elseif", "end",    "false", "for",  "function", "goto",  "if", "in",
    "local", "nil",   "not", "or",   "repeat", "return", "then",  "true", "until",    "while", NULL};

bool mention_is_keyword(const char *word)
{
    return text_is_one_of(word, keywords);
}

bool mention_is_word(const char *word)
{
    const char *end = word;
    while (lex_is_name_char(*end))
        end++;
    return end > word && *end == '\0' && !(*word >= '0' && *word <= '9');
}

bool mention_is_name(const char *word)
{
    return mention_is_word(word) && !mention_is_keyword(word);
}

static bool refuse_keyword(struct scan *scan, const char *word)
{
    const char *hint = NULL;
    if (strcmp(word, "function") == 0)
        return scan_fail(scan, scan->token.start, "use list.where, list.pluck, or a 'lua' step",
                         "an expression holds no function");
    if (strcmp(word, "if") == 0 || strcmp(word, "then") == 0 || strcmp(word, "else") == 0)
        hint = "write 'a and b or c', or use 'when' or 'choose'";
    else if (strcmp(word, "return") == 0)
        hint = "an expression is the value itself";
    else if (strcmp(word, "local") == 0 || strcmp(word, "do") == 0)
        hint = "name a value with a 'let' step";
    return scan_fail(scan, scan->token.start, hint, "'%s' cannot stand in an expression", word);
}

// '+' beside a text in quotes: other languages join texts so.
static bool refuse_joining(struct scan *scan, size_t at)
{
    return scan_fail(scan, at, "write '..'", "'+' adds numbers; it does not join texts");
}

static bool binary(struct scan *scan)
{
    if (scan->before == BEFORE_NOTHING || scan->before == BEFORE_OPEN) {
        char *text = scan_text(scan, &scan->token);
        const char *hint = strcmp(text, "&") == 0   ? "write 'and'"
                           : strcmp(text, "|") == 0 ? "write 'or'"
                                                    : NULL;
        return scan_fail(scan, scan->token.start, hint, "a value is missing before '%s'", text);
    }
    if (scan_is(scan, "+") && scan_peek(scan, 0).kind == LEX_STRING)
        return refuse_joining(scan, scan->token.start);
    scan->before = BEFORE_NOTHING;
    scan->takes = scan_is(scan, "and") || scan_is(scan, "or") ? TAKES_WHOLE : TAKES_PART;
    return true;
}

static bool constant(struct scan *scan)
{
    if (!scan_value_begins(scan))
        return false;
    if (scan->token.kind == LEX_STRING && scan_peek_is(scan, 0, "+"))
        return refuse_joining(scan, scan_peek(scan, 0).start);
    scan->before = BEFORE_VALUE;
    scan->takes = TAKES_PART;
    return true;
}

static bool name(struct scan *scan, bool at_field)
{
    static const char *const values[] = {"nil", "true", "false", NULL};
    char *word = scan_text(scan, &scan->token);
    if (text_is_one_of(word, values))
        return constant(scan);
    if (strcmp(word, "and") == 0 || strcmp(word, "or") == 0)
        return binary(scan);
    if (strcmp(word, "not") == 0) {
        scan->takes = TAKES_TEST;
        bool ok = scan_value_begins(scan);
        scan->before = BEFORE_NOTHING;
        return ok;
    }
    if (mention_is_keyword(word))
        return refuse_keyword(scan, word);
    if (at_field && scan_peek_is(scan, 0, "=")) {
        scan->before = BEFORE_NOTHING;
        scan->takes = TAKES_WHOLE;
        return scan_next(scan);
    }
    return scan_value_begins(scan) && path_read(scan);
}

static bool open_bracket(struct scan *scan, bool at_field)
{
    bool begins = scan->before == BEFORE_NOTHING || scan->before == BEFORE_OPEN;
    if (scan_is(scan, "{"))
        return scan_value_begins(scan) && scan_push(scan, BRACKET_TABLE);
    if (scan_is(scan, "(")) {
        if (scan->before == BEFORE_INDEX || scan->before == BEFORE_CLOSE)
            return scan_fail(scan, scan->token.start, NULL, "only a function with a name can be called");
        return scan_value_begins(scan) && scan_push(scan, BRACKET_GROUP);
    }
    if (begins && at_field)
        return scan_push(scan, BRACKET_KEY);
    return scan_fail(scan, scan->token.start, begins ? "a list is written { … }" : NULL,
                     "'[' has nothing to index");
}

// A value of the innermost bracket has ended: one that a function is given.
static void count_given(struct scan *scan)
{
    size_t caller = scan->depth == 0 ? 0 : scan->caller[scan->depth - 1];
    if (caller > 0)
        scan->mentions[caller - 1].given++;
}

static bool close_bracket(struct scan *scan)
{
    static const char opening[] = {'(', '(', '{', '[', '['};
    char c = scan->lex.text[scan->token.start];
    bool round = scan_top_is(scan, BRACKET_GROUP) || scan_top_is(scan, BRACKET_CALL);
    bool fits = c == ')'   ? round
                : c == '}' ? scan_top_is(scan, BRACKET_TABLE)
                           : scan_top_is(scan, BRACKET_INDEX) || scan_top_is(scan, BRACKET_KEY);
    if (!fits && scan->depth > 0)
        return scan_fail(scan, scan->token.start, NULL, "'%c' does not close '%c'", c,
                         opening[scan->stack[scan->depth - 1]]);
    if (!fits)
        return scan_fail(scan, scan->token.start, NULL, "'%c' closes nothing", c);
    enum bracket top = scan->stack[scan->depth - 1];
    bool may_be_empty = top == BRACKET_TABLE || (top == BRACKET_CALL && scan->before == BEFORE_OPEN);
    if ((scan->before == BEFORE_NOTHING || scan->before == BEFORE_OPEN) && !may_be_empty)
        return scan_fail(scan, scan->token.start, NULL, "a value is missing before '%c'", c);
    if (scan->before != BEFORE_OPEN)
        count_given(scan);
    scan->depth--;
    scan->takes = TAKES_PART;
    if (top == BRACKET_KEY) {
        if (!scan_next(scan))
            return false;
        scan->before = BEFORE_NOTHING;
        scan->takes = TAKES_WHOLE;
        return scan_is(scan, "=") || scan_fail(scan, scan->token.start, NULL, "'=' is wanted after the key");
    }
    scan->before = top == BRACKET_TABLE ? BEFORE_VALUE : top == BRACKET_INDEX ? BEFORE_INDEX : BEFORE_CLOSE;
    return top == BRACKET_TABLE || path_after_close(scan, scan->token.start + 1, top != BRACKET_INDEX);
}

static bool separator(struct scan *scan)
{
    char c = scan->lex.text[scan->token.start];
    if (!(scan_top_is(scan, BRACKET_TABLE) || (c == ',' && scan_top_is(scan, BRACKET_CALL))))
        return scan_fail(scan, scan->token.start, NULL,
                         "'%c' stands between the values of a call or a table only", c);
    if (scan->before == BEFORE_NOTHING || scan->before == BEFORE_OPEN)
        return scan_fail(scan, scan->token.start, NULL, "a value is missing before '%c'", c);
    count_given(scan);
    scan->before = BEFORE_NOTHING;
    scan->takes = TAKES_WHOLE;
    scan->at_field = scan_top_is(scan, BRACKET_TABLE);
    return true;
}

static bool operator_token(struct scan *scan, bool at_field)
{
    size_t at = scan->token.start;
    if (scan_is(scan, "(") || scan_is(scan, "{") || scan_is(scan, "["))
        return open_bracket(scan, at_field);
    if (scan_is(scan, ")") || scan_is(scan, "}") || scan_is(scan, "]"))
        return close_bracket(scan);
    if (scan_is(scan, ",") || scan_is(scan, ";"))
        return separator(scan);
    if (scan_is(scan, "="))
        return scan_fail(scan, at, "write '==' to compare", "'=' assigns, which an expression cannot");
    if (scan_is(scan, "..."))
        return scan_fail(scan, at, NULL, "'...' cannot stand in an expression");
    if (scan_is(scan, ".") || scan_is(scan, ":") || scan_is(scan, "::"))
        return scan_fail(scan, at, NULL, "'%s' has no name before it", scan_text(scan, &scan->token));
    bool begins = scan->before == BEFORE_NOTHING || scan->before == BEFORE_OPEN;
    if (begins && (scan_is(scan, "-") || scan_is(scan, "#") || scan_is(scan, "~"))) {
        scan->before = BEFORE_NOTHING;
        scan->takes = scan_is(scan, "#") ? TAKES_LENGTH : TAKES_PART;
        return true;
    }
    if (scan_is(scan, "#"))
        return scan_value_begins(scan);
    return binary(scan);
}

static bool at_end(struct scan *scan)
{
    static const char *const names[] = {"(", "(", "{", "[", "["};
    static const char cut[] = "in YAML ' #' begins a comment: quote an expression that has one";
    if (scan->token.kind == LEX_END && scan->source->hole)
        return scan_fail(scan, scan->source->offset, NULL, "the ${ is not closed by a }");
    if (scan->depth > 0)
        return scan_fail(scan, scan->token.start, NULL, "'%s' is not closed",
                         names[scan->stack[scan->depth - 1]]);
    if (scan->before == BEFORE_OPEN)
        return scan_fail(scan, scan->source->offset, scan->source->hole ? NULL : cut,
                         "an expression is wanted here");
    if (scan->before == BEFORE_NOTHING)
        return scan_fail(scan, scan->token.start, scan->source->hole ? NULL : cut,
                         "the expression is not complete");
    return true;
}

bool mention_read(struct mention_source *source, struct expr *expr, struct err *err)
{
    struct scan scan = {.source = source,
                        .err = err,
                        .lex = {source->text, source->offset},
                        .before = BEFORE_OPEN,
                        .takes = TAKES_WHOLE};
    expr->pos = scan_pos(&scan, source->offset);
    for (;;) {
        if (!scan_next(&scan))
            return false;
        bool at_field = scan.at_field, ok = true;
        scan.at_field = false;
        if (scan.token.end - source->offset > MENTION_MAX_TEXT)
            return scan_fail(&scan, source->offset, NULL, "an expression of more than %d bytes",
                             MENTION_MAX_TEXT);
        if (scan.token.kind == LEX_END || (source->hole && scan.depth == 0 && scan_is(&scan, "}")))
            break;
        if (scan.token.kind == LEX_NAME)
            ok = name(&scan, at_field);
        else if (scan.token.kind == LEX_OPERATOR)
            ok = operator_token(&scan, at_field);
        else
            ok = constant(&scan);
        if (!ok)
            return false;
    }
    if (!at_end(&scan))
        return false;
    expr->source =
        arena_strndup(source->arena, source->text + source->offset, scan.token.start - source->offset);
    expr->mentions = scan.mentions;
    expr->mention_count = scan.count;
    source->offset = scan.token.start;
    return true;
}

bool mention_scan(struct arena *arena, struct expr *expr, struct err *err)
{
    struct place place = place_of_text(expr->source, expr->pos);
    struct mention_source source = {.arena = arena, .place = &place, .text = expr->source};
    return mention_read(&source, expr, err);
}

char *mention_text(struct arena *arena, const struct mention *mention)
{
    struct text text = text_new(arena);
    text_add(&text, mention->root);
    for (const char **field = mention->fields; *field != NULL; field++) {
        if (**field != '[')
            text_addc(&text, '.');
        text_add(&text, *field);
    }
    return text.ptr;
}

static const char *behind(const char *at, const char *word)
{
    size_t length = strlen(word);
    return at != NULL && strncmp(at, word, length) == 0 ? at + length : NULL;
}

const struct mention *mention_path(const struct expr *expr)
{
    if (expr->source == NULL || expr->mention_count != 1 || expr->mentions[0].call)
        return NULL;
    const struct mention *mention = &expr->mentions[0];
    const char *at = behind(expr->source + strspn(expr->source, " \n"), mention->root);
    for (const char **field = mention->fields; *field != NULL; field++)
        at = behind(**field == '[' ? at : behind(at, "."), *field);
    return at != NULL && at[strspn(at, " \n")] == '\0' ? mention : NULL;
}

bool mention_came_before(struct arena *arena, const struct expr *expr, const struct mention *mention)
{
    const char *path = mention_text(arena, mention);
    const struct mention *other = expr->mentions;
    while (strcmp(mention_text(arena, other), path) != 0)
        other++;
    return other != mention;
}
