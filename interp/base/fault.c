// Counts durable operations and writes, and lets one fail where a test asked for it. Not for the operations
// themselves (file.c). Invariant: without -DPLAYBOOK_FAULTS nothing fails here.
#include "base/fault.h"

#include <errno.h>
#include <signal.h>

#ifdef PLAYBOOK_FAULTS
static char fault_kind;
static unsigned fault_at;
static unsigned writes_left; // until the write that fails; 0: none does
#endif
static unsigned points;

void fault_set(char kind, unsigned n)
{
#ifdef PLAYBOOK_FAULTS
    fault_kind = kind;
    writes_left = kind == 'w' ? n : 0;
    fault_at = n == 0 || kind == 'w' ? 0 : points + n;
#else
    (void)kind;
    (void)n;
#endif
}

unsigned fault_points(void)
{
    return points;
}

bool fault_point(void)
{
    points++;
#ifdef PLAYBOOK_FAULTS
    if (fault_at != 0 && points == fault_at) {
        if (fault_kind == 'k')
            raise(SIGKILL);
        errno = fault_kind == 's' ? ENOSPC : EIO;
        return false;
    }
#endif
    return true;
}

bool fault_cuts(size_t *length)
{
#ifdef PLAYBOOK_FAULTS
    if (writes_left == 0 || --writes_left > 0)
        return false;
    *length /= 2;
    errno = ENOSPC;
    return true;
#else
    (void)length;
    return false;
#endif
}
