// Rows of logs. Invariant: rows of the same moment keep the order in which they are stored.
#include "lab/rows.h"

#include "base/text.h"
#include "data/value.h"

struct value *rows_new(struct arena *arena)
{
    return value_list(arena);
}

void rows_add(struct arena *arena, struct value *rows, const struct value *list,
              const struct odata_filter *filter)
{
    for (size_t i = 0; i < value_count(list); i++)
        if (odata_fits(filter, value_item(list, i)))
            value_append(arena, rows, value_item(list, i));
}

static const char *time_of(const struct value *row, const char *member)
{
    const char *time = value_text_at(row, member);
    return time == NULL ? "" : time;
}

// Times of one log have one form, so their texts sort as they do. Logs are short: insertion keeps equal rows
// in place.
void rows_sort(struct value *rows, const char *time_member, bool newest_first)
{
    for (size_t i = 1; i < rows->count; i++) {
        const struct value *row = rows->items[i];
        const char *time = time_of(row, time_member);
        size_t at = i;
        for (; at > 0; at--) {
            int order = text_order(time_of(rows->items[at - 1], time_member), time);
            if (newest_first ? order >= 0 : order <= 0)
                break;
            rows->items[at] = rows->items[at - 1];
        }
        rows->items[at] = row;
    }
}
