// Inside run/ only: questions, tasks and approvals.
#pragma once
#include "run/run.h"

void people_ask(struct instance *instance);
void people_task(struct instance *instance);
bool people_goes_on(struct instance *instance, const char *message); // on_error: ask
void people_park(struct instance *instance);                         // wait for an approval
void people_settle_approvals(struct run *run);                       // when nothing else can move
