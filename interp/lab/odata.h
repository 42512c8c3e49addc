// The part of OData that callers here use: $filter of comparisons joined by `and`, and $select.
#pragma once
#include <stdbool.h>

#include "lab/call.h"

enum { ODATA_MAX_TERMS = 8 };
enum odata_operator { ODATA_EQ, ODATA_NE, ODATA_GE, ODATA_GT, ODATA_LE, ODATA_LT, ODATA_STARTS, ODATA_HOLDS };
struct odata_term {
    const char *path; // "status.errorCode"
    const char
        *inner; // of each item of the list at `path`, of which one must fit ("": itself); NULL: no list
    enum odata_operator operator;
    const char *literal; // without its quotes
};
struct odata_filter {
    struct odata_term terms[ODATA_MAX_TERMS];
    size_t count;
};
// Reads a filter text (NULL or "": everything fits); false when it is not understood.
bool odata_parse(struct arena *arena, const char *text, struct odata_filter *filter);
bool odata_fits(const struct odata_filter *filter, const struct value *value);
// The call's own $filter; false after answering 400.
bool odata_filter(struct call *call, struct odata_filter *filter);
// The members of an object that the call selects: $select, else `usual` (space-separated; NULL: all). Members
// that begin with "_" are the lab's own and never shown.
struct value *odata_select(struct call *call, const struct value *object, const char *usual);
// Are there only such query options as the lab evaluates? False after answering 400: none is ever ignored.
bool odata_options(struct call *call);
