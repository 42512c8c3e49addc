// A state and a configuration directory of their own for every test of the trail, and what tests do to them.
#pragma once
#include "../test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "data/value.h"
#include "trail/trail.h"

struct place {
    struct arena *arena;
    char folder[SCRATCH_SIZE];
    struct trail_config config;
};

static inline void place_open(struct place *place)
{
    place->arena = arena_open();
    scratch_open(place->folder);
    place->config =
        (struct trail_config){.state = arena_printf(place->arena, "%s/state", place->folder),
                              .config_dir = arena_printf(place->arena, "%s/config", place->folder),
                              .by = "dana",
                              .host = "soc-1"};
}

static inline void place_close(struct place *place)
{
    scratch_close(place->folder);
    arena_close(place->arena);
}

static inline char *place_name(struct place *place, const char *name)
{
    return arena_printf(place->arena, "%s/state/%s", place->folder, name);
}

// Opens the trail, which must work.
static inline struct trail *place_trail(struct place *place)
{
    struct err err = {0};
    struct trail *trail = trail_open(place->arena, &place->config, &err);
    if (trail == NULL)
        fail_msg("%s (%s)", err.message, err.notes);
    return trail;
}

// Opening must fail; gives the code.
static inline enum err_code place_refusal(struct place *place)
{
    struct err err = {0};
    assert_null(trail_open(place->arena, &place->config, &err));
    return err.code;
}

static inline void place_note(struct place *place, struct trail *trail, const char *run, const char *text)
{
    struct value *members = value_map(place->arena);
    value_put_text(place->arena, members, "message", text);
    trail_append(trail, run, "note", members);
}

// One process's life: open, some records, one commit.
static inline void place_commit(struct place *place, const char *run, int count)
{
    struct err err = {0};
    struct trail *trail = place_trail(place);
    for (int i = 0; i < count; i++)
        place_note(place, trail, run, "x");
    if (!trail_commit(trail, &err))
        fail_msg("%s (%s)", err.message, err.notes);
    trail_close(trail);
}

struct place_lines {
    struct arena *arena;
    struct value *list;
};

static inline bool place_collect(void *context, const struct value *line)
{
    struct place_lines *lines = context;
    value_append(lines->arena, lines->list, line);
    return true;
}

// All verified lines that hold a text; the trail must verify.
static inline const struct value *place_replay(struct place *place, const char *containing)
{
    struct place_lines lines = {place->arena, value_list(place->arena)};
    struct err err = {0};
    struct trail *trail = place_trail(place);
    if (!trail_replay(trail, place->arena, containing, place_collect, &lines, &err))
        fail_msg("%s (%s)", err.message, err.notes);
    trail_close(trail);
    return lines.list;
}

static inline char *place_read(struct place *place, const char *name, size_t *length)
{
    char *bytes = file_read(place->arena, place_name(place, name), 1 << 24, length, NULL);
    assert_non_null(bytes);
    return bytes;
}

static inline void place_write(struct place *place, const char *name, uint64_t offset, const void *bytes,
                               size_t length)
{
    struct file file;
    assert_true(file_open(&file, place_name(place, name), FILE_UPDATE, NULL));
    assert_true(file_write_at(&file, offset, bytes, length, NULL));
    file_close(&file);
}

static inline void place_cut(struct place *place, const char *name, uint64_t size)
{
    struct file file;
    assert_true(file_open(&file, place_name(place, name), FILE_UPDATE, NULL));
    assert_true(file_truncate(&file, size, NULL));
    file_close(&file);
}

#ifdef PLAYBOOK_FAULTS
// Runs two commits in a child with a fault at the n-th durable operation. True: the child met no fault.
static inline bool place_life(struct place *place, char kind, unsigned n)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        bool ok = true;
        fault_set(kind, n);
        struct trail *trail = trail_open(place->arena, &place->config, NULL);
        for (int i = 0; ok && trail != NULL && i < 2; i++) {
            place_note(place, trail, "run-1", "x");
            ok = trail_commit(trail, NULL);
        }
        _exit(ok && trail != NULL ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(kind == 'k' ? WIFSIGNALED(status) || WEXITSTATUS(status) == 0 : WIFEXITED(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
#endif
