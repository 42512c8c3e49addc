// Secrets in what services answer.
#pragma once

struct arena;
struct cloud;
struct value;

// The body that `from`, a URL, was answered with, with its secret texts as VALUE_SECRET, so that no script,
// record or screen can hold them; the body itself when it has none. NULL stays NULL.
const struct value *secret_fields_hide(struct arena *arena, const struct cloud *cloud, const char *from,
                                       const struct value *body);
