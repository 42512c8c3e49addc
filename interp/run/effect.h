// Inside run/ only: effects as the trail tells them.
#pragma once
#include "run/run.h"

void effect_record(struct instance *instance, const char *type, const char *status,
                   const struct value *verified, const char *reason);
// A result for an intent of before the run was resumed: the change is there.
void effect_record_earlier(struct instance *instance, const struct value *intent);
const struct value *effect_value(struct instance *instance, const struct value *state); // projected, or null
bool effect_is_same(struct instance *instance, const struct value *a, const struct value *b); // NULL: absent
void effect_plan(struct instance *instance, const struct request *request); // one more that it would send
const struct value *effect_requests(struct instance *instance);
// A URL as a primitive writes it, made absolute; of the profile's channel only what may be shown.
const char *effect_url(struct instance *instance, const char *url);
const char *effect_resource(struct instance *instance, const char *url);
void effect_note_answer(struct effect *effect, const struct response *response); // of a change that left
// As effect.planned has it, but whole, however long it is: for whoever is asked to approve it.
const struct value *effect_as_planned(struct instance *instance);
