// Bugs end the process with exit status 70; they are never errors that a caller handles.
#pragma once

_Noreturn void panic_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)
// A condition that only a bug in this program can break; checked in every build.
#define REQUIRE(condition) ((condition) ? (void)0 : panic("requirement failed: %s", #condition))
// There is no memory. That is no bug, and nothing that a caller could go on from: the
// process ends as a run that failed.
_Noreturn void panic_memory(void);
