// Loads libmicrohttpd. Not for using it (server.c). Invariant: after microhttpd_load every function is there.
#include "lab/microhttpd.h"

#include <stddef.h>

#include "base/library.h"

static const char *const names[] = {
#define X(name) "MHD_" #name,
    MICROHTTPD_FUNCTIONS
#undef X
        NULL};

bool microhttpd_load(struct microhttpd *mhd, struct err *err)
{
    return library_load("libmicrohttpd.so.12", names, mhd, sizeof *mhd, err);
}
