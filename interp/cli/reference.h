// The reference of primitives and functions as a Markdown page.
#pragma once

struct err_list;
struct text;
struct vm;

// Declarations that are wrong are left out and told in `errors`.
void reference_write(struct text *out, struct vm *vm, struct err_list *errors);
