// The language as it runs: every case of tests/tables/run.tab, with the program itself, against the lab.
// Invariant: a case has a state of its own and leaves nothing behind.
#include "data/json.h"
#include "expect.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"

enum { CASE_TIMEOUT_MS = 120000 };

struct bench {
    struct arena *arena;
    const char *program, *folder, *config, *playbook;
    FILE *serving; // a lab with faults, or NULL
    long serving_pid;
};

// The words of a command; "P" is the playbook, "'…'" holds blanks together.
static void split(struct bench *bench, const char *line, const char **argv)
{
    size_t count = 0;
    char *at = arena_strdup(bench->arena, line);
    static const char *const interrupted[] = {
        "timeout", "--foreground", "--preserve-status", "-s", "INT", "4", NULL};
    bool interrupt = text_starts(line, "@INT ");
    for (size_t i = 0; interrupt && interrupted[i] != NULL; i++)
        argv[count++] = interrupted[i];
    at += interrupt ? strlen("@INT ") : 0;
    argv[count++] = bench->program;
    while (*at != '\0') {
        at += strspn(at, " ");
        bool quoted = *at == '\'';
        char *end = quoted ? strchr(++at, '\'') : at + strcspn(at, " ");
        assert_non_null(end);
        bool last = *end == '\0';
        *end = '\0';
        assert_true(count < CASE_MAX_WORDS);
        argv[count++] = strcmp(at, "P") == 0    ? bench->playbook
                        : text_starts(at, "D/") ? arena_printf(bench->arena, "%s%s", bench->folder, at + 1)
                                                : at;
        at = last ? end : end + 1;
    }
    static const char *const always[] = {"--json", "--lib", "fixtures/run", NULL};
    for (size_t i = 0; always[i] != NULL; i++)
        argv[count++] = always[i];
    argv[count] = NULL;
}

static const struct value *last_json(struct arena *arena, const char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        length--;
    size_t begin = length;
    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    return json_parse(arena, "output", text + begin, length - begin, NULL);
}

static struct outcome execute(struct bench *bench, const struct run_case *one, const char *line)
{
    const char *argv[CASE_MAX_WORDS + 8];
    struct process_result result;
    struct err err = {0};
    split(bench, line, argv);
    int64_t began = clock_monotonic_ns();
    if (!process_run(bench->arena, argv, CASE_TIMEOUT_MS, &result, &err))
        fail_msg("run.tab:%d: %s: %s", one->line, line, err.message);
    struct outcome outcome = {.text = result.output,
                              .errors = result.errors,
                              .json = last_json(bench->arena, result.output),
                              .status = result.status,
                              .took_ms = (clock_monotonic_ns() - began) / 1000000};
    if (strstr(result.errors, "Sanitizer") != NULL || result.status == 70)
        expect_complain(one, line, result.errors);
    return outcome;
}

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s", err->message);
}

static void put(struct bench *bench, const char *name, const char *text)
{
    struct err err = {0};
    const char *path = arena_printf(bench->arena, "%s/%s", bench->folder, name);
    must(file_replace(path, text, strlen(text), &err), &err);
}

// A lab in a process of its own, with the faults of the case; the profile "served" leads to it. `profile`:
// lines in place of the scope.
static void serve(struct bench *bench, const char *faults, const char *profile)
{
    char line[256] = "";
    put(bench, "faults.json", faults);
    const char *command =
        arena_printf(bench->arena, "echo $$; exec %s lab serve --json --fault %s/faults.json", bench->program,
                     bench->folder);
    bench->serving = popen(command, "r");
    assert_non_null(bench->serving);
    assert_non_null(fgets(line, sizeof line, bench->serving));
    bench->serving_pid = strtol(line, NULL, 10);
    assert_non_null(fgets(line, sizeof line, bench->serving));
    const char *route = value_text_at(last_json(bench->arena, line), "route");
    assert_non_null(route);
    put(bench, "config/served.yaml",
        arena_printf(
            bench->arena,
            "name: served\ntenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: client-secret}\n"
            "policy: policy.yaml\nregister: register.yaml\nsender: soc@contoso.com\nroute: %s\n%s",
            route, profile));
}

