// loads FILE ROUNDS: how long loading and checking a playbook takes against libyaml's events alone over the
// same bytes, in turn within one process. Prints: ms of loading, ms of events, ratio (medians). The program's
// own start and the primitives are not in it. Invariant: every round parses and checks the whole text again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <yaml.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "run/prepare.h"
#include "vm/vm.h"

enum { MOST_ROUNDS = 10000, MOST_BYTES = 1024 * 1024 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// A machine of its own each time, since compiled expressions live as long as it does; opening it is not
// counted.
static double load(const char *name)
{
    static const char *const none[] = {NULL};
    struct arena *arena = arena_open();
    struct err_list *errors = err_list_new(arena);
    struct err err = {0};
    struct prepared_playbook prepared;
    struct catalog *catalog = catalog_open(arena, none);
    struct vm *vm = vm_open(arena, catalog, &err);
    const struct catalog_file *file = vm == NULL ? NULL : catalog_read(catalog, name, &err);
    double begin = now_ms();
    const struct playbook *playbook = file == NULL ? NULL : playbook_parse_yaml(arena, file, errors);
    if (playbook == NULL || !prepare_check(arena, catalog, vm, playbook, &prepared, errors)) {
        fprintf(stderr, "loads: %s does not check\n", name);
        exit(1);
    }
    double ms = now_ms() - begin;
    vm_close(vm);
    arena_close(arena);
    return ms;
}

static double events(const char *bytes, size_t length)
{
    double begin = now_ms();
    yaml_parser_t parser;
    yaml_event_t event;
    yaml_event_type_t type;
    if (!yaml_parser_initialize(&parser))
        exit(1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    do {
        if (!yaml_parser_parse(&parser, &event)) {
            fprintf(stderr, "loads: libyaml refuses the file\n");
            exit(1);
        }
        type = event.type;
        yaml_event_delete(&event);
    } while (type != YAML_STREAM_END_EVENT);
    yaml_parser_delete(&parser);
    return now_ms() - begin;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static double loading[MOST_ROUNDS], passing[MOST_ROUNDS];
    long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: loads FILE ROUNDS\n");
        return 2;
    }
    struct arena *arena = arena_open();
    struct err err = {0};
    size_t length;
    const char *bytes = file_read(arena, argv[1], MOST_BYTES, &length, &err);
    if (bytes == NULL)
        return 1;
    for (long i = 0; i < rounds; i++) {
        loading[i] = load(argv[1]);
        passing[i] = events(bytes, length);
    }
    arena_close(arena);
    qsort(loading, (size_t)rounds, sizeof *loading, by_size);
    qsort(passing, (size_t)rounds, sizeof *passing, by_size);
    double a = loading[rounds / 2], b = passing[rounds / 2];
    printf("%.4f %.4f %.3f\n", a, b, a / b);
    return 0;
}
