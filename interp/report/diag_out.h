// Diagnostics printed like a compiler's: place, severity, message, code; the source line and a caret; notes;
// hint.
#pragma once

struct err;
struct err_list;
struct screen;
struct text;
struct view_note;

void diag_out_err(struct text *out, const struct screen *screen, const struct err *err);
void diag_out_list(struct text *out, const struct screen *screen, const struct err_list *list);
void diag_out_note(struct text *out, const struct screen *screen, const struct view_note *note);
