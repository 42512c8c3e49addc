// Every handler of routes.def, declared from the table. A handler reads and changes the estate and answers
// the call.
#pragma once
#include "lab/call.h"

#define X(host, method, template, versions, handler) void handler(struct call *call);
#include "lab/routes.def"
#undef X
