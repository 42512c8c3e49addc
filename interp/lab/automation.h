// Automation accounts: what their runbooks, webhooks, schedule links and jobs have in common. Everything lies
// beneath its account's key; members that begin with "_" are never shown (_content, _draft: what a runbook
// says).
#pragma once

#include "lab/call.h"

// The key of the account that the call is about, without a slash behind it. NULL after 404.
char *automation_account(struct call *call);
// ACCOUNT/FOLDER/NAME; the folder in lower case.
char *automation_key(struct call *call, const char *account, const char *folder, const char *name);
// Without what is never shown.
const struct value *automation_shown(struct call *call, const struct value *resource);
// Answers with all of a folder, in pages. `thin`: a list shows less than the resource has.
void automation_list(struct call *call, const char *folder,
                     const struct value *(*thin)(struct call *call, const struct value *resource));
// "Not found" as Automation says it.
void automation_missing(struct call *call, const char *what, const char *name);
