// What the commands about the trail share.
#pragma once
#include "base/err.h"
#include "cli/options.h"
#include "trail/verify.h"

struct cli;

// *vkey is a verifier key, or the name of a file that holds one: then it becomes what stands there.
MUST_CHECK bool audit_read_key(struct cli *cli, const char **vkey, struct err *err);
// --key VKEY, or a file that holds one; *vkey NULL when it is not given.
MUST_CHECK bool audit_key_option(struct cli *cli, const char **vkey, struct err *err);
// --from and --to: a time (ms) stays as it is when its option is not given; a day given to --to means its
// end.
MUST_CHECK bool audit_time_options(struct cli *cli, int64_t *from, int64_t *to, struct err *err);
// Where the operator's own key for approvals is: CONFIG/approver.key.
const char *audit_approver_key(struct cli *cli);
// Reads the trail; `each` may be NULL. E_TAMPERED when it does not verify: then nothing that `each` was given
// may be shown.
MUST_CHECK bool audit_verify(struct cli *cli, verify_reader *each, void *context,
                             struct verify_report *report, struct err *err);
