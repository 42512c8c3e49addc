// Lines of the trail for a reviewer: one in a row of a list, or one with all that it says.
#pragma once

struct value;
struct wrap;

// Number, time of day, type, and what it is about in a few words: one row of the screen. Above the first of a
// run, or of a day, its heading: run, day, machine.
void trail_out_heading(struct wrap *wrap, const struct value *line);
void trail_out_row(struct wrap *wrap, const struct value *line);
void trail_out_line(struct wrap *wrap, const struct value *line);
