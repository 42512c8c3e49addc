// The static side of expressions: brackets and paths, no parser. Which paths an expression mentions, and what
// is not allowed in one. Proven to cover every read: Lua reads nothing that no mention covers.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "playbook/place.h"
#include "playbook/playbook.h"

enum { MENTION_MAX_TEXT = 16384, MENTION_MAX_DEPTH = 64, MENTION_MAX_FIELDS = 16, MENTION_MAX = 256 };

// Fills expr->mentions from expr->source, which stands as it is at expr->pos. False with an error at the
// character when the text breaks a rule.
bool mention_scan(struct arena *arena, struct expr *expr, struct err *err);

// The same for a part of a larger text.
struct mention_source {
    struct arena *arena;
    struct place *place; // of the whole text
    const char *text;
    size_t offset; // where the expression begins; after success where it ends (the "}" of a hole)
    bool hole;     // ends at the first "}" that closes nothing, not at the end of the text
};
bool mention_read(struct mention_source *source, struct expr *expr, struct err *err);

// Words of Lua that no step, parameter or loop variable may be called; `mention_is_name` wants letters,
// digits, '_'.
bool mention_is_keyword(const char *word);
bool mention_is_word(const char *word); // letters, digits and _, not beginning with a digit
bool mention_is_name(const char *word);
// "alert.targets[1].name"
char *mention_text(struct arena *arena, const struct mention *mention);
// The one path that an expression is, or NULL when it is more than a path.
const struct mention *mention_path(const struct expr *expr);
// Does the expression mention the same path further in front?
bool mention_came_before(struct arena *arena, const struct expr *expr, const struct mention *mention);
