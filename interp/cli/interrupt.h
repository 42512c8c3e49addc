// SIGINT, SIGTERM and SIGHUP (unless it was ignored), and SIGUSR1, noted for whoever polls; SIGPIPE and
// SIGXFSZ are ignored: the call fails.
#pragma once
#include <signal.h>

void interrupt_install(void);
// 0, or the number of the first signal that came.
const volatile sig_atomic_t *interrupt_flag(void);
// Not 0: another process asks one of this one's runs to stop (SIGUSR1). Whoever looks which sets it to 0.
volatile sig_atomic_t *interrupt_asked(void);
