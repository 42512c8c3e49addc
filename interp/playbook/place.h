// From a byte of a scalar's value back to the line and column where it was written: quotes, escapes, folded
// and block scalars change the text between the file and the value.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/src.h"

struct arena;
struct value;

// A text cut into lines; an empty one (bytes NULL) is fine and means that the file's text is not at hand.
struct place_lines {
    const char *bytes, *end;
    const char **starts; // of the lines that were asked for so far
    size_t count;
};
struct place_lines place_lines_of(const char *bytes, size_t length);

enum place_style { PLACE_TEXT, PLACE_PLAIN, PLACE_SINGLE, PLACE_DOUBLE, PLACE_LITERAL, PLACE_FOLDED };

// A cursor: offsets are asked for in rising order, best; going back starts again.
struct place {
    struct src_pos start; // of the scalar: the answer where the way back is lost
    const char *value;    // the scalar's text
    const char *first;    // where its characters begin in the file; NULL: the value is the text itself
    struct src_pos first_pos;
    enum place_style style;
    int indent;    // of a block scalar
    size_t offset; // how far the cursor is
    const char *source;
    struct src_pos pos;
    bool lost;
};

// For a text that stands as it is at `pos`.
struct place place_of_text(const char *text, struct src_pos pos);
// For a string value of the file whose lines are given.
struct place place_of_value(struct arena *arena, struct place_lines *lines, const struct value *value);
// The place of the byte at `offset`, or the scalar's start.
struct src_pos place_at(struct place *place, size_t offset);
