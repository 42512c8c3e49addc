// The one place where a bug ends the process. Writes one line to standard error and exits with 70.
// Not for errors of the user or of the world: those are values (base/err.h). Invariant: it allocates nothing
// and never returns.
#include "base/panic.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

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
    _exit(70);
}
