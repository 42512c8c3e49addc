// Inside run/ only: changes that a service goes on with after it has answered.
#pragma once
#include "run/flight.h"

// The answer to a change: where it is a receipt, it is recorded, and the task goes on only when that is
// durable.
void receipt_note(struct flight *flight, const struct response *response);
// The receipt that this run had got for this request before it was resumed takes the place of sending it
// again. False: there is none.
bool receipt_take(struct flight *flight);
// Was the change that is pending at this path one request without a body, and has it a receipt? Then nothing
// has to be repeated.
bool receipt_covers(const struct instance *instance);
