// Going on with a run: what resume, answer, attest and approve have in common.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "run/engine.h"
#include "trail/keys.h"

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

// Goes on with the run that the command's first argument names; the exit status. `decided`: the command
// itself is somebody's decision; else, on a real estate, it wants a person at a terminal or the word of one,
// as `run`.
int going_on(struct cli *cli, add_inputs *add, bool decided);
// The same for a run by name, in a session that is connected.
int going_on_with(struct session *session, const char *name, add_inputs *add, bool decided);
