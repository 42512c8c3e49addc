// Inside run/ only: how step instances begin and end.
#pragma once
#include "run/run.h"

struct instance *instance_new(struct run *run, struct instance *parent, const struct step *step,
                              const char *path, struct frame *frame);
void instance_start(struct instance *instance);
// Ends an instance: records it, puts its result where later steps find it, tells its parent.
void instance_end(struct instance *instance, enum step_status status, const char *reason,
                  const struct value *result);
void instance_fail(struct instance *instance, const struct err *err); // with retry and on_error
// The run fails, and with it this instance, whatever the step wants then.
void instance_fail_run(struct instance *instance, const struct err *err);
// An unknown decided the instance: undecided, or waiting when it hangs on a person.
void instance_unknown(struct instance *instance, const struct value *unknown);
void instance_leave_result(struct instance *instance, const struct value *result);
void instance_tell(struct instance *instance, const struct value *result); // its step.finished record
