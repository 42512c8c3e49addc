// Long-running operations of Resource Manager: what is answered at once, and the status that clients poll
// until the change is through. They are kept in the estate, so that a lab that starts again goes on with
// them.
#pragma once
#include <stdbool.h>

struct call;
struct value;

enum { OPERATION_MS = 700 }; // how long one takes

enum operation_links { OPERATION_BOTH, OPERATION_STATUS, OPERATION_LOCATION };

struct operation {
    int status;                 // of the first answer: 200, 201 or 202
    enum operation_links links; // the headers that lead to it
    const char *region;         // NULL: westeurope
    const struct value *answer; // body of the first answer, or NULL
    const struct value *result; // what its Location gives in the end; NULL: no body
    const char *code, *message; // of one that fails in the end; NULL: it succeeds
};
// Answers the call and keeps the operation. The caller has changed the estate already: what takes time is
// marked by operation_mark.
void operation_begin(struct call *call, const struct operation *operation);

// The resource with a mark that it is being changed from now on, until the operation is over.
const struct value *operation_mark(struct call *call, const struct value *resource);
bool operation_is_busy(const struct value *resource);
// The resource as it is shown: "Updating" as long as it is being changed, and nothing that is the lab's own
// (members beginning with "_").
const struct value *operation_shown(struct call *call, const struct value *resource);
