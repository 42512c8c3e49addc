// Paths in expressions (see scan.h).
#pragma once
#include "playbook/scan.h"

// The root is the token in hand: reads the path and adds its mention.
bool path_read(struct scan *scan);
// Behind ")" or a computed index: further fields, indexes or a method, of a value without a name. `end` is
// the byte behind the bracket.
bool path_after_close(struct scan *scan, size_t end, bool round);
