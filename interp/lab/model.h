// What the objects of Graph have: the members of each type, whether or not one of the lab's objects has them.
#pragma once
#include <stdbool.h>

struct call;

struct model {
    const char *words;   // the last word of addresses of such objects, or the last but the id; one or more
    const char *type;    // "user"
    const char *members; // between spaces
};
// Of what the call's address shows; NULL when those are objects of several types, or of one that is not kept.
const struct model *model_of(const struct call *call);
// Has the type the first member of this path ("status.errorCode", "status/errorCode")? With NULL: yes. False
// after answering 400, which begins with `what` was being read.
bool model_knows(struct call *call, const struct model *model, const char *path, const char *what);
