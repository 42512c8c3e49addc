// The activity log of a subscription.
#pragma once

struct call;

// After a call to ARM: what it changed stands in the log, and who asked.
void activity_note(struct call *call);
