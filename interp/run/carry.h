// Inside run/ only: requests on their way.
#pragma once
#include "run/run.h"

void carry_requests(struct instance *instance, void (*done)(struct instance *));
void carry_drop(struct instance *instance);
const struct response *carry_responses(const struct instance *instance);
void carry_take(void *owner, const struct response *response); // a finished request
void carry_tokens_changed(struct engine *engine);
