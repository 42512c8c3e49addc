// A pseudo-terminal with the program on its other side: types what a person would type, and reads the screen.
// The program is cli_main in a child process, with folders of its own under /tmp; 80 columns, no colour.
#pragma once
#include "../test.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"

enum { PATIENCE_MS = 60000, COLUMNS = 80 };

struct terminal {
    struct arena *arena;
    const char *folder; // of this case
    const char *fault;  // PLAYBOOK_FAULT of the next program, or NULL
    int fd;
    pid_t child;
    struct text screen; // everything that was printed, echoes included
    size_t seen;        // up to where it has been waited for
};

static void write_file(const char *path, const char *text)
{
    struct err err = {0};
    if (!file_replace(path, text, strlen(text), &err))
        fail_msg("%s: %s", path, err.message);
}

static void terminal_new(struct terminal *terminal, struct arena *arena)
{
    char folder[SCRATCH_SIZE];
    scratch_open(folder);
    *terminal = (struct terminal){.arena = arena, .folder = arena_strdup(arena, folder)};
    struct err err = {0};
    assert_true(file_mkdirs(arena_printf(arena, "%s/config", folder), &err));
}

static void set_environment(const struct terminal *terminal)
{
    clearenv();
    setenv("HOME", terminal->folder, 1);
    setenv("PLAYBOOK_STATE", arena_printf(terminal->arena, "%s/state", terminal->folder), 1);
    setenv("PLAYBOOK_CONFIG", arena_printf(terminal->arena, "%s/config", terminal->folder), 1);
    setenv("PLAYBOOK_USER", "dana", 1);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C", 1);
    setenv("NO_COLOR", "1", 1);
    if (terminal->fault != NULL)
        setenv("PLAYBOOK_FAULT", terminal->fault, 1);
}

// Starts `playbook WORDS`, split at blanks.
static void terminal_start(struct terminal *terminal, const char *line)
{
    char *words[32] = {(char *)(uintptr_t) "playbook"};
    size_t count = 1;
    for (char *rest = arena_strdup(terminal->arena, line), *word; (word = strsep(&rest, " ")) != NULL;) {
        assert_true(count < sizeof words / sizeof words[0] - 1);
        words[count++] = word;
    }
    terminal->screen = text_new(terminal->arena);
    terminal->seen = 0;
    struct winsize size = {.ws_row = 24, .ws_col = COLUMNS};
    terminal->child = forkpty(&terminal->fd, NULL, NULL, &size);
    assert_true(terminal->child >= 0);
    if (terminal->child == 0) {
        set_environment(terminal);
        _exit(chdir(terminal->folder) == 0 ? cli_main((int)count, words) : 99);
    }
}

// Takes in what is there; false at the end. A pseudo-terminal whose other side is closed says EIO.
static bool take_in(struct terminal *terminal, int wait_ms)
{
    struct pollfd fd = {.fd = terminal->fd, .events = POLLIN};
    int ready = poll(&fd, 1, wait_ms);
    if (ready <= 0)
        return true;
    char part[4096];
    ssize_t got = read(terminal->fd, part, sizeof part);
    if (got <= 0)
        return got < 0 && errno == EINTR;
    text_addn(&terminal->screen, part, (size_t)got);
    return true;
}

// Waits until the words stand on the screen, after those that were waited for before.
static inline void terminal_expect(struct terminal *terminal, const char *words)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 100) {
        const char *found =
            terminal->screen.length == 0 ? NULL : strstr(terminal->screen.ptr + terminal->seen, words);
        if (found != NULL) {
            terminal->seen = (size_t)(found - terminal->screen.ptr) + strlen(words);
            return;
        }
        if (!take_in(terminal, 100))
            break;
    }
    fail_msg("\"%s\" was awaited; the screen:\n%s", words, terminal->screen.ptr);
}

static inline void terminal_type(struct terminal *terminal, const char *keys)
{
    for (size_t length = strlen(keys); length > 0;) {
        size_t part = length < 256 ? length : 256;
        ssize_t put = write(terminal->fd, keys, part);
        assert_true(put > 0);
        keys += put;
        length -= (size_t)put;
        assert_true(take_in(terminal, 0)); // its echo, so that neither side waits for the other
    }
}

// Waits for the end of the program; returns its exit status, or minus the signal that ended it.
static int terminal_end(struct terminal *terminal)
{
    int waited = 0, status;
    while (waited < PATIENCE_MS && take_in(terminal, 100))
        waited += 100;
    if (waited >= PATIENCE_MS)
        kill(terminal->child, SIGKILL);
    assert_int_equal(waitpid(terminal->child, &status, 0), terminal->child);
    close(terminal->fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool terminal_shows(const struct terminal *terminal, const char *words)
{
    return strstr(terminal->screen.ptr, words) != NULL;
}
