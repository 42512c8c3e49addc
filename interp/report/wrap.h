// Paragraphs for a terminal: words are wrapped at the width, hidden characters made visible, and the columns
// of a character counted as a terminal shows it (wide ones twice, combining ones not). Everything that
// reaches a screen goes through here.
#pragma once
#include <stdbool.h>

struct arena;
struct text;

enum wrap_style { WRAP_PLAIN, WRAP_BOLD, WRAP_DIM, WRAP_RED, WRAP_GREEN, WRAP_YELLOW, WRAP_CYAN };

struct wrap {
    struct text *out;
    int width;   // no line is wider
    bool colour; // styles are written as SGR sequences
    // The line that is being written:
    int indent, hang; // of the first and of all further lines
    int column;
    bool started;           // anything on this line
    int gap;                // blanks that are due before the next word, if that fits behind them
    bool tabbed;            // they are a tab's
    enum wrap_style active; // what the terminal is set to
};

struct wrap wrap_new(struct text *out, int width, bool colour);
// A paragraph: begin, any number of texts (blanks between words separate them, runs count once), end. Two
// texts follow each other without a blank unless the second begins, or the first ends, with one.
void wrap_begin(struct wrap *wrap, int indent, int hang);
void wrap_put(struct wrap *wrap, enum wrap_style style, const char *raw);
void wrap_end(struct wrap *wrap);
// Goes on at a column of the same line; where that is passed already, or is not there, one blank is left.
// What does not fit there begins the next line.
void wrap_tab(struct wrap *wrap, int column);
// The whole of it: one paragraph of one style; an empty line.
void wrap_line(struct wrap *wrap, int indent, enum wrap_style style, const char *raw);
// A word, and behind it, from a column on, a text.
void wrap_row(struct wrap *wrap, int indent, enum wrap_style style, const char *word, int column,
              const char *text);
// A text of several lines, each a paragraph of its own that keeps the blanks it begins with.
void wrap_lines(struct wrap *wrap, int indent, const char *text);
void wrap_blank(struct wrap *wrap);

// Columns that a text takes (after hidden characters were made visible).
int wrap_width(const char *text);
// At most `width` columns: a longer text loses its end, or with `middle` its middle, to an ellipsis.
char *wrap_cut(struct arena *arena, const char *raw, int width, bool middle);
