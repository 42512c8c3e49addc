// Lua's tokens, one after the other. Knows no grammar (mention.c). Invariant: `offset` grows with every token
// and never passes the text's NUL.
#include "playbook/lex.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool lex_is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static bool fault_at(struct lex_fault *fault, size_t offset, const char *message, const char *hint)
{
    *fault = (struct lex_fault){message, hint, offset};
    return false;
}

// The level of the long bracket that opens at `s` ("[", any "=", "["), or -1 when it is none.
static int bracket_level(const char *s, char bracket)
{
    int level = 0;
    if (*s != bracket)
        return -1;
    while (s[1 + level] == '=')
        level++;
    return s[1 + level] == bracket ? level : -1;
}

// Behind the end of the long bracket of that level, or NULL.
static const char *long_end(const char *s, int level)
{
    for (s = strchr(s, ']'); s != NULL; s = strchr(s + 1, ']'))
        if (bracket_level(s, ']') == level)
            return s + level + 2;
    return NULL;
}

static bool skip_blanks(struct lex *lex, struct lex_fault *fault)
{
    for (;;) {
        const char *s = lex->text + lex->offset;
        s += strspn(s, " \t\n\r\v\f");
        lex->offset = (size_t)(s - lex->text);
        if (s[0] != '-' || s[1] != '-')
            return true;
        int level = bracket_level(s + 2, '[');
        const char *end = level >= 0 ? long_end(s + 4 + level, level) : s + strcspn(s, "\n\r");
        if (end == NULL)
            return fault_at(fault, lex->offset, "the comment is not closed", NULL);
        lex->offset = (size_t)(end - lex->text);
    }
}

static bool read_string(const char *text, struct lex_token *token, struct lex_fault *fault)
{
    const char *s = text + token->start;
    char quote = *s++;
    while (*s != quote) {
        if (*s == '\0' || *s == '\n' || *s == '\r')
            return fault_at(fault, token->start, "the string is not closed", NULL);
        if (*s++ != '\\')
            continue;
        token->escapes = true;
        if (*s == 'z') {
            s++;
            s += strspn(s, " \t\n\r\v\f");
        } else if ((s[0] == '\r' && s[1] == '\n') || (s[0] == '\n' && s[1] == '\r')) {
            s += 2;
        } else if (*s != '\0') {
            s++;
        }
    }
    token->kind = LEX_STRING;
    token->end = (size_t)(s + 1 - text);
    return true;
}

static void read_number(const char *text, struct lex_token *token)
{
    const char *s = text + token->start;
    const char *exponent = "Ee";
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        exponent = "Pp";
        s += 2;
    }
    while (*s != '\0') {
        if (*s == exponent[0] || *s == exponent[1])
            s += 1 + (s[1] == '-' || s[1] == '+');
        else if (is_digit(*s) || (*s >= 'a' && *s <= 'f') || (*s >= 'A' && *s <= 'F') || *s == '.')
            s++;
        else
            break;
    }
    if (lex_is_name_char(*s)) // Lua takes one letter along, and refuses the number
        s++;
    token->kind = LEX_NUMBER;
    token->end = (size_t)(s - text);
}

static bool refuse_char(const char *s, size_t offset, struct lex_fault *fault)
{
    unsigned char c = (unsigned char)*s;
    if (c == '!')
        return fault_at(fault, offset, "'!' is not Lua", s[1] == '=' ? "write '~='" : "write 'not'");
    if (c == '$')
        return fault_at(fault, offset, "'$' is not Lua",
                        "when, for_each and choose take the expression itself, without ${…}");
    if (c == '?')
        return fault_at(fault, offset, "'?' is not Lua", "write 'a and b or c'");
    if (c == 0xE2 && (unsigned char)s[1] == 0x80 && (unsigned char)s[2] >= 0x98 &&
        (unsigned char)s[2] <= 0x9F)
        return fault_at(fault, offset, "a typographic quote", "write ' or \"");
    if (c >= 0x80)
        return fault_at(fault, offset, "a character outside ASCII stands outside of a string", NULL);
    return fault_at(fault, offset, "a character that is not Lua", NULL);
}

static bool read_operator(const char *text, struct lex_token *token, struct lex_fault *fault)
{
    static const char *const words[] = {"...", "..", "==", "~=", "<=", ">=", "//", "<<", ">>", "::", NULL};
    const char *s = text + token->start;
    token->kind = LEX_OPERATOR;
    for (size_t i = 0; words[i] != NULL; i++)
        if (*s == *words[i] && strncmp(s, words[i], strlen(words[i])) == 0) {
            token->end = token->start + strlen(words[i]);
            return true;
        }
    if (strchr("+-*/%^#&~|<>=(){}[];:,.", *s) == NULL)
        return refuse_char(s, token->start, fault);
    if (s[0] == '[' && s[1] == '=')
        return fault_at(fault, token->start, "a long bracket that is not complete", NULL);
    token->end = token->start + 1;
    return true;
}

bool lex_next(struct lex *lex, struct lex_token *token, struct lex_fault *fault)
{
    if (!skip_blanks(lex, fault))
        return false;
    const char *s = lex->text + lex->offset;
    *token = (struct lex_token){.start = lex->offset, .end = lex->offset};
    bool ok = true;
    int level = bracket_level(s, '[');
    if (*s == '\0') {
        token->kind = LEX_END;
    } else if (is_digit(*s) || (*s == '.' && is_digit(s[1]))) {
        read_number(lex->text, token);
    } else if (lex_is_name_char(*s)) {
        token->kind = LEX_NAME;
        while (lex_is_name_char(lex->text[token->end]))
            token->end++;
    } else if (*s == '\'' || *s == '"') {
        ok = read_string(lex->text, token, fault);
    } else if (level >= 0) {
        const char *end = long_end(s + level + 2, level);
        token->kind = LEX_STRING;
        token->escapes = true;
        token->end = end == NULL ? token->start : (size_t)(end - lex->text);
        ok = end != NULL || fault_at(fault, token->start, "the long string is not closed", NULL);
    } else {
        ok = read_operator(lex->text, token, fault);
    }
    lex->offset = token->end;
    return ok;
}

bool lex_is(const struct lex *lex, const struct lex_token *token, const char *word)
{
    const char *text = lex->text + token->start;
    size_t length = token->end - token->start;
    return *text == *word && strncmp(text, word, length) == 0 && word[length] == '\0';
}