static void end_serving(struct bench *bench)
{
    if (bench->serving == NULL)
        return;
    kill((pid_t)bench->serving_pid, SIGTERM);
    pclose(bench->serving);
    bench->serving = NULL;
}

static void prepare(struct bench *bench, const struct run_case *one)
{
    struct err err = {0};
    const char *faults = NULL, *policy = "approve_all: true\n";
    const char *profile = "scope: [/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7]\n";
    must(file_mkdirs(arena_printf(bench->arena, "%s/config", bench->folder), &err), &err);
    for (size_t i = 0; i < one->file_count; i++) {
        const struct case_file *file = &one->files[i];
        const char *text = file->text;
        if (strcmp(file->name, "faults") == 0)
            faults = text;
        else if (strcmp(file->name, "profile") == 0)
            profile = text;
        else if (strcmp(file->name, "policy") == 0)
            policy = text;
        else if (i == 0 && *text != '\0' && !text_starts(text, "playbook:"))
            put(bench, "p.yaml", arena_printf(bench->arena, "playbook: p\nversion: 1.0.0\n%s", text));
        else if (*text != '\0')
            put(bench, file->name, text);
    }
    put(bench, "config/policy.yaml", policy);
    put(bench, "config/register.yaml", "contacts: {security: soc@contoso.com}\n");
    bool lua = one->file_count > 1 && strcmp(one->files[1].name, "p.lua") == 0;
    bench->playbook = arena_printf(bench->arena, "%s/%s", bench->folder, lua ? "p.lua" : "p.yaml");
    setenv("PLAYBOOK_STATE", arena_printf(bench->arena, "%s/state", bench->folder), 1);
    setenv("PLAYBOOK_CONFIG", arena_printf(bench->arena, "%s/config", bench->folder), 1);
    if (faults != NULL)
        serve(bench, faults, profile);
}

static void run_case(struct bench *bench, const struct run_case *one)
{
    char folder[SCRATCH_SIZE];
    struct outcome outcome = {0};
    scratch_open(folder);
    bench->folder = folder;
    prepare(bench, one);
    for (size_t i = 0; i < one->line_count; i++) {
        if (text_starts(one->lines[i], "$ "))
            outcome = execute(bench, one, one->lines[i] + 2);
        else
            expect_line(bench->arena, one, &outcome, one->lines[i]);
    }
    end_serving(bench);
    scratch_close(folder);
}

static const char *only; // a part of the titles of cases to be run; NULL: all
static const char *program;

static void whole_table(void **state)
{
    (void)state;
    struct arena *arena = arena_open();
    const struct run_case *cases = case_read(arena, "tables/run.tab");
    size_t count = 0;
    for (; cases[count].title != NULL; count++) {
        if (only != NULL && strstr(cases[count].title, only) == NULL)
            continue;
        struct arena *own = arena_open();
        struct bench bench = {.arena = own, .program = program};
        run_case(&bench, &cases[count]);
        arena_close(own);
    }
    arena_close(arena);
    assert_true(only != NULL || count > 50);
    assert_int_equal(expect_failures, 0);
}

// flow_test [PART OF A TITLE]
int main(int argc, char **argv)
{
    static char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 32);
    char *slash = length > 0 ? strrchr(self, '/') : NULL;
    if (slash == NULL)
        return 1;
    memcpy(slash, "/../playbook", sizeof "/../playbook"); // built beside the tests
    program = self;
    only = argc > 1 ? argv[1] : NULL;
    setenv("PLAYBOOK_USER", "dana", 1);
    setenv("ASAN_OPTIONS", "exitcode=99", 0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
