// What follows the signed part of a log after a crash: kept in a side file, cut off the log, and named in a
// trail.recovered line of the next commit. Never adopted.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct file;
struct value;

// Saves the log's bytes from `offset` to `size` under FOLDER/aside/, durably, then cuts the log back to
// `offset`. Under the lock. The side file waits there until aside_settle.
MUST_CHECK bool aside_save(struct arena *arena, const char *folder, struct file *log, uint64_t offset,
                           uint64_t size, struct err *err);
// The members of a trail.recovered line for every side file that waits; a list, empty as a rule.
MUST_CHECK const struct value *aside_waiting(struct arena *arena, const char *folder, struct err *err);
// Whether a line of the log names that side file already: a crash can come between the line and aside_settle.
MUST_CHECK bool aside_is_named(struct arena *arena, struct file *log, const struct value *tail, bool *named,
                               struct err *err);
// Marks those as named in the log.
MUST_CHECK bool aside_settle(struct arena *arena, const char *folder, const struct value *waiting,
                             struct err *err);
