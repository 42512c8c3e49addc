// What the files that read expressions (mention.c, path.c) share: the text, the token in hand, the open
// brackets.
#pragma once
#include "playbook/lex.h"
#include "playbook/mention.h"

enum bracket { BRACKET_GROUP, BRACKET_CALL, BRACKET_TABLE, BRACKET_INDEX, BRACKET_KEY };

// What stands before the next token: nothing that is a value, an opening bracket, or which sort of value.
enum before { BEFORE_NOTHING, BEFORE_OPEN, BEFORE_PATH, BEFORE_INDEX, BEFORE_CLOSE, BEFORE_VALUE };

// What the token before does with the value that follows: computes with it, hands it on whole, measures it
// (#), or only asks whether it is there (not).
enum takes { TAKES_PART, TAKES_WHOLE, TAKES_LENGTH, TAKES_TEST };

struct scan {
    struct mention_source *source;
    struct err *err;
    struct lex lex;
    struct lex_token token;
    struct lex_token ahead; // the token after it, where `behind` is past it
    struct lex behind;      // without a text: nobody has looked yet
    enum bracket stack[MENTION_MAX_DEPTH];
    size_t caller[MENTION_MAX_DEPTH]; // of a CALL: the mention that is called, from 1; 0: a method
    int depth;
    enum before before;
    bool at_field; // in a table constructor, where a field begins
    enum takes takes;
    struct mention *mentions;
    size_t count;
};

struct src_pos scan_pos(struct scan *scan, size_t offset);
// Sets the error at the byte; always false. `hint` may be NULL.
bool scan_fail(struct scan *scan, size_t offset, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool scan_next(struct scan *scan); // takes the next token
bool scan_is(const struct scan *scan, const char *word);
// The token after `count` more; at a fault it is LEX_END, and scan_next will report it.
struct lex_token scan_peek(struct scan *scan, int count);
bool scan_peek_is(struct scan *scan, int count, const char *word);
char *scan_text(const struct scan *scan, const struct lex_token *token);
bool scan_top_is(const struct scan *scan, enum bracket bracket);
bool scan_push(struct scan *scan, enum bracket bracket);
// May a value begin here? Otherwise two values would stand side by side, which is Lua's call without
// parentheses.
bool scan_value_begins(struct scan *scan);
