// Notes signals. What to do about one is up to the loop that polls. Invariant: the handler only writes the
// flag, and a second signal of the same kind ends the process as it would by default.
#include "cli/interrupt.h"

#include <stddef.h>

// The one variable of the program that a signal handler can reach, hence not in a struct that somebody owns.
static volatile sig_atomic_t noted;

static void note(int signal)
{
    if (noted == 0)
        noted = signal;
}

void interrupt_install(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

const volatile sig_atomic_t *interrupt_flag(void)
{
    return &noted;
}
