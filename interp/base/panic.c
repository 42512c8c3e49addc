// The one place where a bug, or that there is no memory, ends the process, with a word to standard error.
// Not for other errors of the user or of the world: those are values (base/err.h). Invariant: it allocates
// nothing and never returns.
#include "base/panic.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { FAILED = 1, BUG = 70 }; // as `playbook help` has them

void panic_at(const char *file, int line, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    dprintf(STDERR_FILENO,
            "playbook: bug at %s:%d: %s\n"
            "This is a fault of the program. The trail holds everything up to here.\n",
            file, line, message);
    _exit(BUG);
}

void panic_memory(void)
{
    dprintf(STDERR_FILENO, "playbook: out of memory\n"
                           "The trail holds everything up to here, and a run can be resumed.\n");
    _exit(FAILED);
}
