// Inside run/ only: expressions and templates where an instance stands.
#pragma once
#include "run/run.h"

void evaluate_bind(struct instance *instance); // names are looked up from where the instance stands
// Evaluates; false: the instance has been ended (unknown or failed).
bool evaluate_expr(struct instance *instance, const struct expr *expr, const struct value **out);
bool evaluate_template(struct instance *instance, const struct template *template, const struct value **out);
// A text with holes; nil in it is an error.
bool evaluate_text(struct instance *instance, const struct template *template, const char **out);
