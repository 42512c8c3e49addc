// The members that every line of the log begins with, read from its bytes without parsing the rest.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trail/tree.h"

struct entry {
    uint64_t seq, rseq;
    uint64_t mono_ns;
    const char *id, *run, *type, *time, *boot; // in the line, as written (escaped), without quotes
    size_t run_length, type_length, time_length, boot_length;
    bool has_run; // false: a line of the trail itself
    unsigned char prev[TREE_HASH];
};

// False: the line does not begin as record_write makes them.
bool entry_read(const char *line, size_t length, struct entry *entry);
bool entry_is(const struct entry *entry, const char *type);
bool entry_is_of(const struct entry *entry, const char *run);
bool entry_begins(const struct entry *entry, const char *start); // does its type?
