// Inside run/ only: requests on their way.
#pragma once
#include "run/run.h"

void carry_requests(struct instance *instance, void (*done)(struct instance *));
void carry_drop(struct instance *instance); // nothing of its task goes on: neither requests, nor its function
// Takes the answers over; carry_close frees them once the task has been resumed with them.
struct carry *carry_take(struct instance *instance, const struct response **responses);
void carry_close(struct carry *carry);
