// Inside run/ only: questions and tasks.
#pragma once
#include "run/run.h"

void people_ask(struct instance *instance);
void people_task(struct instance *instance);
bool people_goes_on(struct instance *instance, const char *message); // on_error: ask
// One of the choices, from the person at the keyboard; NULL: nobody answers.
const char *people_decide(struct instance *instance, const char *text, const char *const *choices);
