// Going on with a run: what resume, answer, attest and approve have in common.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "run/prepare.h"
#include "run/engine.h"
#include "trail/note.h"

struct arena;
struct cli;
struct playbook;
struct recall;
struct recall_line;
struct session;

// One of the commands at work.
struct going {
    struct session *session;
    struct arena *arena; // what is read of the run lives there
    const struct recall *recall;
    const struct playbook *playbook;
    struct prepared_playbook prepared; // with `playbook` set beforehand: the run must have begun with it
    struct run_request request;
    struct note_signer key; // of who approves, where the request names one
};
// Adds what the command brings to going->request. False with err filled: nothing is gone on with.
typedef bool add_inputs(struct going *going, struct err *err);

// Resumed: on a real estate that wants a person at a terminal or the word of one, as `run`. Decided: the
// command itself is somebody's decision. Attested: that too, and a run that is done can still have open
// tasks.
enum going_why { GOING_RESUMED, GOING_DECIDED, GOING_ATTESTED };

// All that comes before: the run is found, taken and seen to be one that can be gone on with, and the request
// is filled. False with the mistakes in `errors`, or with err filled.
MUST_CHECK bool going_prepare(struct going *going, const char *name, add_inputs *add, enum going_why why,
                              struct err_list *errors, struct err *err);
// Is that line of the step that a path or an id names?
bool going_names(const struct recall_line *line, const char *name);
// Is there a question, or a task, of that name (a path, or the id of its step) that is opened and not
// settled?
bool going_is_open(const struct recall *recall, const char *opened, const char *settled, const char *name);
// Goes on with the run that the command's first argument names; the exit status.
int going_on(struct cli *cli, add_inputs *add, enum going_why why);
// The same for a run by name, in a session that is connected.
int going_on_with(struct session *session, const char *name, add_inputs *add, enum going_why why);
