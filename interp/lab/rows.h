// Rows of logs: kept as lists in the estate, filtered, put in the order of their time.
#pragma once
#include <stdbool.h>

#include "lab/odata.h"

struct arena;
struct value;

struct value *rows_new(struct arena *arena);
// Adds the rows of a stored list that fit.
void rows_add(struct arena *arena, struct value *rows, const struct value *list,
              const struct odata_filter *filter);
void rows_sort(struct value *rows, const char *time_member, bool newest_first);
