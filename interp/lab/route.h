// Which handler answers a request: the raw target and the Host header decide, never a decoded path.
#pragma once

#include "lab/call.h"

// Visible ASCII only? What else stands in a request line or Host is refused, and never written anywhere.
bool route_is_visible(const char *text);
// Reads the target into path, segments and params. False after answering 400.
bool route_read(struct call *call);
// Reads a form body (sign-in) into params as well. False after answering 400.
bool route_read_form(struct call *call);
// Finds the handler and fills args and scope. NULL after answering 404, 405 or a wrong api-version.
void (*route_find(struct call *call))(struct call *call);
