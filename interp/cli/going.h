// Going on with a run: what resume, answer, attest and approve have in common.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "run/engine.h"
#include "trail/note.h"

struct cli;
struct playbook;
struct recall;
struct session;

// One of the commands at work.
struct going {
    struct session *session;
    const struct recall *recall;
    const struct playbook *playbook;
    struct run_request request;
    struct note_signer key; // of who approves, where the request names one
};
// Adds what the command brings to going->request. False with err filled: nothing is gone on with.
typedef bool add_inputs(struct going *going, struct err *err);

// Resumed: on a real estate that wants a person at a terminal or the word of one, as `run`. Decided: the
// command itself is somebody's decision. Attested: that too, and a run that is done can still have open
// tasks.
enum going_why { GOING_RESUMED, GOING_DECIDED, GOING_ATTESTED };

// Goes on with the run that the command's first argument names; the exit status.
int going_on(struct cli *cli, add_inputs *add, enum going_why why);
// The same for a run by name, in a session that is connected.
int going_on_with(struct session *session, const char *name, add_inputs *add, enum going_why why);
