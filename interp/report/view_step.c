// Folds the records of steps into a view. Not for any other record (view.c). Invariant: a path is one entry;
// its last record counts.
#include "report/view_step.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "report/view.h"
#include "report/view_parts.h"

// What is known of a path: the step that has it, and whether steps stand beneath it.
struct spot {
    const char *path; // NULL: a free slot
    size_t length;
    size_t number; // of the step, from 1; 0: none
    bool beneath;
};

// Made when a run's steps can finish again: until then each is new.
struct view_paths {
    struct spot *slots;
    size_t size, count; // size is a power of two
};

static struct spot *slot_of(const struct view_paths *paths, const char *path, size_t length)
{
    size_t at = (size_t)text_hash(path, length) & (paths->size - 1);
    while (paths->slots[at].path != NULL &&
           (paths->slots[at].length != length || memcmp(paths->slots[at].path, path, length) != 0))
        at = (at + 1) & (paths->size - 1);
    return &paths->slots[at];
}

static struct spot *spot_of(struct view *view, const char *path, size_t length)
{
    struct view_paths *paths = view->paths;
    if (2 * paths->count >= paths->size) {
        const struct view_paths old = *paths;
        paths->size = old.size == 0 ? 64 : old.size * 2;
        paths->slots = ARENA_ARRAY(view->arena, struct spot, paths->size);
        for (size_t i = 0; i < old.size; i++)
            if (old.slots[i].path != NULL)
                *slot_of(paths, old.slots[i].path, old.slots[i].length) = old.slots[i];
    }
    struct spot *spot = slot_of(paths, path, length);
    if (spot->path == NULL) {
        *spot = (struct spot){.path = path, .length = length};
        paths->count++;
    }
    return spot;
}

static void note_path(struct view *view, size_t number, const char *path)
{
    spot_of(view, path, strlen(path))->number = number;
    for (const char *end = strchr(path, '/'); end != NULL; end = strchr(end + 1, '/'))
        spot_of(view, path, (size_t)(end - path))->beneath = true;
}

static void note_paths(struct view *view)
{
    view->paths = ARENA_NEW(view->arena, struct view_paths);
    for (size_t i = 0; i < view->step_count; i++)
        note_path(view, i + 1, view->steps[i].path);
}

static const struct spot *look(struct view *view, const char *path, size_t length)
{
    static const struct spot none;
    if (view->paths == NULL)
        note_paths(view);
    return view->paths->size == 0 ? &none : slot_of(view->paths, path, length);
}

static struct view_step *known(struct view *view, const char *path)
{
    size_t number = look(view, path, strlen(path))->number;
    return number == 0 ? NULL : &view->steps[number - 1];
}

const struct view_step *view_step_of(struct view *view, const char *path)
{
    return known(view, path);
}

// What was not reached is told once for a whole loop (each/firewall); an item (each[0]/…, each[NAME]/…) ends
// that.
static void forget_unreached(struct view *view, const char *path, size_t length)
{
    size_t kept = 0;
    if (!look(view, path, length)->beneath)
        return;
    for (size_t i = 0; i < view->step_count; i++)
        if (strncmp(view->steps[i].path, path, length) != 0 || view->steps[i].path[length] != '/')
            view->steps[kept++] = view->steps[i];
    view->step_count = kept;
    note_paths(view);
}

// A step of a run that was resumed, or takes something back, may finish again; any other finishes once.
static struct view_step *step_at(struct view *view, const char *path)
{
    struct view_step *before = view->retold ? known(view, path) : NULL;
    if (before != NULL)
        return before;
    if (view->paths != NULL)
        note_path(view, view->step_count + 1, path);
    view->steps = arena_room(view->arena, view->steps, view->step_count, sizeof *view->steps);
    return &view->steps[view->step_count++];
}

void view_step_take(struct view *view, const struct value *members)
{
    const char *path = view_text(view, members, "path");
    for (const char *at = path; view->resumed && (at = strchr(at, '[')) != NULL; at++)
        forget_unreached(view, path, (size_t)(at - path));
    *step_at(view, path) = (struct view_step){
        .path = path,
        .step = view_text(view, members, "step"),
        .kind = view_text(view, members, "kind"),
        .status = view_text(view, members, "status"),
        .reason = view_text(view, members, "reason"),
        .note = view_text(view, members, "note"),
        .primitive = view_text(view, members, "primitive"),
        .summary = view_text(view, members, "summary"),
        .clauses = view_list(view, members, "clauses"),
    };
}
