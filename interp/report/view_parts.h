// Inside report/: what a view copies from records, for as long as it lives.
#pragma once
#include <stddef.h>

struct value;
struct view;

// Room for one more entry: the array, grown where it was full.
void *view_room(struct view *view, void *items, size_t count, size_t size);
const char *view_text(struct view *view, const struct value *members, const char *key); // NULL: none
const struct value *view_list(struct view *view, const struct value *members, const char *key);
const struct value *view_any(struct view *view, const struct value *members, const char *key);
