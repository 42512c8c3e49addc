// SIGINT and SIGTERM, noted for whoever polls; SIGPIPE is ignored.
#pragma once
#include <signal.h>

void interrupt_install(void);
// 0, or the number of the first signal that came.
const volatile sig_atomic_t *interrupt_flag(void);
