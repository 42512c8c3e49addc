// Virtual machines of the lab, for the files that answer about them.
#pragma once
#include <stdbool.h>

struct call;
struct value;

// The machine that stands for {s}, {g}, {v} of the template, the first three arguments; NULL after answering
// 404.
const struct value *compute_find(struct call *call);
void compute_put(struct call *call, const struct value *machine);
// May it be changed now? False after answering 409: another change is under way.
bool compute_is_free(struct call *call, const struct value *machine);
// Is it running, as what reaches into it needs? False after answering 409.
bool compute_is_running(struct call *call, const struct value *machine);
// What lies beneath a machine (an extension, a command): it is put there or taken away, and the machine is
// busy until that is done. Answered.
void compute_put_beneath(struct call *call, const struct value *machine, const char *key,
                         const struct value *part);
void compute_delete_beneath(struct call *call, const struct value *machine, const char *key);
