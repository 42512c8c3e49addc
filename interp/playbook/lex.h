// The tokens of Lua 5.4, cut as Lua cuts them (llex.c): a token that were longer or shorter here than there
// could hide a name from the checks.
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum lex_kind { LEX_END, LEX_NAME, LEX_NUMBER, LEX_STRING, LEX_OPERATOR };

struct lex_token {
    enum lex_kind kind;
    size_t start, end; // bytes of the text
    bool escapes;      // STRING: has a backslash, or is a long string: its value is not its text
};
struct lex {
    const char *text; // ends in NUL
    size_t offset;    // behind the last token
};
// Why a token cannot be read: static texts, and where.
struct lex_fault {
    const char *message, *hint; // hint may be NULL
    size_t offset;
};
bool lex_next(struct lex *lex, struct lex_token *token, struct lex_fault *fault);
bool lex_is(const struct lex *lex, const struct lex_token *token, const char *word); // an operator or a name
bool lex_is_name_char(char c);                                                       // letters, digits and _
