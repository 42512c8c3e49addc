// durable FOLDER ROUNDS GROUP: how long a group of signed events takes until it is durable, against the same
// bytes appended to a file with one fdatasync, in turn within one process. Prints: ms of the trail, ms of the
// file, ratio (medians). Invariant: both make the same number of bytes durable in every round.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/value.h"
#include "trail/trail.h"

enum { MOST_ROUNDS = 10000, MOST_GROUP = 4096, LINE = 512, EVENT = 64 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double with_trail(struct trail *trail, const struct value *members, long group)
{
    struct err err;
    double begin = now_ms();
    for (long i = 0; i < group; i++)
        trail_append(trail, "20261125T120000Z-bench1", "note", members);
    if (!trail_commit(trail, &err)) {
        fprintf(stderr, "durable: %s\n", err.message);
        exit(1);
    }
    return now_ms() - begin;
}

static double with_file(int fd, const char *line, long group)
{
    double begin = now_ms();
    for (long i = 0; i < group; i++)
        if (write(fd, line, LINE) != LINE)
            exit(1);
    if (fdatasync(fd) != 0)
        exit(1);
    return now_ms() - begin;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// A note whose line is about as long as the file's.
static const struct value *event(struct arena *arena)
{
    char text[EVENT + 1];
    struct value *members = value_map(arena);
    memset(text, 'x', EVENT);
    text[EVENT] = '\0';
    value_put_text(arena, members, "message", text);
    return members;
}

int main(int argc, char **argv)
{
    static double ours[MOST_ROUNDS], theirs[MOST_ROUNDS];
    long rounds = argc == 4 ? strtol(argv[2], NULL, 10) : 0,
         group = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS || group < 1 || group > MOST_GROUP) {
        fprintf(stderr, "usage: durable FOLDER ROUNDS GROUP\n");
        return 2;
    }
    struct arena *arena = arena_open();
    struct err err;
    const struct trail_config config = {.state = argv[1],
                                        .config_dir = arena_printf(arena, "%s/config", argv[1]),
                                        .by = "bench",
                                        .host = "bench"};
    struct trail *trail = trail_open(arena, &config, &err);
    int fd = open(arena_printf(arena, "%s/plain", argv[1]), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (trail == NULL || fd < 0) {
        fprintf(stderr, "durable: %s\n", trail == NULL ? err.message : "the file cannot be made");
        return 1;
    }
    char line[LINE];
    memset(line, 'x', sizeof line);
    const struct value *members = event(arena);
    with_trail(trail, members, group); // the first makes the trail known
    for (long i = 0; i < rounds; i++) {
        ours[i] = with_trail(trail, members, group);
        theirs[i] = with_file(fd, line, group);
    }
    trail_close(trail);
    close(fd);
    arena_close(arena);
    qsort(ours, (size_t)rounds, sizeof *ours, by_size);
    qsort(theirs, (size_t)rounds, sizeof *theirs, by_size);
    double a = ours[rounds / 2], b = theirs[rounds / 2];
    printf("%.4f %.4f %.3f\n", a, b, a / b);
    return 0;
}
