// Lines of a trail as a table has them.
#pragma once
#include "../trail/estate.h"

#include "data/json.h"

enum { MOST_LINES = 10 };
struct line {
    const char *run, *type, *members; // JSON
};

// Until one without a run.
static inline void lines_write(struct place *place, struct trail *trail, const struct line *lines)
{
    struct err err = {0};
    for (size_t i = 0; i < MOST_LINES && lines[i].run != NULL; i++) {
        const char *members = lines[i].members;
        const struct value *value = json_parse(place->arena, "members", members, strlen(members), &err);
        if (value == NULL)
            fail_msg("%s: %s", members, err.message);
        trail_append(trail, lines[i].run, lines[i].type, value);
    }
    assert_true(trail_commit(trail, &err));
}
