// What resources cost, also for what Partner Center rates.
#pragma once
#include <stdint.h>

struct call;
struct value;

int64_t cost_on(const struct value *source, int64_t day); // hundredths; `day`: the millisecond it begins at
int64_t cost_month(struct call *call, int64_t ms);        // when the month of a moment began
const struct value *cost_money(struct call *call, int64_t cents);
