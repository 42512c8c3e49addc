// alerts FILE ROUNDS: how long reading the alerts of a file takes (parsed, their shape recognised, records
// made and checked) against cJSON's parsing of the same bytes alone, in turn within one process. Prints: ms
// of reading, ms of parsing, ratio (medians). Invariant: every round begins with the bytes and gives back all
// memory.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "vm/vm.h"

enum { MOST_ROUNDS = 10000 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double read_alerts(struct vm *vm, const char *bytes, size_t length)
{
    double begin = now_ms();
    struct err err = {0};
    struct arena *arena = arena_open();
    struct vm_run run = {.arena = arena, .now = "2026-11-25T12:00:00Z"};
    const struct value *raw = json_parse(arena, "alerts", bytes, length, &err), *alerts = NULL;
    vm_run_open(vm, &run);
    if (raw != NULL)
        alerts = vm_read_alerts(vm, &run, raw, NULL, &err);
    vm_run_close(vm, &run);
    if (value_count(alerts) == 0) {
        fprintf(stderr, "alerts: %s\n", err.message);
        exit(1);
    }
    arena_close(arena);
    return now_ms() - begin;
}

static double parse(const char *bytes, size_t length)
{
    double begin = now_ms();
    cJSON *tree = cJSON_ParseWithLength(bytes, length);
    if (tree == NULL)
        exit(1);
    cJSON_Delete(tree);
    return now_ms() - begin;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static double reading[MOST_ROUNDS], parsing[MOST_ROUNDS];
    long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: alerts FILE ROUNDS\n");
        return 2;
    }
    struct arena *arena = arena_open();
    struct err err = {0};
    size_t length;
    const char *bytes = file_read(arena, argv[1], JSON_MAX_FILE, &length, &err);
    if (bytes == NULL)
        return 1;
    static const char *const none[] = {NULL};
    struct vm *vm = vm_open(arena, catalog_open(arena, none), &err);
    if (vm == NULL)
        return 1;
    for (long i = 0; i < rounds; i++) {
        reading[i] = read_alerts(vm, bytes, length);
        malloc_trim(0); // what one has freed is not for the other to tidy up
        parsing[i] = parse(bytes, length);
        malloc_trim(0);
    }
    vm_close(vm);
    arena_close(arena);
    qsort(reading, (size_t)rounds, sizeof *reading, by_size);
    qsort(parsing, (size_t)rounds, sizeof *parsing, by_size);
    double a = reading[rounds / 2], b = parsing[rounds / 2];
    printf("%.4f %.4f %.3f\n", a, b, a / b);
    return 0;
}
