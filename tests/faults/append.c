// append STATE COUNT TIMES MARK: opens the trail of a state directory and commits an intent and notes, COUNT
// in all, with that mark, TIMES times; says "committed" when all is durable. Ends with 8 where it could not.
// What faults/strace.sh disturbs.
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/value.h"
#include "trail/trail.h"

static int failed(const struct err *err)
{
    fprintf(stderr, "append: %s [%s]\n", err->message, err_name(err->code));
    return err_exit_status(err->code);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    struct arena *arena = arena_open();
    struct err err = {0};
    const struct trail_config config = {.state = argv[1],
                                        .config_dir = arena_printf(arena, "%s/config", argv[1]),
                                        .by = "tester",
                                        .host = "here"};
    struct trail *trail = trail_open(arena, &config, &err);
    if (trail == NULL)
        return failed(&err);
    struct value *members = value_map(arena);
    value_put_text(arena, members, "message", argv[4]);
    long count = strtol(argv[2], NULL, 10);
    for (long times = strtol(argv[3], NULL, 10); times > 0; times--) {
        for (long i = 0; i < count; i++)
            trail_append(trail, argv[4], i == 0 ? "effect.intent" : "note", members); // it wants room
        if (!trail_commit(trail, &err))
            return failed(&err);
    }
    printf("committed\n");
    trail_close(trail);
    arena_close(arena);
    return 0;
}
