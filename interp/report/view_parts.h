// Inside report/: what a view copies from records, for as long as it lives.
#pragma once

struct value;
struct view;

const char *view_text(struct view *view, const struct value *members, const char *key); // NULL: none
const struct value *view_list(struct view *view, const struct value *members, const char *key);
const struct value *view_any(struct view *view, const struct value *members, const char *key);
