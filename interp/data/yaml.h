// YAML for playbooks, profiles, policies and registers: the door to libyaml. A small, strict part of
// YAML 1.2: one document, core-schema scalars (true/false, null/~, integers, floats; everything else is
// text), no duplicate keys, anchors, aliases, tags, merge keys, directives or tabs; depth at most 64, 4,096
// keys a mapping, 1 MiB.
#pragma once
#include <stddef.h>

#include "base/err.h"

struct arena;
struct value;

enum { YAML_MAX_DEPTH = 64, YAML_MAX_KEYS = 4096, YAML_MAX_FILE = 1024 * 1024 };

// Every value and key is located; plain scalars keep their text in value->source. `name` must live as long as
// the value. Fails with E_SYNTAX or E_LIMIT at file:line:column, with a hint where one is known.
MUST_CHECK const struct value *yaml_parse(struct arena *arena, const char *name, const char *bytes,
                                          size_t length, struct err *err);
