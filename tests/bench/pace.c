// pace [-n ROUNDS] [-p PREPARE] COMMAND [-p PREPARE] COMMAND...: runs whole processes in turn, A B A B, and
// prints for each its median, least and greatest wall time, processor time and peak memory, and its ratio to
// the last one. A command is one word of words between spaces; PREPARE is a shell command that runs before
// each of the next command's runs and is not measured. Invariant: a command that does not end with 0 ends the
// measurement.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_COMMANDS = 8, MOST_WORDS = 64, MOST_ROUNDS = 10000 };

struct command {
    const char *prepare;
    char *words[MOST_WORDS + 1];
    double *wall, *processor; // ms
    long peak_kb;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double ms_of(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static void run_once(struct command *command, posix_spawn_file_actions_t *actions, int round)
{
    struct rusage usage;
    int status = 0;
    pid_t pid;
    if (command->prepare != NULL && system(command->prepare) != 0) {
        fprintf(stderr, "pace: this failed: %s\n", command->prepare);
        exit(1);
    }
    double begin = now_ms();
    if (posix_spawnp(&pid, command->words[0], actions, NULL, command->words, environ) != 0 ||
        wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "pace: %s did not end with 0 but with status %d\n", command->words[0],
                WEXITSTATUS(status));
        exit(1);
    }
    if (round < 0) // the first fills caches
        return;
    command->wall[round] = now_ms() - begin;
    command->processor[round] = ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
    if (usage.ru_maxrss > command->peak_kb)
        command->peak_kb = usage.ru_maxrss;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void split(struct command *command, char *text)
{
    size_t count = 0;
    for (char *word; (word = strsep(&text, " ")) != NULL && count < MOST_WORDS;)
        if (word[0] != '\0')
            command->words[count++] = word;
    command->words[count] = NULL;
}

// Columns: wall ms, least, greatest, processor ms, peak kB, ratio of wall, ratio of processor.
static void report(struct command *commands, int count, int rounds)
{
    double wall[MOST_COMMANDS], processor[MOST_COMMANDS];
    for (int i = 0; i < count; i++) {
        wall[i] = median(commands[i].wall, rounds);
        processor[i] = median(commands[i].processor, rounds);
    }
    for (int i = 0; i < count; i++)
        printf("%.3f %.3f %.3f %.3f %ld %.3f %.3f\n", wall[i], commands[i].wall[0],
               commands[i].wall[rounds - 1], processor[i], commands[i].peak_kb, wall[i] / wall[count - 1],
               processor[i] / processor[count - 1]);
}

int main(int argc, char **argv)
{
    static struct command commands[MOST_COMMANDS];
    const char *prepare = NULL;
    int count = 0, rounds = 20;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-n") == 0 && i + 1 < argc) {
            rounds = (int)strtol(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "-p") == 0 && i + 1 < argc) {
            prepare = argv[++i];
        } else if (count < MOST_COMMANDS) {
            commands[count].prepare = prepare;
            prepare = NULL;
            split(&commands[count++], argv[i]);
        }
    }
    if (count == 0 || rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: pace [-n ROUNDS] [-p PREPARE] COMMAND...\n");
        return 2;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    for (int i = 0; i < count; i++) {
        commands[i].wall = calloc((size_t)rounds, sizeof(double));
        commands[i].processor = calloc((size_t)rounds, sizeof(double));
    }
    for (int round = -1; round < rounds; round++)
        for (int i = 0; i < count; i++)
            run_once(&commands[i], &actions, round);
    report(commands, count, rounds);
    return 0;
}
