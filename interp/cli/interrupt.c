// Notes signals. What to do about one is up to the loop that polls. Invariant: the handler only writes the
// flag, and a second signal of the same kind ends the process as it would by default.
#include "cli/interrupt.h"

#include <stddef.h>

// The variables of the program that a signal handler can reach, hence not in a struct that somebody owns.
static volatile sig_atomic_t noted, asked;

static void note(int signal)
{
    if (noted == 0)
        noted = signal;
}

static void note_asked(int signal)
{
    asked = signal;
}

void interrupt_install(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction before;
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) // nohup wants it to go on
        sigaction(SIGHUP, &action, NULL);
    struct sigaction listen = {.sa_handler = note_asked};
    sigaction(SIGUSR1, &listen, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); // a file that may not grow is like a disk that is full
}

const volatile sig_atomic_t *interrupt_flag(void)
{
    return &noted;
}

volatile sig_atomic_t *interrupt_asked(void)
{
    return &asked;
}
