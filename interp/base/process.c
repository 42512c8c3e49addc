// Other programs. Not for shells, pipelines or programs that go on running.
// Invariant: when process_run returns, the child has ended and was waited for; a signal reaches only the very
// process that was named.
#include "base/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

extern char **environ;

enum { LOOK_AGAIN_MS = 2 };

struct child {
    pid_t pid;
    int fds[2]; // its output and errors; -1: closed
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool start(const char *const *argv, struct child *child, struct err *err)
{
    int pipes[2][2] = {{-1, -1}, {-1, -1}};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    int failed = pipe(pipes[0]) != 0 || pipe(pipes[1]) != 0 ? errno : 0;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0); // 0: for reading
    for (int i = 0; failed == 0 && i < 2; i++) {
        posix_spawn_file_actions_adddup2(&actions, pipes[i][1], STDOUT_FILENO + i);
        posix_spawn_file_actions_addclose(&actions, pipes[i][0]);
        posix_spawn_file_actions_addclose(&actions, pipes[i][1]);
    }
    if (failed == 0)
        failed = posix_spawnp(&child->pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i < 2; i++) {
        close_end(&pipes[i][1]);
        child->fds[i] = pipes[i][0];
        if (failed != 0)
            close_end(&child->fds[i]);
    }
    return failed == 0 || err_set(err, E_FILE, "%s cannot be started: %s", argv[0], strerror(failed));
}

// Reads both ends until both are closed. False: too slow or too much.
static bool drain(struct child *child, struct text *out, int64_t end_ns)
{
    while (child->fds[0] >= 0 || child->fds[1] >= 0) {
        char bytes[4096];
        struct pollfd polls[2] = {{.fd = child->fds[0], .events = POLLIN},
                                  {.fd = child->fds[1], .events = POLLIN}};
        int64_t left = (end_ns - clock_monotonic_ns()) / 1000000;
        if (left <= 0)
            return false;
        if (poll(polls, 2, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR)
            return false;
        for (int i = 0; i < 2; i++) {
            if (child->fds[i] < 0 || polls[i].revents == 0)
                continue;
            ssize_t got = read(child->fds[i], bytes, sizeof bytes);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                close_end(&child->fds[i]);
            else if (out[i].length + (size_t)got > PROCESS_MAX_OUTPUT)
                return false;
            else
                text_addn(&out[i], bytes, (size_t)got);
        }
    }
    return true;
}

// It may close both ends and go on running. False: too slow.
static bool await_end(const struct child *child, int64_t end_ns, int *status)
{
    pid_t ended;
    while ((ended = waitpid(child->pid, status, WNOHANG)) == 0 && clock_monotonic_ns() < end_ns)
        clock_sleep_ms(LOOK_AGAIN_MS);
    return ended != 0;
}

bool process_run(struct arena *arena, const char *const *argv, int64_t timeout_ms,
                 struct process_result *result, struct err *err)
{
    struct child child;
    struct text out[2] = {text_new(arena), text_new(arena)};
    int status = 0;
    if (!start(argv, &child, err))
        return false;
    int64_t end_ns = clock_monotonic_ns() + timeout_ms * 1000000;
    bool whole = drain(&child, out, end_ns) && await_end(&child, end_ns, &status);
    if (!whole)
        kill(child.pid, SIGKILL);
    close_end(&child.fds[0]);
    close_end(&child.fds[1]);
    while (!whole && waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
        ;
    result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result->output = out[0].ptr;
    result->errors = out[1].ptr;
    return whole || err_set(err, E_LIMIT, "%s took longer than %lld ms, or wrote too much", argv[0],
                            (long long)timeout_ms);
}

// NULL: there is no such process.
static const char *name_of(struct arena *arena, long pid)
{
    enum { FIELDS_BEFORE_START = 20 }; // behind the command, which is in brackets and may hold anything
    char boot[40];
    size_t length;
    struct err err;
    char *stat = file_read(arena, arena_printf(arena, "/proc/%ld/stat", pid), 4096, &length, &err);
    char *at = stat == NULL ? NULL : strrchr(stat, ')');
    for (int i = 0; at != NULL && i < FIELDS_BEFORE_START; i++)
        at = strchr(at + 1, ' ');
    return at == NULL ? NULL
                      : arena_printf(arena, "%ld %.*s %s", pid, (int)strcspn(at + 1, " "), at + 1,
                                     clock_boot_id(boot));
}

const char *process_self(struct arena *arena)
{
    const char *name = name_of(arena, (long)getpid());
    return name != NULL ? name : "";
}

// Of the process of that name; 0: it does not run here.
static pid_t living(struct arena *arena, const char *name)
{
    char *end;
    long pid = strtol(name, &end, 10);
    const char *now = pid > 1 && *end == ' ' ? name_of(arena, pid) : NULL;
    return text_is(now, name) ? (pid_t)pid : 0;
}

bool process_lives(struct arena *arena, const char *name)
{
    return living(arena, name) != 0;
}

bool process_nudge(struct arena *arena, const char *name, struct err *err)
{
    pid_t pid = living(arena, name);
    if (pid == 0)
        return err_set(err, E_FILE, "the process that works on it is not of this machine");
    return kill(pid, SIGUSR1) == 0 ||
           err_set(err, E_FILE, "the process %ld cannot be told: %s", (long)pid, strerror(errno));
}
