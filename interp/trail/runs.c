// The runs that a process knows. Not for what runs do (run/). Invariant: the list is sorted, each run once,
// and `next` is above every number that a seen record of the run has.
#include "trail/runs.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "data/value.h"

// The run's place in the list, or where it belongs.
static size_t place_of(const struct runs *runs, const char *run, bool *found)
{
    size_t low = 0, high = runs->count;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(runs->items[middle]->run, run);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct runs_state *runs_find(const struct runs *runs, const char *run)
{
    bool found;
    size_t place = place_of(runs, run, &found);
    return found ? runs->items[place] : NULL;
}

struct runs_state *runs_get(struct runs *runs, const char *run)
{
    bool found;
    size_t place = place_of(runs, run, &found);
    if (found)
        return runs->items[place];
    runs->items = arena_room(runs->arena, runs->items, runs->count, sizeof *runs->items);
    struct runs_state *state = ARENA_NEW(runs->arena, struct runs_state);
    *state = (struct runs_state){.run = arena_strdup(runs->arena, run), .first = -1, .last = -1};
    memmove(runs->items + place + 1, runs->items + place, (runs->count - place) * sizeof *runs->items);
    runs->items[place] = state;
    runs->count++;
    return state;
}

void runs_note(struct runs_state *state, int64_t seq)
{
    if (state->first < 0 || seq < state->first)
        state->first = seq;
    if (seq > state->last)
        state->last = seq;
}

void runs_learn(struct runs *runs, const struct value *line)
{
    const char *run = value_text_at(line, "run");
    int64_t rseq = value_int_at(line, "rseq", -1), seq = value_int_at(line, "seq", -1);
    if (run == NULL || rseq < 0 || seq < 0)
        return;
    struct runs_state *state = runs_get(runs, run);
    if ((uint64_t)rseq >= state->next)
        state->next = (uint64_t)rseq + 1;
    runs_note(state, seq);
}
