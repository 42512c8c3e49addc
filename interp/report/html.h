// A page of HTML that stands alone: no script, no picture, no link, nothing that is fetched. All that is put
// into it is text, and stays that: whatever somebody wrote into an alert ends no element and begins none.
#pragma once
#include <stddef.h>

struct text;

void html_begin(struct text *out, const char *language, const char *title);
void html_end(struct text *out);
// Text as it is, with hidden characters made visible (base/text.h); lines stay lines.
void html_add(struct text *out, const char *raw);
void html_heading(struct text *out, int level, const char *raw);
void html_paragraph(struct text *out, const char *raw);
void html_verbatim(struct text *out, const char *raw); // to be copied
// A table: its columns, then cells row by row, NULL for nothing.
void html_table(struct text *out, const char *const *columns); // NULL-terminated
void html_row(struct text *out, const char *const *cells, size_t count);
void html_table_end(struct text *out);
// A table without a heading, of names and what belongs to them. A text that is NULL leaves its row out.
void html_pairs(struct text *out);
void html_pair(struct text *out, const char *name, const char *raw);
