// Collections of Partner Center in pages.
#pragma once
#include <stddef.h>

struct call;
struct value;

// Answers with the rows from the call's token on, `most` of them; `resource` is the address below /v1.
void partner_page(struct call *call, const char *resource, const struct value *rows, size_t most);
