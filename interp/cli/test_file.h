// Files of tests of playbooks: NAME.test.yaml.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct schema;
struct value;

// What such a file must be: {playbook, cases: [{name, alert, sample, mode, …, expect}]}.
const struct schema *test_file_schema(struct arena *arena);
bool test_file_is(const char *name); // does it end in .test.yaml?
// Reads one, checked and with defaults; NULL with err filled.
MUST_CHECK const struct value *test_file_read(struct arena *arena, const char *name, struct err *err);
// A file that a test names, seen from where it stands.
const char *test_file_beside(struct arena *arena, const char *test, const char *name);
