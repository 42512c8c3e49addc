// The environment's door. Not for settings as such: cli/ decides what a variable means.
// Invariant: an empty variable is one that is not set.
#include "base/env.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"

const char *env_get(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

enum { ENTRY_MAX = 4096 };

// NULL: the system does not know who this is.
static const struct passwd *own_entry(struct passwd *entry, char buffer[ENTRY_MAX])
{
    struct passwd *found = NULL;
    return getpwuid_r(geteuid(), entry, buffer, ENTRY_MAX, &found) == 0 ? found : NULL;
}

const char *env_user(struct arena *arena)
{
    struct passwd entry;
    char buffer[ENTRY_MAX];
    const char *named = env_get("PLAYBOOK_USER");
    if (named != NULL)
        return named;
    const struct passwd *own = own_entry(&entry, buffer);
    return own != NULL ? arena_strdup(arena, own->pw_name) : arena_printf(arena, "uid-%ld", (long)geteuid());
}

const char *env_home(struct arena *arena)
{
    struct passwd entry;
    char buffer[ENTRY_MAX];
    const char *home = env_get("HOME");
    if (home != NULL && home[0] == '/')
        return home;
    const struct passwd *own = own_entry(&entry, buffer);
    return own != NULL && own->pw_dir[0] == '/' ? arena_strdup(arena, own->pw_dir) : "";
}

const char *env_host(struct arena *arena)
{
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
        return "localhost";
    return arena_strdup(arena, name);
}

bool env_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

int env_columns(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

size_t env_open_files(size_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    struct rlimit more = limit;
    more.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (more.rlim_cur > limit.rlim_cur && setrlimit(RLIMIT_NOFILE, &more) == 0)
        limit = more;
    return limit.rlim_cur < wanted ? (size_t)limit.rlim_cur : wanted;
}
