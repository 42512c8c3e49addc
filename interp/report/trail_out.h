// Lines of the trail for a reviewer: one in a row of a list, or one with all that it says.
#pragma once

struct arena;
struct value;
struct wrap;

// What a line is about, in few words.
const char *trail_out_words(struct arena *arena, const struct value *line);
// Number, time of day, type, and what it is about in a few words: one row of the screen. Above the first of a
// run, or of a day, its heading: run, day, machine.
void trail_out_heading(struct wrap *wrap, const struct value *line);
void trail_out_row(struct wrap *wrap, const struct value *line);
void trail_out_line(struct wrap *wrap, const struct value *line);
