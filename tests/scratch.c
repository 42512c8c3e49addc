// Searches what tests leave behind. What is looked for: the beginning of every token that the lab gives out,
// the marks of its secrets, and whatever the lab was given as a secret's value or a password. Folders named
// `lab` and records of requests are the other side of the wire: they are not searched, but tell what to look
// for. Invariant: it shares no code with what it judges.
#include "scratch.h"

#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_SECRETS = 4096, SHORTEST = 12, LONGEST = 4096, MOST_FOLDERS = 1024 };

// {"typ":"JWT" in base64, as every token begins; client secrets, refresh tokens; values of the seed's
// secrets.
static const char *const marks[] = {"eyJ0eXAi", "lab-only-", "made-up-"};

static struct {
    char *secrets[MOST_SECRETS];
    size_t count;
    int found;
} hunt;

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    char *bytes = NULL;
    *length = 0;
    if (file != NULL && fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) &&
        (bytes = calloc(1, (size_t)info.st_size + 1)) != NULL)
        *length = fread(bytes, 1, (size_t)info.st_size, file);
    if (file != NULL)
        fclose(file);
    return bytes;
}

static void add(const char *from, size_t length)
{
    if (length < SHORTEST || length > LONGEST || hunt.count == MOST_SECRETS)
        return;
    for (size_t i = 0; i < hunt.count; i++)
        if (strlen(hunt.secrets[i]) == length && memcmp(hunt.secrets[i], from, length) == 0)
            return;
    hunt.secrets[hunt.count++] = strndup(from, length);
}

// The texts of a member in a line of JSON.
static void add_members(const char *line, const char *end, const char *member)
{
    for (const char *at = line; (at = strstr(at, member)) != NULL && at < end;) {
        at += strlen(member);
        add(at, strcspn(at, "\"\\"));
    }
}

static bool is_theirs(const char *path)
{
    const char *name = strrchr(path, '/');
    return strstr(path, "/lab/") != NULL || (name != NULL && strcmp(name, "/requests.jsonl") == 0);
}

// Values of secrets (of the estate's entries kv/…, of requests to a vault) and passwords.
static int collect(const char *path, const struct stat *info, int kind, struct FTW *level)
{
    (void)info, (void)level;
    size_t length;
    char *bytes = kind == FTW_F && is_theirs(path) ? read_whole(path, &length) : NULL;
    for (char *line = bytes, *end; line != NULL && *line != '\0'; line = end + (*end != '\0')) {
        end = line + strcspn(line, "\n");
        char after = *end;
        *end = '\0';
        if (strncmp(line, "kv/", 3) == 0 || strstr(line, "\"target\":\"/secrets/") != NULL)
            add_members(line, end, "\"value\":\"");
        add_members(line, end, "\"password\":\"");
        *end = after;
    }
    free(bytes);
    return 0;
}

static void look_for(const char *path, const char *bytes, size_t length, const char *secret)
{
    const char *at = memmem(bytes, length, secret, strlen(secret));
    if (at == NULL)
        return;
    fprintf(stderr, "%s holds a token or a secret at byte %zu\n", path, (size_t)(at - bytes)); // not which
    hunt.found++;
}

static int search(const char *path, const struct stat *info, int kind, struct FTW *level)
{
    (void)info, (void)level;
    size_t length = 0;
    char *bytes = kind == FTW_F && !is_theirs(path) ? read_whole(path, &length) : NULL;
    if (length > 4 && memcmp(bytes, "\177ELF", 4) == 0) // the program itself, with the lab's seed in it
        length = 0;
    for (size_t i = 0; bytes != NULL && i < sizeof marks / sizeof marks[0]; i++)
        look_for(path, bytes, length, marks[i]);
    for (size_t i = 0; bytes != NULL && i < hunt.count; i++)
        look_for(path, bytes, length, hunt.secrets[i]);
    free(bytes);
    return 0;
}

int scratch_search(const char *path)
{
    hunt.found = 0;
    nftw(path, collect, 16, FTW_PHYS);
    nftw(path, search, 16, FTW_PHYS);
    while (hunt.count > 0)
        free(hunt.secrets[--hunt.count]);
    return hunt.found;
}

static struct {
    char names[MOST_FOLDERS][SCRATCH_SIZE]; // "": closed
    size_t count;
    pid_t owner;
} folders;

static void close_all(void)
{
    for (size_t i = 0; getpid() == folders.owner && i < folders.count; i++)
        if (folders.names[i][0] != '\0')
            scratch_close(folders.names[i]);
}

// A test that is ended from outside, or gives up, searches nothing any more, but leaves nothing either.
static void close_killed(int number)
{
    for (size_t i = 0; getpid() == folders.owner && i < folders.count; i++) {
        pid_t child = folders.names[i][0] == '\0' ? -1 : fork();
        if (child == 0) {
            execl("/bin/rm", "rm", "-rf", "--", folders.names[i], (char *)NULL);
            _exit(1);
        }
        if (child > 0)
            (void)waitpid(child, NULL, 0);
    }
    raise(number); // it is the default's again
}

static void close_at_end(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT};
    const struct sigaction action = {.sa_handler = close_killed, .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            (void)sigaction(numbers[i], &action, NULL);
    atexit(close_all);
}

// A child's folders are its own: those of its parent are not its to close.
static void remember(const char *folder)
{
    if (folders.owner == 0)
        close_at_end();
    if (folders.owner != getpid())
        folders.count = 0;
    folders.owner = getpid();
    if (folders.count < MOST_FOLDERS)
        strcpy(folders.names[folders.count++], folder);
}

void scratch_open(char folder[SCRATCH_SIZE])
{
    snprintf(folder, SCRATCH_SIZE, "/tmp/playbook-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        abort();
    }
    remember(folder);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *level)
{
    (void)info, (void)kind, (void)level;
    return remove(path);
}

void scratch_close(const char *folder)
{
    if (scratch_search(folder) > 0)
        abort();
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < folders.count; i++)
        if (strcmp(folders.names[i], folder) == 0)
            folders.names[i][0] = '\0';
}
